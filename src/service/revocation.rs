//! Ends sessions, only after the owner was checked, and their refresh tokens with them.

use std::time::Duration;

use chrono::Utc;
use futures_util::{StreamExt, stream};
use serde_json::json;

use crate::auth0::sessions::{self, Session};
use crate::error::{ApiCategory, Result};
use crate::service::Service;
use crate::service::refresh_tokens::RefreshTokens;
use crate::service::session_view::is_live;
use crate::service::sessions::{absent_user, session_not_found};
use crate::transport::pipeline::Call;
use crate::user::UserRef;

/// Sessions of one user that are ended at once; more would only meet the rate limit.
const CONCURRENCY: usize = 4;
const FIRST_POLL: Duration = Duration::from_millis(50);
const LONGEST_POLL: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy, Default)]
pub struct RevokeOptions {
    /// Wait until Auth0 no longer shows what was revoked, because it finishes deletes later.
    pub wait_until_gone: bool,
}

impl Service {
    /// Absent and foreign sessions give the same error.
    pub async fn revoke_user_session(
        &self,
        user: &UserRef,
        session_id: Option<&str>,
        options: RevokeOptions,
        call: Call,
    ) -> Result<()> {
        let session_id = session_id.ok_or_else(session_not_found)?;
        let owner = self.resolve(user, call).await?;
        let session = self.read_session(session_id, call).await?;
        // A session without an owner belongs to nobody that could be compared.
        if session.and_then(|session| session.user_id) != Some(owner) {
            return Err(session_not_found());
        }
        let refresh_tokens = self.refresh_tokens_plan(call).await?;
        self.end_session(session_id, refresh_tokens, call).await?;
        if options.wait_until_gone {
            let gone = || async { Ok(self.read_session(session_id, call).await?.is_none()) };
            wait_until(gone, call).await?;
        }
        Ok(())
    }

    pub async fn revoke_all_user_sessions(
        &self,
        user: &UserRef,
        options: RevokeOptions,
        call: Call,
    ) -> Result<()> {
        let owner = self.resolve(user, call).await?;
        let refresh_tokens = self.refresh_tokens_plan(call).await?;
        if refresh_tokens == (RefreshTokens::Revoke { granted: false }) {
            // Auth0 may refuse this, and a refusal must come before anything is changed.
            self.revoke_all_refresh_tokens(user, &owner, call).await?;
        }
        let ended = self.api.accepted(sessions::delete_all(&owner)?, call).await;
        ended.map_err(|error| absent_user(error, user))?;
        if refresh_tokens == (RefreshTokens::Revoke { granted: true }) {
            // After the sessions, so that none of them can mint a new one in between.
            self.revoke_all_refresh_tokens(user, &owner, call).await?;
        }
        if options.wait_until_gone {
            let gone = || async {
                let now = Utc::now();
                let listed = self.all_sessions(user, &owner, call).await?;
                Ok(!listed.iter().any(|session| is_live(session, now)))
            };
            wait_until(gone, call).await?;
        }
        Ok(())
    }

