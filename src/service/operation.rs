//! The state of one call that changes something: what it has changed so far, whether its caller is still waiting, and
//! what its audit event will say.

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
    /// Set by the transport when it sends the first request that changes something.
    has_begun: Arc<AtomicBool>,
    /// How many requests the operation takes. With 0 each request is scheduled on its own.
    requests: AtomicU32,
    record: Mutex<Record>,
}

#[derive(Debug, Default)]
pub(super) struct Record {
    /// The ids of what is changed, as the caller gave them and as they were resolved.
    pub target: Map<String, Value>,
    pub effects: Vec<Effect>,
    pub refresh_tokens: TokenFate,
    /// Warnings to log if the call succeeds.
    pub warnings: Vec<(String, Value)>,
}

/// What is known about the refresh tokens beyond the effects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum TokenFate {
    #[default]
    ByEffects,
    /// They stay valid because of a setting or a missing scope.
    Kept,
    /// Auth0 no longer shows any of them.
    SeenGone,
}

impl Operation {
    /// `actor` is who asked for the change, if the caller passed it.
    pub fn new(actor: Option<String>) -> Self {
        Self(Arc::new(State {
            actor,
            ..State::default()
        }))
    }

    /// The caller is no longer waiting. What has begun is completed; nothing else is started.
    pub fn abort(&self) {
        self.0.is_aborted.store(true, Ordering::Release);
        self.0.abort.notify_waiters();
    }

    /// Resolves when the caller is no longer waiting.
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

    /// What it has changed so far, and what it has not.
    pub fn effects(&self) -> Vec<Effect> {
        self.record().effects.clone()
    }

    pub(super) fn actor(&self) -> Option<&str> {
        self.0.actor.as_deref()
    }

    /// Announces how many requests the operation takes: either all of them are sent or none.
    pub(super) fn takes_requests(&self, requests: u32) {
        self.0.requests.store(requests, Ordering::Relaxed);
    }

    /// The call for the next request of this operation that changes something.
    pub(super) fn turn(&self, call: Call) -> Call {
        match self.0.requests.load(Ordering::Relaxed) {
            0 => call,
            _ if self.has_begun() => call.follow_up(),
            requests => call.opening(requests - 1),
        }
    }

    /// The call for a request of this operation that only reads.
    pub(super) fn reading(&self, call: Call) -> Call {
        if self.has_begun() {
            call.unplanned()
        } else {
            call
        }
    }

    pub(super) fn begun(&self) -> Arc<AtomicBool> {
        self.0.has_begun.clone()
    }

    pub(super) fn name(&self, what: &str, id: impl Into<Value>) {
        self.record().target.insert(what.to_owned(), id.into());
    }

    pub(super) fn record_refresh_tokens(&self, fate: TokenFate) {
        self.record().refresh_tokens = fate;
    }

    /// Whether refresh tokens stay valid because of a setting or a missing scope.
    pub(super) fn keeps_refresh_tokens(&self) -> bool {
        self.record().refresh_tokens == TokenFate::Kept
    }

    pub(super) fn warn_if_successful(&self, message: String, details: Value) {
        self.record().warnings.push((message, details));
    }

    /// Records a step that is about to be done as a whole.
    pub(super) fn plan(&self, step: Step, count: Option<u32>) {
        let state = EffectState::NotDone;
        self.record().effects.push(Effect { step, state, count });
    }

    /// Records the outcome of a step that is done as a whole. What follows never turns a step that was done, or may
    /// have been, into one that was not.
    pub(super) fn set_state(&self, step: Step, state: EffectState) {
        let mut record = self.record();
        let Some(known) = record.effects.iter_mut().find(|known| known.step == step) else {
            let count = None;
            return record.effects.push(Effect { step, state, count });
        };
        known.state = match (known.state, state) {
            (EffectState::Done, _) => EffectState::Done,
            (EffectState::Unknown, EffectState::NotDone) => EffectState::Unknown,
            (_, state) => state,
        };
    }

    /// Counts one more item of a step that is done item by item.
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

    /// Marks what was recorded as done as unknown.
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

    /// Adds to the error what had been changed before it, if anything was or may have been.
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

impl Record {
    /// What the audit event reports about the refresh tokens, if they are part of the operation.
    pub(super) fn refresh_tokens(&self) -> Option<&'static str> {
        match self.refresh_tokens {
            TokenFate::Kept => return Some("kept"),
            TokenFate::SeenGone => return Some("revoked"),
            TokenFate::ByEffects => {}
        }
        let of = |wanted| {
            self.effects
                .iter()
                .filter(move |effect| effect.step == wanted)
        };
        // Ending a session revokes its refresh tokens, too.
        let steps = [Step::RefreshTokens, Step::Session];
        let step = steps.into_iter().find(|step| of(*step).next().is_some())?;
        let is = |state| of(step).any(|effect| effect.state == state);
        if is(EffectState::Unknown) {
            Some("unknown")
        } else if is(EffectState::Done) {
            Some("accepted")
        } else {
            Some("kept")
        }
    }

    /// How many refresh tokens were observed to end.
    pub(super) fn refresh_tokens_ended(&self) -> Option<u32> {
        let is_seen = self.refresh_tokens == TokenFate::SeenGone;
        is_seen
            .then(|| self.ended(&[Step::RefreshTokens]))
            .flatten()
    }

    /// How many items of these steps are known to have ended.
    pub(super) fn ended(&self, steps: &[Step]) -> Option<u32> {
        let is_ended =
            |effect: &&Effect| steps.contains(&effect.step) && effect.state == EffectState::Done;
        let mut counts = self
            .effects
            .iter()
            .filter(is_ended)
            .map(|effect| effect.count);
        counts.try_fold(None, |sum: Option<u32>, count| {
            Some(Some(sum.unwrap_or(0) + count?))
        })?
    }
}
