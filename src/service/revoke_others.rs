//! Signs a user out everywhere but here.

use std::collections::HashSet;

use chrono::Utc;
use futures_util::{StreamExt, stream};
use serde_json::Value;

use crate::auth0::sessions::{self, Session};
use crate::error::{ApiCategory, EffectState, Error, Result, Step};
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::operation::Operation;
use crate::service::refresh_tokens::RefreshTokens;
use crate::service::revocation::{RevokeOptions, wait_until};
use crate::service::session_pages::SessionPages;
use crate::service::session_view::is_live;
use crate::service::sessions::{session_not_found, unreadable_sessions};
use crate::transport::call::Call;
use crate::user::UserRef;

/// Sessions of one user that are ended at once; more would only meet the rate limit.
const CONCURRENCY: usize = 4;
/// So many are all ended or none of them is, under a rate limit that leaves room for some only. More than these are
/// ended one by one as there is room, because waiting for all of it would end none.
const MOST_AT_ONCE: u32 = 20;
/// Sessions that are ended before more are read, so that a long list does not stand in the way of ending any.
const PASS: usize = 1_000;

/// What one pass over the list found, besides the session to keep and what earlier passes have ended.
struct Pass {
    others: Vec<Session>,
    is_last: bool,
}

/// Which sessions to end.
struct Others<'a> {
    user: &'a UserRef,
    owner: String,
    kept: &'a str,
    is_kept_seen: bool,
    seen: HashSet<String>,
    has_unreadable: bool,
    /// Those that were to be ended.
    ended: Vec<String>,
}

impl Service {
    /// Ends every session but one, and returns how many live ones. All are tried before the first failure is
    /// reported.
    pub async fn revoke_other_user_sessions(
        &self,
        user: &UserRef,
        current_session_id: &str,
        options: RevokeOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<u32> {
        operation.name("keptSessionId", Value::Null);
        let run = self.revoke_others(user, current_session_id, options, operation, call);
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
            ended: Vec::new(),
        };
        if options.require_current && !self.owns(&others.owner, others.kept, call).await? {
            return Err(session_not_found());
        }
        let mut revoked = 0;
        loop {
            let pass = self.next_pass(&mut others, call).await?;
            if others.is_kept_seen {
                operation.name("keptSessionId", others.kept);
            }
            let refresh_tokens = self.refresh_tokens_plan(operation, call).await?;
            revoked += self
                .end_pass(&others, pass.others, refresh_tokens, operation, call)
                .await?;
            if pass.is_last {
                break;
            }
        }
        if others.has_unreadable {
            return Err(unreadable_sessions());
        }
        if options.wait_until_gone {
            self.see_others_gone(&others, operation, call).await?;
        }
        Ok(revoked)
    }

    /// Reads until the list ends or a pass is full.
    async fn next_pass(&self, others: &mut Others<'_>, call: Call) -> Result<Pass> {
        let mut found = Vec::new();
        let (user, owner) = (others.user, others.owner.clone());
        let mut pages = SessionPages::of(self, user, &owner, call);
        while let Some(page) = pages.next_own().await? {
            others.has_unreadable |= page.unreadable > 0;
            for session in page.sessions {
                if session.id == others.kept {
                    others.is_kept_seen = true;
                } else if others.seen.insert(session.id.clone())
                    && self.is_own(&session, &owner, call).await?
                {
                    others.ended.push(session.id.clone());
                    found.push(session);
                }
            }
            if found.len() >= PASS || page.is_too_long {
                return Ok(Pass {
                    others: found,
                    is_last: false,
                });
            }
        }
        Ok(Pass {
            others: found,
            is_last: true,
        })
    }

    async fn end_pass(
        &self,
        others: &Others<'_>,
        sessions: Vec<Session>,
        refresh_tokens: RefreshTokens,
        operation: &Operation,
        call: Call,
    ) -> Result<u32> {
        let now = Utc::now();
        let end = |session: Session| async move {
            let ended = self.end_other(others, &session.id, refresh_tokens, operation, call);
            (is_live(&session, now), ended.await)
        };
        let count = u32::try_from(sessions.len()).unwrap_or(u32::MAX);
        operation.takes_requests(if count <= MOST_AT_ONCE { count } else { 0 });
        let mut sessions = sessions.into_iter();
        // Room for all is promised to the first, so it goes before the others.
        let mut endings: Vec<_> = stream::iter(sessions.next()).then(end).collect().await;
        let rest = stream::iter(sessions)
            .map(end)
            .buffer_unordered(CONCURRENCY);
        endings.extend(rest.collect::<Vec<_>>().await);
        let (mut revoked, mut failed) = (0, None);
        for (is_counted, outcome) in endings {
            let state = outcome
                .as_ref()
                .map_or_else(Error::state_of_change, |state| *state);
            operation.count(Step::Session, state);
            revoked += u32::from(is_counted && state == EffectState::Done);
            failed = failed.or(outcome.err());
        }
        note_pass(operation, refresh_tokens, failed.is_none());
        failed.map_or(Ok(revoked), Err)
    }

    /// Nothing for a session that was not begun when the caller left: it is not begun any more.
    async fn end_other(
        &self,
        others: &Others<'_>,
        session_id: &str,
        refresh_tokens: RefreshTokens,
        operation: &Operation,
        call: Call,
    ) -> Result<EffectState> {
        if operation.is_aborted() {
            return Ok(EffectState::NotDone);
        }
        let owner = &others.owner;
        self.end_session(session_id, owner, refresh_tokens, operation, call)
            .await?;
        Ok(EffectState::Done)
    }

    async fn see_others_gone(
        &self,
        others: &Others<'_>,
        operation: &Operation,
        call: Call,
    ) -> Result<()> {
        let ids: Vec<&str> = others.ended.iter().map(String::as_str).collect();
        let gone = || async { Ok(!self.is_listed(&others.owner, &ids, call).await?) };
        let seen = wait_until(gone, operation, call).await;
        seen.map(|_| ())
            .inspect_err(|_| operation.doubt(Step::Session))
    }

    /// A list may leave the owner out; the session itself must name one.
    async fn is_own(&self, session: &Session, owner: &str, call: Call) -> Result<bool> {
        if session.user_id.is_some() {
            return Ok(session.may_be_of(owner));
        }
        let Some(session) = self.read_session(&session.id, call).await? else {
            return Ok(false);
        };
        let nameless = || {
            let message = format!("{}: the session names no owner.", sessions::READ);
            sessions::READ.error(ApiCategory::Response, 1, message)
        };
        let is_own = session.user_id.ok_or_else(nameless)? == owner;
        self.warn_of_foreign_sessions(usize::from(!is_own), call);
        Ok(is_own)
    }
}

fn note_pass(operation: &Operation, refresh_tokens: RefreshTokens, is_complete: bool) {
    let ended = operation.counted(Step::Session, EffectState::Done);
    operation.fact("sessionsEnded", ended);
    if refresh_tokens != RefreshTokens::Leave && !operation.leaves_refresh_tokens() {
        let state = if is_complete { "accepted" } else { "unknown" };
        operation.fact("refreshTokens", state);
    }
}