    /// Ends every live session but one, and tells how many. All are tried before the first
    /// failure is reported.
    pub async fn revoke_other_user_sessions(
        &self,
        user: &UserRef,
        current_session_id: &str,
        options: RevokeOptions,
        call: Call,
    ) -> Result<u32> {
        let owner = self.resolve(user, call).await?;
        let others = self
            .other_sessions(user, &owner, current_session_id, call)
            .await?;
        let refresh_tokens = self.refresh_tokens_plan(call).await?;
        let count = others.len();
        let mut endings = stream::iter(others)
            .map(|session| async move { self.end_session(&session.id, refresh_tokens, call).await })
            .buffer_unordered(CONCURRENCY);
        let mut revoked = 0;
        let mut failed = None;
        while let Some(ending) = endings.next().await {
            match ending {
                Ok(()) => revoked += 1,
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        if let Some(error) = failed {
            self.logger.warn(
                format!("{revoked} of {count} other sessions were revoked."),
                &json!({ "operation": "revokeOtherUserSessions", "userId": owner }),
            );
            return Err(error);
        }
        if options.wait_until_gone {
            let gone = || async {
                let left = self
                    .other_sessions(user, &owner, current_session_id, call)
                    .await?;
                Ok(left.is_empty())
            };
            wait_until(gone, call).await?;
        }
        Ok(revoked)
    }

    async fn other_sessions(
        &self,
        user: &UserRef,
        owner: &str,
        current_session_id: &str,
        call: Call,
    ) -> Result<Vec<Session>> {
        let now = Utc::now();
        let mut others = Vec::new();
        for session in self.all_sessions(user, owner, call).await? {
            if session.id == current_session_id || !is_live(&session, now) {
                continue;
            }
            match self.owner_of(&session, call).await? {
                Some(found) if found == owner => others.push(session),
                Some(_) => self.logger.warn(
                    "A session in the user's list names another owner and is left alone.",
                    &json!({ "operation": "revokeOtherUserSessions", "sessionId": session.id }),
                ),
                // Gone since it was listed.
                None => {}
            }
        }
        Ok(others)
    }

    /// All sessions or none: an entry that cannot be read may be one that has to end.
    async fn all_sessions(&self, user: &UserRef, owner: &str, call: Call) -> Result<Vec<Session>> {
        let listed = self.list_sessions(user, owner, call).await?;
        if listed.unreadable == 0 {
            return Ok(listed.sessions);
        }
        let message = format!(
            "{}: {} of the sessions have no valid id. revokeAllUserSessions ends all of them \
             without listing them.",
            sessions::LIST,
            listed.unreadable
        );
        Err(sessions::LIST.error(ApiCategory::Response, 1, message))
    }

    /// A list may leave the owner out; the session itself must name one.
    async fn owner_of(&self, session: &Session, call: Call) -> Result<Option<String>> {
        if let Some(owner) = &session.user_id {
            return Ok(Some(owner.clone()));
        }
        let Some(session) = self.read_session(&session.id, call).await? else {
            return Ok(None);
        };
        let nameless = || {
            let message = format!("{}: the session names no owner.", sessions::READ);
            sessions::READ.error(ApiCategory::Response, 1, message)
        };
        session.user_id.map(Some).ok_or_else(nameless)
    }

    async fn end_session(
        &self,
        session_id: &str,
        refresh_tokens: RefreshTokens,
        call: Call,
    ) -> Result<()> {
        if refresh_tokens != RefreshTokens::Leave {
            match self.api.accepted(sessions::revoke(session_id)?, call).await {
                Err(error) if self.may_leave_refresh_tokens(&error) => {}
                outcome => return self.unless_gone(session_id, outcome, call).await,
            }
        }
        let outcome = self.api.accepted(sessions::delete(session_id)?, call).await;
        self.unless_gone(session_id, outcome, call).await
    }

    /// A session that is gone already needs no ending. A 404 alone does not prove it.
    async fn unless_gone(&self, session_id: &str, outcome: Result<()>, call: Call) -> Result<()> {
        match outcome {
            Err(error) if error.status() == Some(404) => {
                match self.read_session(session_id, call).await? {
                    None => Ok(()),
                    Some(_) => Err(error),
                }
            }
            outcome => outcome,
        }
    }
}

/// Polls until `gone` says so.
async fn wait_until<F, T>(gone: F, call: Call) -> Result<()>
where
    F: Fn() -> T,
    T: Future<Output = Result<bool>>,
{
    let mut pause = FIRST_POLL;
    while !gone().await? {
        if call.time_left() <= pause {
            return Err(sessions::READ.error(
                ApiCategory::Timeout,
                0,
                "Auth0 accepted the revocation but still showed the session when the deadline \
                 came. It will end later.",
            ));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_POLL);
    }
    Ok(())
}
