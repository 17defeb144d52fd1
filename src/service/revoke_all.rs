//! Ends everything of a user: all sessions, and all refresh tokens with them.

use crate::auth0::answer::Acceptance;
use crate::auth0::refresh_tokens::RefreshToken;
use crate::auth0::sessions;
use crate::error::{EffectState, Error, Result, Step};
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::operation::Operation;
use crate::service::refresh_tokens::RefreshTokens;
use crate::service::revocation::{RevokeOptions, wait_until};
use crate::service::sessions::absent_user;
use crate::transport::call::Call;
use crate::user::UserRef;

/// Whose sessions are ended, by which operation.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub user: &'a UserRef,
    pub owner: &'a str,
    pub operation: &'a Operation,
    pub call: Call,
}

/// What Auth0 showed of the user before anything was changed.
pub(super) struct Before {
    pub sessions: Vec<String>,
    /// Nothing without the scope to see them.
    pub refresh_tokens: Option<Vec<RefreshToken>>,
}

impl Service {
    pub async fn revoke_all_user_sessions(
        &self,
        user: &UserRef,
        options: RevokeOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<()> {
        let run = self.revoke_all(user, options, operation, call);
        self.audited(Action::RevokeAllSessions, user, operation, call, run)
            .await
    }

    async fn revoke_all(
        &self,
        user: &UserRef,
        options: RevokeOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<()> {
        let owner = &self.resolve_for(user, operation, call).await?;
        let refresh_tokens = self.refresh_tokens_plan(operation, call).await?;
        let target = Target {
            user,
            owner,
            operation,
            call,
        };
        let before = if options.wait_until_gone {
            Some(self.read_before(target, refresh_tokens).await?)
        } else {
            None
        };
        plan(operation, refresh_tokens, before.as_ref());
        operation.takes_requests(requests(refresh_tokens, before.as_ref()));
        self.end_everything(target, refresh_tokens, before.as_ref())
            .await?;
        match before {
            Some(before) => self.see_all_gone(target, refresh_tokens, &before).await,
            None => Ok(()),
        }
    }

    async fn read_before(
        &self,
        target: Target<'_>,
        refresh_tokens: RefreshTokens,
    ) -> Result<Before> {
        let Target {
            user, owner, call, ..
        } = target;
        let listed = self.list_sessions(user, owner, call).await?;
        let mut tokens = match refresh_tokens {
            RefreshTokens::Leave => None,
            RefreshTokens::Revoke { .. } => self.listed_refresh_tokens(user, owner, call).await?,
        };
        // The end of somebody else's is not waited for.
        if let Some(tokens) = &mut tokens {
            tokens.retain(|token| token.user_id.as_deref().is_none_or(|id| id == owner));
        }
        Ok(Before {
            sessions: listed.sessions.into_iter().map(|one| one.id).collect(),
            refresh_tokens: tokens,
        })
    }

    async fn end_everything(
        &self,
        target: Target<'_>,
        refresh_tokens: RefreshTokens,
        before: Option<&Before>,
    ) -> Result<()> {
        let RefreshTokens::Revoke { granted } = refresh_tokens else {
            return self.end_all_sessions(target).await;
        };
        if self.end_by_revoke_access(target, before).await? {
            return Ok(());
        }
        if granted {
            // The sessions first, so that none of them mints a new refresh token in between.
            self.end_all_sessions(target).await?;
            self.end_all_refresh_tokens(target).await
        } else {
            // Auth0 may refuse this, and a refusal must come before anything is changed.
            self.end_all_refresh_tokens(target).await?;
            self.end_all_sessions(target).await
        }
    }

    async fn end_all_sessions(&self, target: Target<'_>) -> Result<()> {
        let Target {
            user,
            owner,
            operation,
            call,
        } = target;
        let deletion = sessions::delete_all(owner)?;
        let ended = match self.api.change(deletion, operation, call).await {
            Ok(Acceptance::Accepted) => Ok(()),
            Ok(Acceptance::Doubtful(error)) => match self.has_sessions(owner, call).await {
                Ok(false) => Ok(()),
                _ => Err(error),
            },
            Err(error) => Err(error),
        };
        operation.set(
            Step::Sessions,
            EffectState::of(&ended),
            operation.planned(Step::Sessions),
        );
        ended.map_err(|error| absent_user(error, user))
    }

    pub(super) async fn end_all_refresh_tokens(&self, target: Target<'_>) -> Result<()> {
        let Target {
            user,
            owner,
            operation,
            call,
        } = target;
        let count = operation.planned(Step::RefreshTokens);
        match self
            .revoke_all_refresh_tokens(user, owner, operation, call)
            .await
        {
            Ok(true) => {
                operation.set(Step::RefreshTokens, EffectState::Done, count);
                operation.fact("refreshTokens", "accepted");
                Ok(())
            }
            Ok(false) => Ok(()),
            Err(error) => {
                operation.set(Step::RefreshTokens, error.state_of_change(), count);
                Err(error)
            }
        }
    }

    /// Waits for the end of what was listed before: the person may have signed in again since. Until the sessions
    /// were gone they could mint refresh tokens, so those are revoked once more.
    async fn see_all_gone(
        &self,
        target: Target<'_>,
        refresh_tokens: RefreshTokens,
        before: &Before,
    ) -> Result<()> {
        let Target {
            owner,
            operation,
            call,
            ..
        } = target;
        let ids: Vec<&str> = before.sessions.iter().map(String::as_str).collect();
        let gone = || async { Ok(!self.is_listed(owner, &ids, call).await?) };
        let seen = wait_until(gone, operation, call).await;
        if !seen.inspect_err(|_| operation.doubt(Step::Sessions))? {
            return Ok(());
        }
        operation.fact("sessionsEnded", ids.len());
        if refresh_tokens == RefreshTokens::Leave || operation.leaves_refresh_tokens() {
            return Ok(());
        }
        let again = self.end_all_refresh_tokens(target).await;
        again.inspect_err(|_| operation.doubt(Step::RefreshTokens))?;
        if let Some(tokens) = &before.refresh_tokens {
            let gone = || async { self.are_gone(target, tokens).await };
            let seen = wait_until(gone, operation, call).await;
            if seen.inspect_err(|_| operation.doubt(Step::RefreshTokens))? {
                operation.fact("refreshTokens", "revoked");
                operation.fact("refreshTokensEnded", tokens.len());
            }
        }
        Ok(())
    }

    /// Whether none of these refresh tokens is shown any more.
    pub(super) async fn are_gone(
        &self,
        target: Target<'_>,
        tokens: &[RefreshToken],
    ) -> Result<bool> {
        let shown = self
            .listed_refresh_tokens(target.user, target.owner, target.call)
            .await?;
        let is_gone = |token: &RefreshToken| {
            let mut shown = shown.iter().flatten();
            shown.all(|other| other.id != token.id)
        };
        Ok(shown.is_some() && tokens.iter().all(is_gone))
    }
}

/// The deletes; with a wait the refresh tokens are revoked once more, and `revoke-access` may be tried before.
fn requests(refresh_tokens: RefreshTokens, before: Option<&Before>) -> u32 {
    match (refresh_tokens, before) {
        (RefreshTokens::Leave, _) => 1,
        (RefreshTokens::Revoke { .. }, None) => 2,
        (RefreshTokens::Revoke { .. }, Some(before)) => {
            3 + u32::from(before.refresh_tokens.is_some())
        }
    }
}

/// Everything that the operation is about to do, not done yet.
fn plan(operation: &Operation, refresh_tokens: RefreshTokens, before: Option<&Before>) {
    let count = |length: usize| u32::try_from(length).ok();
    let sessions = before.and_then(|before| count(before.sessions.len()));
    operation.set(Step::Sessions, EffectState::NotDone, sessions);
    if refresh_tokens != RefreshTokens::Leave {
        let tokens = before.and_then(|before| before.refresh_tokens.as_ref());
        let tokens = tokens.and_then(|tokens| count(tokens.len()));
        operation.set(Step::RefreshTokens, EffectState::NotDone, tokens);
    }
}

/// Whether Auth0 refused a request in a way that leaves other requests worth sending.
pub(super) fn is_refused(error: &Error) -> bool {
    let is_clear = error.state_of_change() == EffectState::NotDone;
    is_clear && matches!(error.status(), Some(400 | 403 | 404 | 405))
}
