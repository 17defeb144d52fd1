//! Ends all sessions of a user but one.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::Value;

use crate::auth0::sessions::{self, Session};
use crate::auth0::users;
use crate::error::{Result, Step};
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::needs::Needs;
use crate::service::operation::Operation;
use crate::service::revocation::RevokeOptions;
use crate::service::session_pages::SessionPages;
use crate::service::sessions::{session_not_found, unreadable_sessions};
use crate::service::waiting::{pause_within, wait_until};
use crate::transport::call::Call;
use crate::user::UserRef;

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: "revokeOtherUserSessions",
    routes: &[
        &users::BY_EMAIL.route,
        &sessions::LIST.route,
        &sessions::DELETE.route,
    ],
}];

/// Sessions that are ended before more are read, so that a long list does not delay the first ones.
const MAX_PER_ROUND: usize = 1_000;
/// The pause before a list that still shows ended sessions is read again.
const PAUSE: Duration = Duration::from_millis(500);

/// The sessions that one round ends.
struct Round {
    sessions: Vec<Session>,
    is_last: bool,
}

/// Which sessions to end, and what is known about them so far.
struct Others<'a> {
    user: &'a UserRef,
    owner: String,
    kept: &'a str,
    is_kept_seen: bool,
    seen: HashSet<String>,
    has_unreadable: bool,
    /// The sessions that were to be ended.
    ended: HashSet<String>,
}

impl Service {
    /// Ends every session but one, and returns how many of them were live. All are attempted before the first failure
    /// is reported.
    pub async fn revoke_other_user_sessions(
        &self,
        user: &UserRef,
        current_session_id: &str,
        options: RevokeOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<u32> {
        operation.name("keptSessionId", Value::Null);
        let run = Box::pin(self.revoke_others(user, current_session_id, options, operation, call));
        self.audited(Action::RevokeOtherSessions, user, operation, call, run)
            .await
    }

    async fn revoke_others(
        &self,
        user: &UserRef,
        current_session_id: &str,
        options: RevokeOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<u32> {
        let mut others = Others {
            user,
            owner: self.resolve_for(user, operation, call).await?,
            kept: current_session_id,
            is_kept_seen: false,
            seen: HashSet::new(),
            has_unreadable: false,
            ended: HashSet::new(),
        };
        if options.require_current && !self.owns(&others.owner, others.kept, call).await? {
            return Err(session_not_found());
        }
        let revoked = self.end_rounds(&mut others, operation, call).await?;
        if others.has_unreadable {
            return Err(unreadable_sessions());
        }
        if options.wait_until_gone {
            self.await_others_gone(&others, operation, call).await?;
        }
        Ok(revoked)
    }

    /// Until the list has been read to its end, or the caller leaves.
    async fn end_rounds(
        &self,
        others: &mut Others<'_>,
        operation: &Operation,
        call: Call,
    ) -> Result<u32> {
        let mut revoked = 0;
        while !operation.is_aborted() {
            let Round { sessions, is_last } = self.next_round(others, operation, call).await?;
            if others.is_kept_seen {
                operation.name("keptSessionId", others.kept);
            }
            if sessions.is_empty() && !is_last {
                pause_within(PAUSE, call).await?;
                continue;
            }
            let refresh_tokens = self.refresh_tokens_plan(operation, call).await?;
            revoked += self
                .end_sessions(&others.owner, sessions, refresh_tokens, operation, call)
                .await?;
            if is_last {
                break;
            }
        }
        Ok(revoked)
    }

    /// Reads until the list ends or there is enough to do.
    async fn next_round(
        &self,
        others: &mut Others<'_>,
        operation: &Operation,
        call: Call,
    ) -> Result<Round> {
        let mut sessions = Vec::new();
        let (user, owner) = (others.user, others.owner.clone());
        let mut pages = SessionPages::of(self, user, &owner, operation.reading(call));
        while let Some(page) = pages.next_own().await? {
            others.has_unreadable |= page.unreadable > 0;
            for session in page.sessions {
                if session.id == others.kept {
                    others.is_kept_seen = true;
                } else if others.seen.insert(session.id.clone())
                    && self.is_own(&session, &owner, call).await?
                {
                    others.ended.insert(session.id.clone());
                    sessions.push(session);
                }
            }
            if sessions.len() >= MAX_PER_ROUND || page.is_too_long {
                let is_last = false;
                return Ok(Round { sessions, is_last });
            }
        }
        let is_last = true;
        Ok(Round { sessions, is_last })
    }

    async fn await_others_gone(
        &self,
        others: &Others<'_>,
        operation: &Operation,
        call: Call,
    ) -> Result<()> {
        let ids = others.ended.iter().map(String::as_str).collect();
        let reading = operation.reading(call);
        let gone = || async { Ok(!self.is_listed(&others.owner, &ids, reading).await?) };
        let seen = wait_until(gone, operation, reading).await;
        seen.map(|_| ())
            .inspect_err(|_| operation.doubt(Step::Session))
    }
}
