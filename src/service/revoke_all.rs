//! Ends all sessions and refresh tokens of a user.

use std::collections::HashSet;

use crate::auth0::{sessions, users};
use crate::error::{EffectState, Result, Step};
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::needs::Needs;
use crate::service::operation::{Operation, TokenFate};
use crate::service::refresh_tokens::RefreshTokens;
use crate::service::revocation::RevokeOptions;
use crate::service::revocation_target::{Before, Target};
use crate::service::session_pages::SessionPages;
use crate::service::settlement::settle_unless_absent;
use crate::service::waiting::wait_until;
use crate::transport::call::Call;
use crate::user::UserRef;

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: "revokeAllUserSessions",
    routes: &[&users::BY_EMAIL.route, &sessions::DELETE_ALL.route],
}];

impl Service {
    pub async fn revoke_all_user_sessions(
        &self,
        user: &UserRef,
        options: RevokeOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<()> {
        let run = Box::pin(self.revoke_all(user, options, operation, call));
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
            under_way: &self.revoke_access_evidence.begin(owner),
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
            Some(before) => self.await_all_gone(target, refresh_tokens, &before).await,
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
        let mut before = Before {
            sessions: HashSet::new(),
            has_more_sessions: false,
            refresh_tokens: None,
        };
        let mut pages = SessionPages::of(self, user, owner, call);
        while let Some(page) = pages.next_own().await? {
            before.has_more_sessions |= page.is_too_long || page.unreadable > 0;
            let ids = page.sessions.into_iter().map(|session| session.id);
            before.sessions.extend(ids);
        }
        if refresh_tokens != RefreshTokens::Leave {
            before.refresh_tokens = self.listed_refresh_tokens(owner, call).await?;
        }
        Ok(before)
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
            // The sessions first, so that none of them issues a new refresh token in between.
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
            owner,
            operation,
            call,
            ..
        } = target;
        let deletion = sessions::delete_all(owner)?;
        let outcome = self.api.change(deletion, operation, call).await;
        let ended = settle_unless_absent(outcome, self.has_no_sessions(target)).await;
        operation.set_state(Step::Sessions, EffectState::of(&ended));
        self.unless_absent(target, ended.map(|_| ())).await
    }

    async fn end_all_refresh_tokens(&self, target: Target<'_>) -> Result<()> {
        let outcome = self.revoke_all_refresh_tokens(target).await;
        if !target.operation.keeps_refresh_tokens() {
            target
                .operation
                .set_state(Step::RefreshTokens, EffectState::of(&outcome));
        }
        self.unless_absent(target, outcome).await
    }

    async fn unless_absent(&self, target: Target<'_>, outcome: Result<()>) -> Result<()> {
        let Target {
            user,
            owner,
            operation,
            call,
            ..
        } = target;
        match outcome {
            Ok(()) => Ok(()),
            Err(error) => Err(self
                .absent_user(error, user, owner, operation.reading(call))
                .await),
        }
    }

    /// Waits until what was listed before is gone; later sign-ins do not count. The sessions could issue refresh tokens
    /// until they were gone, so those are revoked once more.
    async fn await_all_gone(
        &self,
        target: Target<'_>,
        refresh_tokens: RefreshTokens,
        before: &Before,
    ) -> Result<()> {
        let Target {
            operation, call, ..
        } = target;
        let reading = operation.reading(call);
        let gone = || self.sessions_are_gone(target, before);
        let seen = wait_until(gone, operation, reading).await;
        let seen = seen.inspect_err(|error| {
            operation.doubt(Step::Sessions);
            self.revoke_access_evidence.refute_on_timeout(error);
        });
        if !seen? || refresh_tokens == RefreshTokens::Leave || operation.keeps_refresh_tokens() {
            return Ok(());
        }
        let again = self.end_all_refresh_tokens(target).await;
        again.inspect_err(|_| operation.doubt(Step::RefreshTokens))?;
        if let Some(tokens) = &before.refresh_tokens {
            let gone = || self.tokens_are_gone(target, tokens);
            let seen = wait_until(gone, operation, reading).await;
            if seen.inspect_err(|_| operation.doubt(Step::RefreshTokens))? {
                operation.record_refresh_tokens(TokenFate::SeenGone);
            }
        }
        Ok(())
    }
}

/// The deletes; with a wait the refresh tokens are revoked once more, and `revoke-access` may be tried first.
fn requests(refresh_tokens: RefreshTokens, before: Option<&Before>) -> u32 {
    match (refresh_tokens, before) {
        (RefreshTokens::Leave, _) => 1,
        (RefreshTokens::Revoke { .. }, None) => 2,
        (RefreshTokens::Revoke { .. }, Some(before)) => {
            3 + u32::from(before.refresh_tokens.is_some())
        }
    }
}

/// Records everything that the operation is about to do, as not done yet.
fn plan(operation: &Operation, refresh_tokens: RefreshTokens, before: Option<&Before>) {
    let count = |length: usize| u32::try_from(length).ok();
    let sessions = before.filter(|before| !before.has_more_sessions);
    let sessions = sessions.and_then(|before| count(before.sessions.len()));
    operation.plan(Step::Sessions, sessions);
    if refresh_tokens != RefreshTokens::Leave {
        let tokens = before.and_then(|before| before.refresh_tokens.as_ref());
        operation.plan(
            Step::RefreshTokens,
            tokens.and_then(|tokens| count(tokens.len())),
        );
    }
}
