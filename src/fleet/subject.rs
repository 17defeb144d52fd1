//! One user of a run, and what is done about them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::{Effect, EffectState, Error, Result};
use crate::model::FleetOutcome;
use crate::seen::Seen;
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
    pub is_of_connection: bool,
    pub operations: &'a Operations,
    pub seen: &'a Mutex<Seen>,
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
        let distinguished = connection.clone().filter(|_| self.is_of_connection);
        let is_new = match self.user {
            // What was given has been looked up in `seen` before.
            UserRef::Id { .. } => true,
            _ => self.seen().is_new(&UserRef::Id {
                id: id.clone(),
                connection: distinguished,
            }),
        };
        self.names.id = Some(id.clone());
        if is_new {
            Ok(UserRef::Id { id, connection })
        } else {
            Err(Halt::Duplicate)
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
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
