//! Auth0's single request for all sessions and refresh tokens of a user. The API reference does not say that it ends
//! all of them, so by default a process relies on it for a tenant only after observing that it does.

use std::time::Duration;

use crate::auth0::response::Acceptance;
use crate::auth0::sessions;
use crate::config::RevokeAccess;
use crate::error::{EffectState, Error, Result, Step};
use crate::service::Service;
use crate::service::operation::Operation;
use crate::service::revocation_target::{Before, Target};
use crate::service::revoke_access_evidence::is_wait_timeout;
use crate::service::settlement::settle_unless_absent;
use crate::service::waiting::wait_until;

/// How long a call waits at most to see what a trial has ended, before it sends the two deletes anyway.
const TRIAL: Duration = Duration::from_secs(3);

impl Service {
    /// Returns whether the single request ended everything, so that no deletes are needed.
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
                    // It worked before; the deletes may still work.
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
        record_everything(operation, EffectState::of(&outcome));
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

    /// Sends the request and observes what it ends. The deletes follow in any case.
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
        // From now on, nothing counts as certainly not done.
        record_everything(target.operation, EffectState::Unknown);
        if !matches!(sent, Ok(Acceptance::Accepted)) {
            return;
        }
        self.watch_trial(target, before).await;
    }

    /// Waits until everything that was listed before is gone.
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
                record_everything(target.operation, EffectState::Done);
                if target.under_way.is_alone() {
                    let tokens = before.refresh_tokens.as_deref().unwrap_or_default();
                    evidence.record(!before.sessions.is_empty(), tokens);
                }
            }
            Err(error) if limit == TRIAL && is_wait_timeout(&error) => evidence.refute(),
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

fn record_everything(operation: &Operation, state: EffectState) {
    for step in [Step::Sessions, Step::RefreshTokens] {
        operation.set_state(step, state);
    }
}

/// Whether Auth0 refused a request in a way that makes other requests worth sending.
fn is_refused(error: &Error) -> bool {
    let is_clear = error.state_of_change() == EffectState::NotDone;
    is_clear && matches!(error.status(), Some(400 | 403 | 404 | 405))
}
