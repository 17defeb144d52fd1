//! Reads the sessions of one user, in full.

use std::collections::HashSet;

use chrono::Utc;
use serde_json::json;

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
        let mut pages = self.session_pages(user, owner);
        while let Some(page) = pages.next(call).await? {
            // A list that changes while it is read, or a page sent twice, shows sessions again.
            let fresh = page.into_iter();
            listed.extend(fresh.filter(|session| ids.insert(session.id.clone())));
        }
        Ok(listed)
    }

    /// Whether Auth0 still shows one of these sessions as the user's.
    pub(super) async fn is_listed(&self, owner: &str, ids: &[&str], call: Call) -> Result<bool> {
        let user = UserRef::Id(owner.to_owned());
        let mut pages = self.session_pages(&user, owner);
        while let Some(page) = pages.raw(call).await? {
            // Whatever owner it names: only a list without the id shows that the session is gone.
            if page
                .iter()
                .any(|session| ids.contains(&session.id.as_str()))
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The user's sessions, page by page.
    pub(super) fn session_pages<'a>(&'a self, user: &'a UserRef, owner: &'a str) -> Pages<'a> {
        Pages {
            service: self,
            user,
            owner,
            cursors: HashSet::new(),
            next: Next::First,
        }
    }

    /// Whose sessions they are is not logged: the caller has no business with those users.
    pub(super) fn warn_of_foreign_sessions(&self, dropped: usize, call: Call) {
        if dropped > 0 {
            self.warn_once(
                call,
                "Auth0 returned sessions of other users for this one. They are ignored: neither \
                 shown nor counted nor revoked.",
                json!({ "sessions": dropped }),
            );
        }
    }

    /// Nothing when the session does not exist.
    pub(super) async fn read_session(
        &self,
        session_id: &str,
        call: Call,
    ) -> Result<Option<Session>> {
        let request = sessions::read(session_id)?;
        match self.api.json::<Session>(request, call).await {
            Ok(session) if session.id == session_id => Ok(Some(session)),
            // A response about another session says neither that this one is gone nor whose it is.
            Ok(session) => Ok(Some(Session {
                user_id: None,
                ..session
            })),
            Err(error) if error.is_absent() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A list of sessions that is read page by page.
pub(super) struct Pages<'a> {
    service: &'a Service,
    user: &'a UserRef,
    owner: &'a str,
    /// Those that were followed: a list that comes back to one has no end.
    cursors: HashSet<String>,
    next: Next,
}

enum Next {
    First,
    From(String),
    End,
}

impl Pages<'_> {
    /// The sessions of the next page that may be the user's, or nothing after the last page.
    pub(super) async fn next(&mut self, call: Call) -> Result<Option<Vec<Session>>> {
        let Some(mut page) = self.raw(call).await? else {
            return Ok(None);
        };
        let listed = page.len();
        page.retain(|session| session.may_be_of(self.owner));
        self.service
            .warn_of_foreign_sessions(listed - page.len(), call);
        Ok(Some(page))
    }

    /// The next page as Auth0 sent it.
    async fn raw(&mut self, call: Call) -> Result<Option<Vec<Session>>> {
        let cursor = match std::mem::replace(&mut self.next, Next::End) {
            Next::First => None,
            Next::From(cursor) => Some(cursor),
            Next::End => return Ok(None),
        };
        let request = sessions::list(self.owner, cursor.as_deref())?;
        let page = self.service.api.json::<SessionPage>(request, call).await;
        let page = page.map_err(|error| absent_user(error, self.user))?;
        if let Some(next) = page.next {
            let pages = u32::try_from(self.cursors.len()).unwrap_or(u32::MAX) + 1;
            if pages >= MAX_PAGES {
                return Err(endless_list("has no end", pages));
            }
            if !self.cursors.insert(next.clone()) {
                return Err(endless_list("repeats a page", pages));
            }
            self.next = Next::From(next);
        }
        Ok(Some(page.sessions))
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
