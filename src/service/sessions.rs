//! Reads the sessions of one user, in full.

use std::collections::HashSet;

use chrono::Utc;

use crate::auth0::sessions::{self, Session, SessionPage};
use crate::error::{ApiCategory, Error, ErrorKind, Result};
use crate::model::UserSession;
use crate::service::Service;
use crate::service::session_view::live_sessions;
use crate::transport::pipeline::Call;
use crate::user::{UserRef, user_not_found};

/// 10,000 sessions. A list without end is a broken server, not a user.
const MAX_PAGES: u32 = 200;

impl Service {
    /// The user's live sessions, most recently active first.
    pub async fn find_user_sessions(
        &self,
        user: &UserRef,
        current_session_id: Option<&str>,
        call: Call,
    ) -> Result<Vec<UserSession>> {
        let owner = self.resolve(user, call).await?;
        let listed = self.list_sessions(user, &owner, call).await?;
        Ok(live_sessions(
            listed,
            &owner,
            current_session_id,
            self.config.geoip.as_ref(),
            Utc::now(),
        ))
    }

    pub(super) async fn list_sessions(
        &self,
        user: &UserRef,
        owner: &str,
        call: Call,
    ) -> Result<Vec<Session>> {
        let mut listed = Vec::new();
        let mut ids = HashSet::new();
        let mut cursors = HashSet::new();
        let mut cursor: Option<String> = None;
        for page_number in 1..=MAX_PAGES {
            let request = sessions::list(owner, cursor.as_deref())?;
            let page = self.api.json::<SessionPage>(request, call).await;
            let page = page.map_err(|error| absent_user(error, user))?;
            // A list that changes while it is read, or a page sent twice, shows sessions again.
            let fresh = page.sessions.into_iter();
            listed.extend(fresh.filter(|session| ids.insert(session.id.clone())));
            match page.next {
                None => return Ok(listed),
                Some(next) if cursors.insert(next.clone()) => cursor = Some(next),
                Some(_) => return Err(endless_list("repeats a page", page_number)),
            }
        }
        Err(endless_list("has no end", MAX_PAGES))
    }

    /// Nothing when the session does not exist.
    pub(super) async fn read_session(
        &self,
        session_id: &str,
        call: Call,
    ) -> Result<Option<Session>> {
        let request = sessions::read(session_id)?;
        match self.api.json(request, call).await {
            Ok(session) => Ok(Some(session)),
            Err(error) if error.is_absent() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The error of a call that names the user in its path.
pub(super) fn absent_user(error: Error, user: &UserRef) -> Error {
    if error.is_absent() {
        return user_not_found(user).with_cause(error);
    }
    error
}

/// The same words for absent and foreign sessions, so that ids cannot be probed.
pub(super) fn session_not_found() -> Error {
    Error::new(
        ErrorKind::SessionNotFound,
        "The session does not exist or does not belong to the user.",
    )
}

fn endless_list(problem: &str, pages: u32) -> Error {
    let message = format!("{}: the list of sessions {problem}.", sessions::LIST);
    sessions::LIST.error(ApiCategory::Response, pages, message)
}
