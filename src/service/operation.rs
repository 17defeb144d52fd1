//! One call that changes something: what it has changed so far, whether its caller still waits for it, and what its
//! audit event will say.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};
use tokio::sync::Notify;

use crate::error::{Effect, EffectState, Error, Step};
use crate::transport::call::Call;

/// Cheap to clone: all clones are the same operation.
#[derive(Debug, Clone, Default)]
pub struct Operation(Arc<State>);

#[derive(Debug, Default)]
struct State {
    actor: Option<String>,
    is_aborted: AtomicBool,
    abort: Notify,
    /// Set by the transport when the first request that changes something leaves.
    has_begun: Arc<AtomicBool>,
    /// How many requests the operation takes. With 0 every request stands for itself.
    requests: AtomicU32,
    record: Mutex<Record>,
}

#[derive(Debug, Default)]
pub(super) struct Record {
    /// The ids that the operation is about: as the caller named them, and as they were found.
    pub target: Map<String, Value>,
    pub effects: Vec<Effect>,
    /// What the audit event says beside the effects.
    pub facts: Map<String, Value>,
    /// What a successful call has to warn of.
    pub warnings: Vec<(String, Value)>,
}

impl Operation {
    /// `actor` is who asked for it, if the caller said so.
    pub fn new(actor: Option<String>) -> Self {
        Self(Arc::new(State {
            actor,
            ..State::default()
        }))
    }

    /// The caller no longer waits. What has begun is completed; nothing else is started.
    pub fn abort(&self) {
        self.0.is_aborted.store(true, Ordering::Release);
        self.0.abort.notify_waiters();
    }

    /// Resolves when the caller no longer waits.
    pub(super) async fn aborted(&self) {
        let notified = self.0.abort.notified();
        if !self.is_aborted() {
            notified.await;
        }
    }

    pub fn is_aborted(&self) -> bool {
        self.0.is_aborted.load(Ordering::Acquire)
    }

    /// Whether a request that changes something was sent.
    pub fn has_begun(&self) -> bool {
        self.0.has_begun.load(Ordering::Acquire)
    }

    pub(super) fn actor(&self) -> Option<&str> {
        self.0.actor.as_deref()
    }

    /// The operation is done in so many requests, which are all sent or none of them is.
    pub(super) fn takes_requests(&self, requests: u32) {
        self.0.requests.store(requests, Ordering::Relaxed);
    }

    /// The call as the next request of this operation makes it.
    pub(super) fn turn(&self, call: Call) -> Call {
        match self.0.requests.load(Ordering::Relaxed) {
            0 => call,
            _ if self.has_begun() => call.begun(),
            requests => call.opening(requests - 1),
        }
    }

    pub(super) fn begun(&self) -> Arc<AtomicBool> {
        self.0.has_begun.clone()
    }

    pub(super) fn name(&self, what: &str, id: impl Into<Value>) {
        self.record().target.insert(what.to_owned(), id.into());
    }

    pub(super) fn fact(&self, name: &str, value: impl Into<Value>) {
        self.record().facts.insert(name.to_owned(), value.into());
    }

    pub(super) fn warn_if_successful(&self, message: String, details: Value) {
        self.record().warnings.push((message, details));
    }

    /// What became of a step that is done as a whole. A request that fails does not undo what one before it did.
    pub(super) fn set(&self, step: Step, state: EffectState, count: Option<u32>) {
        let mut record = self.record();
        match record.effects.iter_mut().find(|known| known.step == step) {
            Some(known) => {
                known.state = known.state.max(state);
                known.count = count;
            }
            None => record.effects.push(Effect { step, state, count }),
        }
    }

    /// Counts one more thing of a step that is done one by one.
    pub(super) fn count(&self, step: Step, state: EffectState) {
        let mut record = self.record();
        let mut counted = record.effects.iter_mut();
        let known = counted.find(|effect| effect.step == step && effect.state == state);
        match known {
            Some(effect) => effect.count = effect.count.map(|count| count + 1),
            None => record.effects.push(Effect {
                step,
                state,
                count: Some(1),
            }),
        }
    }

    /// What was done, as far as was known, is in doubt.
    pub(super) fn doubt(&self, step: Step) {
        let mut record = self.record();
        let of_step = record
            .effects
            .iter_mut()
            .filter(|effect| effect.step == step);
        for effect in of_step.filter(|effect| effect.state == EffectState::Done) {
            effect.state = EffectState::Unknown;
        }
    }

    /// How many things the step is about, if that was known when it was planned.
    pub(super) fn planned(&self, step: Step) -> Option<u32> {
        let record = self.record();
        let planned = record.effects.iter().find(|effect| effect.step == step);
        planned.and_then(|effect| effect.count)
    }

    pub(super) fn counted(&self, step: Step, state: EffectState) -> u32 {
        let record = self.record();
        let counted = |effect: &&Effect| effect.step == step && effect.state == state;
        let effect = record.effects.iter().find(counted);
        effect.and_then(|effect| effect.count).unwrap_or(0)
    }

    /// Whether refresh tokens stay valid, because of a setting or for want of a scope.
    pub(super) fn leaves_refresh_tokens(&self) -> bool {
        self.record()
            .facts
            .get("refreshTokens")
            .is_some_and(|state| state == "kept")
    }

    /// The error with what had been changed before it, if anything was or may have been.
    pub(super) fn explain(&self, error: Error) -> Error {
        let effects = self.record().effects.clone();
        let is_untouched = |effect: &Effect| effect.state == EffectState::NotDone;
        if effects.iter().all(is_untouched) {
            return error;
        }
        error.with_effects(effects)
    }

    pub(super) fn record(&self) -> MutexGuard<'_, Record> {
        self.0.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
