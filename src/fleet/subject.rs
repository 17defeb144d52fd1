//! One user of a run, and what is done about them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::met::Met;
use crate::error::{Effect, EffectState, Error, Result};
use crate::model::FleetOutcome;
use crate::service::{Call, Operation, Service};
use crate::user::UserRef;

/// Why the work for a user ends early.
pub enum Halt {
    /// The run has met the same user under another name.
    Duplicate,
    Failed(Error),
}

/// What a job ended with: the outcome, and why it is not a success.
pub struct Ended {
    pub outcome: FleetOutcome,
    pub halt: Option<Halt>,
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What is known of a user.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub id: Option<String>,
    pub email: Option<String>,
}

impl Names {
    /// What the list says.
    pub fn of(user: &UserRef) -> Self {
        let (id, email) = match user {
            UserRef::Id { id, .. } => (Some(id.clone()), None),
            UserRef::Email { email, .. } => (None, Some(email.clone())),
            UserRef::Impossible | UserRef::ImpossibleEmail(_) => (None, None),
        };
        Self { id, email }
    }
}

pub struct Subject<'a> {
    pub service: &'a Service,
    pub user: UserRef,
    pub call: Call,
    pub is_dry_run: bool,
    pub operations: &'a Operations,
    pub met: &'a Met,
    pub names: Names,
}

impl Subject<'_> {
    /// The user by id. An email is looked up.
    pub async fn identify(&mut self) -> Result<UserRef, Halt> {
        let id = self.service.resolve(&self.user, self.call).await?;
        self.is(id)
    }

    /// The user turned out to be the one with this id.
    pub fn is(&mut self, id: String) -> Result<UserRef, Halt> {
        let connection = self.user.connection().map(str::to_owned);
        self.names.id = Some(id.clone());
        let by_id = UserRef::Id { id, connection };
        match self.user {
            // What was given was new.
            UserRef::Id { .. } => Ok(by_id),
            _ if self.met.is_new(&by_id) => Ok(by_id),
            _ => Err(Halt::Duplicate),
        }
    }
}

/// The operations on one user, one after the other.
#[derive(Debug, Default)]
pub struct Operations {
    actor: Option<String>,
    begun: Mutex<Vec<Operation>>,
}

impl Operations {
    pub fn of_actor(actor: Option<String>) -> Self {
        Self {
            actor,
            begun: Mutex::default(),
        }
    }

    /// One more.
    pub fn next(&self) -> Operation {
        let operation = Operation::new(self.actor.clone());
        self.all().push(operation.clone());
        operation
    }

    /// Whether a request that changes something was sent.
    pub fn have_begun(&self) -> bool {
        self.all().iter().any(Operation::has_begun)
    }

    /// What they have changed; empty if nothing was.
    pub fn effects(&self) -> Vec<Effect> {
        let effects: Vec<Effect> = self.all().iter().flat_map(Operation::effects).collect();
        let is_untouched = |effect: &Effect| effect.state == EffectState::NotDone;
        if effects.iter().all(is_untouched) {
            return Vec::new();
        }
        effects
    }

    fn all(&self) -> MutexGuard<'_, Vec<Operation>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
