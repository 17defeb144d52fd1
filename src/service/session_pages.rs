//! Reads a user's sessions page by page, each session once, and stops at a list that does not end.

use std::collections::HashSet;

use crate::auth0::session_page::{PageReader, SessionPage};
use crate::auth0::sessions;
use crate::error::{ApiCategory, Error, Result};
use crate::service::Service;
use crate::transport::call::Call;
use crate::user::UserRef;

/// The most sessions that one call lists; the error for more quotes it.
const MAX_SESSIONS: usize = 10_000;
/// Ten times the size of as many ordinary sessions.
const MAX_BYTES: usize = 64 * 1024 * 1024;
/// Twice as many pages as the most sessions need. A list that does not end means a broken server.
const MAX_PAGES: u32 = 400;

/// The remaining pages. Drop it to stop reading.
pub(super) struct SessionPages<'a> {
    service: &'a Service,
    user: &'a UserRef,
    owner: &'a str,
    call: Call,
    next: Next,
    pages: u32,
    /// The space that is left for the remaining pages.
    room: PageReader,
    ids: HashSet<String>,
    cursors: HashSet<String>,
}

enum Next {
    First,
    At(String),
    End,
}

impl<'a> SessionPages<'a> {
    pub fn of(service: &'a Service, user: &'a UserRef, owner: &'a str, call: Call) -> Self {
        Self {
            service,
            user,
            owner,
            call,
            next: Next::First,
            pages: 0,
            room: PageReader {
                rows: MAX_SESSIONS,
                bytes: MAX_BYTES,
            },
            ids: HashSet::new(),
            cursors: HashSet::new(),
        }
    }

    /// The next page without the sessions of other users.
    pub async fn next_own(&mut self) -> Result<Option<SessionPage>> {
        let Some(mut page) = self.next().await? else {
            return Ok(None);
        };
        let listed = page.sessions.len();
        page.sessions
            .retain(|session| session.may_be_of(self.owner));
        self.service
            .warn_of_foreign_sessions(listed - page.sessions.len(), self.call);
        Ok(Some(page))
    }

    /// The sessions of the next page that no earlier page contained; `None` after the last page or one that is too
    /// long.
    pub async fn next(&mut self) -> Result<Option<SessionPage>> {
        let cursor = match &self.next {
            Next::First => None,
            Next::At(_) if self.pages == MAX_PAGES => {
                return Err(endless("does not end", MAX_PAGES));
            }
            Next::At(cursor) => Some(cursor.as_str()),
            Next::End => return Ok(None),
        };
        let request = sessions::list(self.owner, cursor, self.room)?;
        let mut page = match self.service.api.send(request, self.call).await {
            Ok(page) => page,
            Err(error) => return Err(Box::pin(self.absent(error)).await),
        };
        self.pages += 1;
        self.next = self.after(&page)?;
        // A list that changes while it is read, or a repeated page, shows sessions again.
        page.sessions
            .retain(|session| self.ids.insert(session.id.clone()));
        self.room.rows -= page.sessions.len() + page.unreadable;
        self.room.bytes -= page.bytes;
        Ok(Some(page))
    }

    async fn absent(&self, error: Error) -> Error {
        self.service
            .absent_user(error, self.user, self.owner, self.call)
            .await
    }

    fn after(&mut self, page: &SessionPage) -> Result<Next> {
        match &page.next {
            Some(next) if !page.is_too_long => {
                if self.cursors.insert(next.clone()) {
                    Ok(Next::At(next.clone()))
                } else {
                    Err(endless("repeats a page", self.pages))
                }
            }
            _ => Ok(Next::End),
        }
    }
}

fn endless(problem: &str, pages: u32) -> Error {
    let message = format!("{}: the list of sessions {problem}.", sessions::LIST);
    sessions::LIST.error(ApiCategory::Response, pages, message)
}
