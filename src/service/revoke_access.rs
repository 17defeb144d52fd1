//! Auth0's one call for all sessions and refresh tokens of a user. Its reference does not say that it ends all of
//! them, so unless told otherwise a process uses it for a tenant only once it has seen it do so.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use crate::auth0::refresh_tokens::RefreshToken;
use crate::auth0::response::Acceptance;
use crate::auth0::sessions;
use crate::config::RevokeAccess;
use crate::error::{ApiCategory, EffectState, Error, Result, Step};
use crate::service::Service;
use crate::service::operation::Operation;
use crate::service::revoke_all::{Before, Target, is_refused};
use crate::service::settlement::settle_unless_absent;
use crate::service::waiting::wait_until;

/// The longest that a call waits to see what a trial has ended, before it sends the two deletes all the same.
const TRIAL: Duration = Duration::from_secs(3);

/// What a process has seen the call do in one tenant.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    session: AtomicBool,
    session_bound_token: AtomicBool,
    session_less_token: AtomicBool,
    /// Something was still there after all the time that a trial has.
    is_refuted: AtomicBool,
    /// The users whose access this process is revoking. The flag says that more than one call is doing so.
    under_way: Mutex<HashMap<String, Arc<AtomicBool>>>,
}

impl Evidence {
    /// Of the tenant with this origin, for as long as any service uses it.
    pub(super) fn of_tenant(origin: &str) -> Arc<Self> {
        static TENANTS: LazyLock<Mutex<HashMap<String, Weak<Evidence>>>> =
            LazyLock::new(Mutex::default);
        let mut tenants = TENANTS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(evidence) = tenants.get(origin).and_then(Weak::upgrade) {
            return evidence;
        }
        tenants.retain(|_, evidence| evidence.strong_count() > 0);
        let evidence = Arc::new(Self::default());
        tenants.insert(origin.to_owned(), Arc::downgrade(&evidence));
        evidence
    }

    fn is_complete(&self) -> bool {
        let seen = [
            &self.session,
            &self.session_bound_token,
            &self.session_less_token,
        ];
        !self.is_refuted() && seen.iter().all(|kind| kind.load(Ordering::Relaxed))
    }

    fn is_refuted(&self) -> bool {
        self.is_refuted.load(Ordering::Relaxed)
    }

    /// Everything that was listed is gone.
    fn note(&self, listed: &Before) {
        let tokens = || listed.refresh_tokens.iter().flatten();
        let is_bound = |token: &RefreshToken| token.session_id.is_some();
        let seen = [
            (&self.session, !listed.sessions.is_empty()),
            (&self.session_bound_token, tokens().any(is_bound)),
            (
                &self.session_less_token,
                tokens().any(|token| !is_bound(token)),
            ),
        ];
        for (kind, _) in seen.into_iter().filter(|(_, is_seen)| *is_seen) {
            kind.store(true, Ordering::Relaxed);
        }
    }

    fn refute(&self) {
        self.is_refuted.store(true, Ordering::Relaxed);
    }

    /// A wait that ended with this error saw what was revoked until the deadline.
    pub(super) fn contradicted_by(&self, error: &Error) {
        if is_still_shown(error) {
            self.refute();
        }
    }

    /// Held while a call revokes the user's access: what ends meanwhile may be the work of another call.
    pub(super) fn begin(self: &Arc<Self>, owner: &str) -> UnderWay {
        let mut users = self.users();
        let is_shared = match users.entry(owner.to_owned()) {
            Entry::Occupied(other) => {
                other.get().store(true, Ordering::Relaxed);
                other.get().clone()
            }
            Entry::Vacant(place) => place.insert(Arc::default()).clone(),
        };
        UnderWay {
            evidence: self.clone(),
            owner: owner.to_owned(),
            is_shared,
        }
    }

    fn users(&self) -> MutexGuard<'_, HashMap<String, Arc<AtomicBool>>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_still_shown(error: &Error) -> bool {
    error
        .api()
        .is_some_and(|failure| failure.category == ApiCategory::Timeout && failure.attempts == 0)
}

pub(super) struct UnderWay {
    evidence: Arc<Evidence>,
    owner: String,
    is_shared: Arc<AtomicBool>,
}

