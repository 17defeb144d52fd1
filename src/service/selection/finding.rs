//! A selection under way: what was found, and whether anything may be missing.

use serde_json::json;
use tokio::sync::mpsc::Sender;

use crate::auth0::directory::FoundUser;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Completeness, SelectedUser};
use crate::seen::Seen;
use crate::service::{Service, Timing};
use crate::transport::call::Call;
use crate::user::UserRef;

/// Auth0's search index follows its database.
pub const EVENTUALLY: &str = "Auth0's user search is eventually consistent: users who were created or changed in the \
                          last seconds may be missing.";

/// A selection under way. Each user is selected once.
pub struct Selection<'a> {
    pub service: &'a Service,
    timing: Timing,
    users: Sender<Vec<SelectedUser>>,
    seen: Seen,
    /// Why users may be missing.
    incomplete: Option<&'static str>,
}

impl<'a> Selection<'a> {
    pub fn new(
        service: &'a Service,
        timing: Timing,
        users: Sender<Vec<SelectedUser>>,
    ) -> Result<Self> {
        Ok(Self {
            service,
            timing,
            users,
            seen: Seen::new()?,
            incomplete: None,
        })
    }

    /// For the next request, which has the whole timeout to itself.
    pub fn call(&self) -> Call {
        self.service.call("selectUsers", self.timing)
    }

    pub async fn put(&mut self, found: impl Iterator<Item = FoundUser>) -> Result<()> {
        let new: Vec<SelectedUser> = found
            .filter(|user| self.seen.is_new(&UserRef::known(&user.user_id)))
            .map(selected)
            .collect();
        if self.users.is_closed() {
            return Err(abandoned());
        }
        if new.is_empty() {
            return Ok(());
        }
        self.users.send(new).await.map_err(|_| abandoned())
    }

    pub fn incomplete(&mut self, reason: &'static str) {
        // What Auth0 has withheld says more than that its index may be late.
        if self.incomplete.is_none_or(|known| known == EVENTUALLY) {
            self.incomplete = Some(reason);
        }
    }

    pub fn completeness(self) -> Completeness {
        if let Some(reason) = self.incomplete {
            let message = "The selection of users may be incomplete.";
            self.service
                .warn(self.call(), message, json!({ "reason": reason }));
        }
        Completeness {
            complete: self.incomplete.is_none(),
            reason: self.incomplete,
        }
    }
}

fn abandoned() -> Error {
    Error::new(ErrorKind::Cancelled, "The selection was abandoned.")
}

fn selected(user: FoundUser) -> SelectedUser {
    SelectedUser {
        id: user.user_id,
        email: user.email,
        name: user.name,
        last_ip: user.last_ip,
        last_login: user.last_login,
    }
}
