//! Ends the oldest sessions of a user who has more than allowed.

use std::cmp::Reverse;
use std::collections::HashSet;

use crate::auth0::sessions::{self, Session};
use crate::auth0::users;
use crate::error::{Error, Result};
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::needs::Needs;
use crate::service::operation::Operation;
use crate::service::session_view::created_at;
use crate::service::sessions::{session_not_found, unreadable_sessions};
use crate::transport::call::Call;
use crate::user::UserRef;

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: "limitUserSessions",
    routes: &[
        &users::BY_EMAIL.route,
        &sessions::LIST.route,
        &sessions::DELETE.route,
    ],
}];

#[derive(Debug, Clone)]
pub struct LimitOptions {
    max: u32,
    /// The ids of sessions that are never ended: at most `max`.
    keep: HashSet<String>,
    /// A session that must be the user's, or nothing is changed.
    required: Option<String>,
}

impl LimitOptions {
    pub fn new(max: u32, keep: HashSet<String>, required: Option<String>) -> Result<Self> {
        let kept = keep.len();
        if u32::try_from(kept).is_ok_and(|kept| kept <= max) {
            return Ok(Self {
                max,
                keep,
                required,
            });
        }
        Err(Error::argument_value(format!(
            "options.keep and options.currentSessionId name {kept} sessions, but options.max is {max}. Keep fewer, \
             or raise max."
        )))
    }
}

impl Service {
    /// Returns how many live sessions were ended.
    pub async fn limit_user_sessions(
        &self,
        user: &UserRef,
        options: &LimitOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<u32> {
        operation.name("max", options.max);
        let run = Box::pin(self.limit_sessions(user, options, operation, call));
        self.audited(Action::LimitSessions, user, operation, call, run)
            .await
    }

    async fn limit_sessions(
        &self,
        user: &UserRef,
        options: &LimitOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<u32> {
        let owner = &self.resolve_for(user, operation, call).await?;
        let listed = self.list_sessions(user, owner, call).await?;
        if listed.unreadable > 0 {
            return Err(unreadable_sessions());
        }
        if let Some(required) = &options.required
            && !self.owns(owner, required, call).await?
        {
            return Err(session_not_found());
        }
        let mut ended = Vec::new();
        for session in surplus(listed.sessions, options) {
            if self.is_own(&session, owner, call).await? {
                ended.push(session);
            }
        }
        if ended.is_empty() {
            return Ok(0);
        }
        let refresh_tokens = self.refresh_tokens_plan(operation, call).await?;
        self.end_sessions(owner, ended, refresh_tokens, operation, call)
            .await
    }
}

/// The sessions to end, oldest first: every process chooses the same ones, whatever its clock. Those to keep, of which
/// there are at most `max`, come first in the order.
fn surplus(mut sessions: Vec<Session>, options: &LimitOptions) -> Vec<Session> {
    sessions.sort_by_cached_key(|session| {
        let is_kept = options.keep.contains(&session.id);
        Reverse((is_kept, created_at(session), session.id.clone()))
    });
    let max = usize::try_from(options.max).unwrap_or(usize::MAX);
    let mut surplus = sessions.split_off(max.min(sessions.len()));
    surplus.reverse();
    surplus
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn session(id: &str, created_at: &str) -> Session {
        let session = json!({ "id": id, "created_at": created_at }).to_string();
        serde_json::from_str(&session).unwrap()
    }

    fn ended(sessions: Vec<Session>, max: u32, keep: &[&str]) -> Vec<String> {
        let keep = keep.iter().map(|&id| id.to_owned()).collect();
        let options = LimitOptions::new(max, keep, None).unwrap();
        let surplus = surplus(sessions, &options);
        surplus.into_iter().map(|session| session.id).collect()
    }

    #[test]
    fn the_oldest_are_ended_in_an_order_that_every_process_agrees_on() {
        let (old, new) = ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
        let one = || vec![session("c", old), session("a", new), session("b", old)];
        let other = || vec![session("b", old), session("c", old), session("a", new)];
        assert_eq!(ended(one(), 1, &[]), ["b", "c"]);
        assert_eq!(ended(other(), 1, &[]), ["b", "c"]);
        assert_eq!(ended(one(), 2, &[]), ["b"]);
        assert_eq!(ended(one(), 3, &[]), [""; 0]);
    }

    #[test]
    fn those_to_keep_come_first() {
        let (old, new) = ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
        let all = || vec![session("a", old), session("b", new), session("c", new)];
        assert_eq!(ended(all(), 1, &["a"]), ["b", "c"]);
        assert_eq!(ended(all(), 2, &["a"]), ["b"]);
    }
}
