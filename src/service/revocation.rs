//! Ends one session, only after its owner was checked, and its refresh tokens with it.

use std::time::Duration;

use serde_json::Value;

use crate::auth0::answer::Acceptance;
use crate::auth0::sessions;
use crate::error::{ApiCategory, EffectState, Error, Result, Step};
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::operation::Operation;
use crate::service::refresh_tokens::RefreshTokens;
use crate::service::sessions::session_not_found;
use crate::transport::call::Call;
use crate::user::UserRef;

const FIRST_POLL: Duration = Duration::from_millis(50);
const LONGEST_POLL: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy, Default)]
pub struct RevokeOptions {
    /// Wait until Auth0 no longer shows what was revoked, because it finishes deletes later.
    pub wait_until_gone: bool,
    /// Change nothing unless the session to keep is one of the user's.
    pub require_current: bool,
}

impl Service {
    /// Absent and foreign sessions give the same error.
    pub async fn revoke_user_session(
        &self,
        user: &UserRef,
        session_id: Option<&str>,
        options: RevokeOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<()> {
        operation.name("sessionId", session_id.map_or(Value::Null, Value::from));
        let run = self.revoke_one(user, session_id, options, operation, call);
        self.audited(Action::RevokeSession, user, operation, call, run)
            .await
    }

    async fn revoke_one(
        &self,
        user: &UserRef,
        session_id: Option<&str>,
        options: RevokeOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<()> {
        let session_id = session_id.ok_or_else(session_not_found)?;
        let owner = self.resolve_for(user, operation, call).await?;
        if !self.owns(&owner, session_id, call).await? {
            return Err(session_not_found());
        }
        let refresh_tokens = self.refresh_tokens_plan(operation, call).await?;
        let ended = self
            .end_session(session_id, &owner, refresh_tokens, operation, call)
            .await;
        note_ending(operation, refresh_tokens, &ended);
        ended?;
        operation.fact("sessionsEnded", 1);
        if options.wait_until_gone {
            self.see_session_gone(session_id, &owner, operation, call)
                .await?;
        }
        Ok(())
    }

    /// Whether the session is this user's. A session that names no owner belongs to nobody.
    pub(super) async fn owns(&self, owner: &str, session_id: &str, call: Call) -> Result<bool> {
        let session = self.read_session(session_id, call).await?;
        let found = session.and_then(|session| session.user_id);
        Ok(found.as_deref() == Some(owner))
    }

    /// Ends one session, whose owner was checked.
    pub(super) async fn end_session(
        &self,
        session_id: &str,
        owner: &str,
        refresh_tokens: RefreshTokens,
        operation: &Operation,
        call: Call,
    ) -> Result<()> {
        if refresh_tokens != RefreshTokens::Leave {
            let revocation = sessions::revoke(session_id)?;
            match self.api.change(revocation, operation, call).await {
                Err(error) if self.may_leave_refresh_tokens(&error, operation) => {}
                outcome => return self.confirmed(session_id, owner, outcome, call).await,
            }
        }
        let deletion = sessions::delete(session_id)?;
        let outcome = self.api.change(deletion, operation, call).await;
        self.confirmed(session_id, owner, outcome, call).await
    }

    /// What others than Auth0 say, and a 404, which they can say in Auth0's form, count only if the user's list
    /// agrees.
    async fn confirmed(
        &self,
        session_id: &str,
        owner: &str,
        outcome: Result<Acceptance>,
        call: Call,
    ) -> Result<()> {
        let error = match outcome {
            Ok(Acceptance::Accepted) => return Ok(()),
            Ok(Acceptance::Doubtful(error)) => error,
            Err(error) if error.status() == Some(404) => error,
            Err(error) => return Err(error),
        };
        match self.is_listed(owner, &[session_id], call).await {
            Ok(false) => Ok(()),
            Ok(true) => Err(error),
            Err(_) => Err(error.in_doubt()),
        }
    }

    async fn see_session_gone(
        &self,
        session_id: &str,
        owner: &str,
        operation: &Operation,
        call: Call,
    ) -> Result<()> {
        let gone = || async { Ok(!self.is_listed(owner, &[session_id], call).await?) };
        let seen = wait_until(gone, operation, call).await;
        if !seen.inspect_err(|_| operation.doubt(Step::Session))? {
            return Ok(());
        }
        let user = UserRef::Id(owner.to_owned());
        if let Some(left) = self.listed_refresh_tokens(&user, owner, call).await? {
            let is_of_session = |id: Option<&str>| id == Some(session_id);
            if !left
                .iter()
                .any(|token| is_of_session(token.session_id.as_deref()))
            {
                operation.fact("refreshTokens", "revoked");
            }
        }
        Ok(())
    }
}

/// Auth0's revoke call ends the session and its refresh tokens together.
fn note_ending(operation: &Operation, refresh_tokens: RefreshTokens, ended: &Result<()>) {
    let state = EffectState::of(ended);
    operation.set(Step::Session, state, Some(1));
    if refresh_tokens == RefreshTokens::Leave {
        return;
    }
    operation.set(Step::RefreshTokens, state, None);
    if state == EffectState::Done && !operation.leaves_refresh_tokens() {
        operation.fact("refreshTokens", "accepted");
    }
}

/// Polls until `gone` says so. Says whether it did: a caller who left waits for nothing.
pub(super) async fn wait_until<F, T>(gone: F, operation: &Operation, call: Call) -> Result<bool>
where
    F: Fn() -> T,
    T: Future<Output = Result<bool>>,
{
    tokio::select! {
        biased;
        () = operation.aborted() => Ok(false),
        outcome = poll(gone, call) => outcome.map(|()| true),
    }
}

async fn poll<F, T>(gone: F, call: Call) -> Result<()>
where
    F: Fn() -> T,
    T: Future<Output = Result<bool>>,
{
    let mut pause = FIRST_POLL;
    while !gone().await? {
        if call.time_left() <= pause {
            return Err(still_shown());
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_POLL);
    }
    Ok(())
}

fn still_shown() -> Error {
    sessions::LIST.error(
        ApiCategory::Timeout,
        0,
        "Auth0 accepted the revocation, but still showed what was revoked when the deadline of the call came. It \
         will end later.",
    )
}
