//! Auth0's one call for all sessions and refresh tokens of a user. Its reference does not say that it ends all of
//! them, so unless told otherwise a process uses it for a tenant only once it has seen it do so.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};
use std::time::Duration;

use crate::auth0::answer::Acceptance;
use crate::auth0::refresh_tokens::RefreshToken;
use crate::auth0::sessions;
use crate::config::RevokeAccess;
use crate::error::{EffectState, Result, Step};
use crate::service::Service;
use crate::service::operation::Operation;
use crate::service::revocation::wait_until;
use crate::service::revoke_all::{Before, Target, is_refused};

/// The longest that a call waits to see what a trial has ended, before it sends the two deletes all the same.
const TRIAL: Duration = Duration::from_secs(3);

/// What a process has seen the call do in one tenant.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    session: AtomicBool,
    session_bound_token: AtomicBool,
    session_less_token: AtomicBool,
    /// Something was still there after a trial.
    is_refuted: AtomicBool,
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
            owner,
            operation,
            call,
            ..
        } = target;
        let request = sessions::revoke_access(owner)?;
        let outcome = match self.api.change(request, operation, call).await {
            Ok(Acceptance::Accepted) => Ok(()),
            Ok(Acceptance::Doubtful(error)) | Err(error) => Err(error),
        };
        note_everything(operation, EffectState::of(&outcome));
        if outcome.is_ok() {
            operation.fact("refreshTokens", "accepted");
        }
        outcome
    }

    /// Sends the call and looks what it ends. Whatever it does, the deletes follow.
    async fn try_revoke_access(&self, target: Target<'_>, before: &Before) {
        let evidence = &self.revoke_access_evidence;
        if before.refresh_tokens.is_none() || evidence.is_refuted() {
            return;
        }
        let Ok(request) = sessions::revoke_access(target.owner) else {
            return;
        };
        let scopes = self.api.has_scopes(request.endpoint.scopes, target.call);
        if !matches!(scopes.await, Ok(Some(true))) {
            return;
        }
        let sent = self
            .api
            .change(request, target.operation, target.call)
            .await;
        match sent {
            // How much of it Auth0 does is what the trial is to show.
            Ok(Acceptance::Accepted) => note_everything(target.operation, EffectState::Unknown),
            Err(error) if is_refused(&error) => return evidence.refute(),
            Ok(Acceptance::Doubtful(error)) | Err(error) => {
                return note_everything(target.operation, error.state_of_change());
            }
        }
        let limit = TRIAL.min(target.call.time_left() / 4);
        let gone = || async { self.all_gone(target, before).await };
        match wait_until(gone, target.operation, target.call.at_most(limit)).await {
            Ok(true) => {
                note_everything(target.operation, EffectState::Done);
                evidence.note(before);
            }
            Err(_) if limit == TRIAL => evidence.refute(),
            // The caller left, or had too little time for a trial to prove anything.
            Ok(false) | Err(_) => {}
        }
    }

    async fn all_gone(&self, target: Target<'_>, before: &Before) -> Result<bool> {
        let ids: Vec<&str> = before.sessions.iter().map(String::as_str).collect();
        let tokens = before.refresh_tokens.as_deref().unwrap_or_default();
        Ok(!self.is_listed(target.owner, &ids, target.call).await?
            && self.are_gone(target, tokens).await?)
    }
}

/// What became of all that the one call is to end.
fn note_everything(operation: &Operation, state: EffectState) {
    for step in [Step::Sessions, Step::RefreshTokens] {
        operation.set(step, state, operation.planned(step));
    }
}
