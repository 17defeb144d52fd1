//! Lists the sessions of one user.

use std::collections::HashSet;

use chrono::Utc;
use serde_json::{Value, json};

use crate::auth0::endpoint::Endpoint;
use crate::auth0::sessions::{self, Session};
use crate::auth0::users;
use crate::error::{ApiCategory, Error, ErrorKind, Result};
use crate::model::UserSession;
use crate::service::Service;
use crate::service::needs::Needs;
use crate::service::session_pages::SessionPages;
use crate::service::session_view::{self, Viewer, live_sessions};
use crate::transport::call::Call;
use crate::transport::pipeline::timed_out;
use crate::user::{UserRef, user_not_found};

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: "findUserSessions",
    routes: &[&users::BY_EMAIL.route, &sessions::LIST.route],
}];

/// The hint where session management is not available.
pub(super) const SESSIONS_NEED_A_PLAN: &str =
    "Session management needs an Enterprise plan. Ask Auth0 to enable it.";

/// The readable sessions of a user.
pub(super) struct Listed {
    pub sessions: Vec<Session>,
    /// How many rows of the list are not a session with an id.
    pub unreadable: usize,
}

impl Service {
    /// The user's live sessions, most recently active first.
    pub async fn find_user_sessions(
        &self,
        user: &UserRef,
        current_session_id: Option<&str>,
        call: Call,
    ) -> Result<Vec<UserSession>> {
        session_view::prepare();
        let owner = self.resolve(user, call).await?;
        let listed = self.list_sessions(user, &owner, call).await?;
        if listed.unreadable > 0 {
            let message = format!(
                "Entries left out of the user's session list because they have no valid id: {}.",
                listed.unreadable
            );
            self.warn(call, &message, json!({ "userId": owner }));
        }
        let viewer = Viewer {
            owner,
            current_session_id: current_session_id.map(str::to_owned),
            geoip: self.config.geoip.clone(),
        };
        live_sessions(listed.sessions, viewer, Utc::now(), call.deadline())
            .await
            .ok_or_else(|| timed_out(&sessions::LIST.route, 1))
    }

    /// Every session, or an error if there are more than one call can list.
    pub(super) async fn list_sessions(
        &self,
        user: &UserRef,
        owner: &str,
        call: Call,
    ) -> Result<Listed> {
        let mut pages = SessionPages::of(self, user, owner, call);
        let mut listed = Listed {
            sessions: Vec::new(),
            unreadable: 0,
        };
        while let Some(page) = pages.next_own().await? {
            if page.is_too_long {
                return Err(too_many_sessions());
            }
            listed.sessions.extend(page.sessions);
            listed.unreadable += page.unreadable;
        }
        Ok(listed)
    }

    /// Whether Auth0 still lists one of these sessions as the user's, or more than can be read.
    pub(super) async fn is_listed(
        &self,
        owner: &str,
        ids: &HashSet<&str>,
        call: Call,
    ) -> Result<bool> {
        let user = UserRef::known(owner);
        let mut pages = SessionPages::of(self, &user, owner, call);
        while let Some(page) = pages.next().await? {
            // Whatever owner it has: only a list without the id proves that the session is gone.
            let is_one = |session: &Session| ids.contains(session.id.as_str());
            if page.is_too_long || page.unreadable > 0 || page.sessions.iter().any(is_one) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The error of a request with the user in its path. A gateway without such a route sends a 404 too, but for a
    /// missing user Auth0 sends an error code.
    pub(super) async fn absent_user(
        &self,
        error: Error,
        user: &UserRef,
        owner: &str,
        call: Call,
    ) -> Error {
        if !error.is_absent() {
            return error;
        }
        let is_in_doubt = error.is_ambiguous();
        if error.error_code().is_none() {
            match self.user_by_id(owner, call).await {
                Ok(None) => {}
                Ok(Some(_)) => return error,
                Err(refusal) if refusal.is_insufficient_scope() => {}
                Err(other) => return other.in_doubt_if(is_in_doubt),
            }
        }
        user_not_found(user)
            .with_cause(error)
            .in_doubt_if(is_in_doubt)
    }

    /// Their owners are not logged: the caller did not ask about those users.
    pub(super) fn warn_of_foreign_sessions(&self, dropped: usize, call: Call) {
        let message = "Auth0 returned sessions of other users for this one. They are ignored: not \
                       shown, counted or revoked.";
        self.warn_of_foreign(message, json!({ "sessions": dropped }), dropped, call);
    }

    pub(super) fn warn_of_foreign_tokens(&self, dropped: usize, call: Call) {
        let message = "Auth0 returned rows of other users for this one. They are ignored: not shown, \
                       counted or changed.";
        self.warn_of_foreign(message, json!({ "refreshTokens": dropped }), dropped, call);
    }

    fn warn_of_foreign(&self, message: &'static str, details: Value, dropped: usize, call: Call) {
        if dropped > 0 {
            self.warn_once(call, message, details);
        }
    }

    /// `None` if the session does not exist.
    pub(super) async fn read_session(
        &self,
        session_id: &str,
        call: Call,
    ) -> Result<Option<Session>> {
        let request = sessions::read(session_id)?;
        match self.api.send(request, call).await {
            Ok(session) if session.id == session_id => Ok(Some(session)),
            // A response about another session shows neither that this one is gone nor whose it is.
            Ok(session) => Ok(Some(Session {
                user_id: None,
                ..session
            })),
            Err(error) if error.is_absent() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The same message for sessions that do not exist and for those of others, so that ids cannot be probed.
pub(super) fn session_not_found() -> Error {
    Error::new(
        ErrorKind::SessionNotFound,
        "The session does not exist or does not belong to the user.",
    )
}

/// Whatever has an id that is unique in the tenant is changed only if Auth0 says that it is the user's.
pub(super) fn without_owner<T>(endpoint: &Endpoint<T>) -> Error {
    let message =
        format!("{endpoint}: the response does not say whose it is: `user_id` is missing.");
    endpoint.error(ApiCategory::Response, 1, message)
}

fn too_many_sessions() -> Error {
    let message = format!(
        "{}: the user has more than 10,000 sessions, or their data exceeds what one call reads. \
         revokeAllUserSessions ends all of them without listing them.",
        sessions::LIST
    );
    sessions::LIST.error(ApiCategory::Response, 1, message)
}

pub(super) fn unreadable_sessions() -> Error {
    let message = format!(
        "{}: some of the sessions cannot be read. revokeAllUserSessions ends all of them without \
         listing them.",
        sessions::LIST
    );
    sessions::LIST.error(ApiCategory::Response, 1, message)
}
