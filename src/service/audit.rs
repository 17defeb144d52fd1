//! One structured event for each security action, whatever becomes of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use chrono::Utc;
use serde_json::{Map, Value, json};

use crate::error::Result;
use crate::logging::Logger;
use crate::service::Service;
use crate::transport::pipeline::Call;

/// What is about to be done, by whom and to what.
#[derive(Debug)]
pub struct Action {
    /// Such as `session.revoke`.
    pub name: &'static str,
    /// Who asked for it, if the caller told.
    pub actor: Option<String>,
    pub target: Target,
}

/// The ids that an action is about: as the caller named them, and what was found out on the way.
#[derive(Debug, Clone, Default)]
pub struct Target(Arc<Mutex<Map<String, Value>>>);

impl Target {
    pub fn note(&self, name: &str, id: impl Into<Value>) {
        self.ids().insert(name.to_owned(), id.into());
    }

    fn ids(&self) -> MutexGuard<'_, Map<String, Value>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service {
    /// Runs the action and reports it: success, failure, or cancelled with an unknown effect.
    pub async fn audited<T>(
        &self,
        action: Action,
        call: Call,
        run: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let mut pending = Pending {
            logger: &self.logger,
            action,
            call,
            started: Instant::now(),
            outcome: ("cancelled", None),
        };
        let result = run.await;
        pending.outcome = match &result {
            Ok(_) => ("success", None),
            Err(error) => ("failure", Some(error.code())),
        };
        result
    }
}

/// Reports when it goes, so that a call that is dropped half-way is reported too.
struct Pending<'a> {
    logger: &'a Logger,
    action: Action,
    call: Call,
    started: Instant,
    outcome: (&'static str, Option<&'static str>),
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        let (outcome, code) = self.outcome;
        let event = json!({
            "action": self.action.name,
            "actor": self.action.actor,
            "target": *self.action.target.ids(),
            "outcome": outcome,
            "code": code,
            "durationMs": self.started.elapsed().as_secs_f64() * 1000.0,
            "correlationId": self.call.correlation_id(),
            "at": Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        });
        let message = format!("audit: {} {outcome}", self.action.name);
        self.logger.audit(message, &event);
    }
}