impl UnderWay {
    fn is_alone(&self) -> bool {
        !self.is_shared.load(Ordering::Relaxed)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut users = self.evidence.users();
        // One of these is in the map, the other is this guard's own.
        if Arc::strong_count(&self.is_shared) == 2 {
            users.remove(&self.owner);
        }
    }
}

impl Service {
    /// Says whether everything was ended by the one call, so that no deletes are needed.
    pub(super) async fn end_by_revoke_access(
        &self,
        target: Target<'_>,
        before: Option<&Before>,
    ) -> Result<bool> {
        match self.config.revoke_access {
            RevokeAccess::Never => Ok(false),
            RevokeAccess::Always => self.revoke_access(target).await.map(|()| true),
            RevokeAccess::Verified if self.revoke_access_evidence.is_complete() => {
                match self.revoke_access(target).await {
                    // It worked before: the deletes may still.
                    Err(error) if is_refused(&error) => Ok(false),
                    outcome => outcome.map(|()| true),
                }
            }
            RevokeAccess::Verified => {
                if let Some(before) = before {
                    self.try_revoke_access(target, before).await;
                }
                Ok(false)
            }
        }
    }

    async fn revoke_access(&self, target: Target<'_>) -> Result<()> {
        let Target {
            user,
            owner,
            operation,
            call,
            ..
        } = target;
        let request = sessions::revoke_access(owner)?;
        let outcome = self.api.change(request, operation, call).await;
        let outcome = settle_unless_absent(outcome, self.has_nothing_left(target)).await;
        note_everything(operation, EffectState::of(&outcome));
        match outcome {
            Ok(_) => Ok(()),
            Err(error) => Err(self.absent_user(error, user, owner, call).await),
        }
    }

    async fn has_nothing_left(&self, target: Target<'_>) -> Result<bool> {
        let call = target.operation.reading(target.call);
        let has_tokens = self.shows_token(target.owner, |_| true, call).await?;
        Ok(has_tokens == Some(false) && self.has_no_sessions(target).await?)
    }

    /// Sends the call and looks what it ends. The deletes follow, whatever it does.
    async fn try_revoke_access(&self, target: Target<'_>, before: &Before) {
        let evidence = &self.revoke_access_evidence;
        if before.refresh_tokens.is_none() || evidence.is_refuted() {
            return;
        }
        let Ok(request) = sessions::revoke_access(target.owner) else {
            return;
        };
        let scopes = self.api.has_scopes(request.raw.route.scopes, target.call);
        if !matches!(scopes.await, Ok(Some(true))) {
            return;
        }
        let sent = self
            .api
            .change(request, target.operation, target.call)
            .await;
        if sent.as_ref().is_err_and(is_refused) {
            return evidence.refute();
        }
        if EffectState::of(&sent) == EffectState::NotDone {
            return;
        }
        // From now on nothing is certainly not done.
        note_everything(target.operation, EffectState::Unknown);
        if !matches!(sent, Ok(Acceptance::Accepted)) {
            return;
        }
        self.watch_trial(target, before).await;
    }

    /// Looks whether what was listed before is gone in time.
    async fn watch_trial(&self, target: Target<'_>, before: &Before) {
        let evidence = &self.revoke_access_evidence;
        let limit = TRIAL.min(target.call.time_left() / 4);
        let trial = Target {
            call: target.call.at_most(limit),
            ..target
        };
        let gone = || self.all_gone(trial, before);
        match wait_until(gone, target.operation, trial.call).await {
            Ok(true) => {
                note_everything(target.operation, EffectState::Done);
                if target.under_way.is_alone() {
                    evidence.note(before);
                }
            }
            Err(error) if limit == TRIAL && is_still_shown(&error) => evidence.refute(),
            // The caller left, or nothing was proven.
            Ok(false) | Err(_) => {}
        }
    }

    async fn all_gone(&self, target: Target<'_>, before: &Before) -> Result<bool> {
        let tokens = before.refresh_tokens.as_deref().unwrap_or_default();
        Ok(self.sessions_are_gone(target, before).await?
            && self.tokens_are_gone(target, tokens).await?)
    }
}

fn note_everything(operation: &Operation, state: EffectState) {
    for step in [Step::Sessions, Step::RefreshTokens] {
        operation.note(step, state);
    }
}
