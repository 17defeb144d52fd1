//! Selects users of a tenant: by search, by organization, or from the tenant's log. What Auth0 does not show is reported,
//! never left out silently.

mod members;
mod pages;
mod searches;

use chrono::{DateTime, Utc};
use serde_json::json;
use tokio::sync::mpsc::Sender;

use crate::auth0::directory::{self, FoundUser};
use crate::auth0::lucene::{Span, quoted};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Completeness, SelectedUser};
use crate::seen::Seen;
use crate::service::needs::Needs;
use crate::service::{Service, Timing};
use crate::transport::call::Call;
use crate::user::UserRef;
use searches::{LogSearch, UserSearch};

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: "selectUsers",
    routes: &[&directory::SEARCH.route],
}];

const OPERATION: &str = "selectUsers";

/// Auth0's search index follows its database.
const EVENTUALLY: &str = "Auth0's user search is eventually consistent: users who were created or changed in the \
                          last seconds may be missing.";

/// Which users are selected.
#[derive(Debug)]
pub enum Selector {
    /// In the syntax of Lucene.
    Query(String),
    LastIp(String),
    /// The id of an organization, whose members are selected.
    Organization(String),
    Logs(LogSelector),
}

/// Everybody who appears in the tenant's log.
#[derive(Debug)]
pub struct LogSelector {
    /// Fields of events, and the value of each.
    pub fields: Vec<(&'static str, String)>,
    pub since: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

/// A selection under way. Each user is selected once.
pub struct Selection<'a> {
    service: &'a Service,
    timing: Timing,
    users: Sender<Vec<SelectedUser>>,
    seen: Seen,
    /// Why users may be missing.
    incomplete: Option<&'static str>,
}

impl Service {
    /// Sends the users in groups. Ends early if nobody receives them any longer.
    pub async fn select_users(
        &self,
        selector: &Selector,
        timing: Timing,
        users: Sender<Vec<SelectedUser>>,
    ) -> Result<Completeness> {
        let mut selection = Selection {
            service: self,
            timing,
            users,
            seen: Seen::new()?,
            incomplete: None,
        };
        match selector {
            Selector::Query(query) => selection.search(query.clone()).await?,
            Selector::LastIp(address) => {
                let query = format!("last_ip:{}", quoted(address));
                selection.search(query).await?;
            }
            Selector::Organization(id) => selection.members(id).await?,
            Selector::Logs(logs) => selection.logs(logs).await?,
        }
        Ok(selection.completeness())
    }
}

impl Selection<'_> {
    async fn search(&mut self, query: String) -> Result<()> {
        self.incomplete(EVENTUALLY);
        self.all_hits(&UserSearch { query }, None).await
    }

    async fn logs(&mut self, logs: &LogSelector) -> Result<()> {
        let span = Span {
            from: logs.since.timestamp_millis(),
            to: logs.until.timestamp_millis(),
        };
        if (Utc::now() - logs.until).num_seconds() < LOG_DELAY_SECONDS {
            self.incomplete(TOO_RECENT);
        }
        let source = LogSearch {
            fields: &logs.fields,
            span,
        };
        self.all_hits(&source, Some(span)).await
    }

    /// For the next request, which has the whole timeout to itself.
    fn call(&self) -> Call {
        self.service.call(OPERATION, self.timing)
    }

    async fn put(&mut self, found: impl Iterator<Item = FoundUser>) -> Result<()> {
        let new: Vec<SelectedUser> = found
            .filter(|user| self.seen.is_new(&UserRef::known(&user.user_id)))
            .map(selected)
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        let sent = self.users.send(new).await;
        sent.map_err(|_| Error::new(ErrorKind::Cancelled, "The selection was abandoned."))
    }

    fn incomplete(&mut self, reason: &'static str) {
        // What Auth0 has withheld says more than that its index may be late.
        if self.incomplete.is_none_or(|known| known == EVENTUALLY) {
            self.incomplete = Some(reason);
        }
    }

    fn completeness(self) -> Completeness {
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

/// Events reach the log with a delay.
const LOG_DELAY_SECONDS: i64 = 60;
const TOO_RECENT: &str =
    "The tenant's log follows events with a delay: events of the last minute may be missing.";

fn selected(user: FoundUser) -> SelectedUser {
    SelectedUser {
        id: user.user_id,
        email: user.email,
        name: user.name,
        last_ip: user.last_ip,
        last_login: user.last_login,
    }
}

/// The organization, if it can be one.
pub fn organization_id(id: String) -> Result<Selector> {
    if id.starts_with("org_") {
        return Ok(Selector::Organization(id));
    }
    Err(Error::argument_value(
        "selector.organization must be the id of an organization, which begins with \"org_\".",
    ))
}
