//! Selects users of a tenant: by search, by organization, by a users export, or from the tenant's log. What Auth0 does
//! not show is reported, never left out silently.

mod export;
mod finding;
mod members;
mod pages;
mod searches;

use chrono::{DateTime, SecondsFormat, Utc};
use tokio::sync::mpsc::Sender;

use crate::auth0::lucene::{between, quoted};
use crate::auth0::{directory, users_export};
use crate::error::{Error, Result};
use crate::model::{Completeness, SelectedUser};
use crate::service::needs::Needs;
use crate::service::{Service, Timing};
use finding::{EVENTUALLY, Selection};
use searches::{LogSearch, UserSearch};

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: "selectUsers",
    routes: &[
        &directory::SEARCH.route,
        &users_export::CREATE.route,
        &users_export::JOB.route,
    ],
}];

/// Which users are selected.
#[derive(Debug)]
pub enum Selector {
    /// In the syntax of Lucene.
    Query(String),
    LastIp(String),
    /// The name of a connection, with which the users can sign in.
    Connection(String),
    All,
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

impl Service {
    /// Sends the users in groups. Ends early if nobody receives them any longer.
    pub async fn select_users(
        &self,
        selector: &Selector,
        timing: Timing,
        users: Sender<Vec<SelectedUser>>,
    ) -> Result<Completeness> {
        let mut selection = Selection::new(self, timing, users)?;
        match selector {
            Selector::Query(query) => selection.search(query.clone()).await?,
            Selector::LastIp(address) => {
                let query = format!("last_ip:{}", quoted(address));
                selection.search(query).await?;
            }
            Selector::Connection(name) => {
                let query = format!("identities.connection:{}", quoted(name));
                selection.search(query).await?;
            }
            Selector::All => selection.export().await?,
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
        if (Utc::now() - logs.until).num_seconds() < LOG_DELAY_SECONDS {
            self.incomplete(TOO_RECENT);
        }
        if !self.reaches_back_to(logs.since).await? {
            self.incomplete(TOO_OLD);
        }
        let source = LogSearch {
            fields: &logs.fields,
            until: iso(logs.until),
        };
        self.all_hits(&source, Some(iso(logs.since))).await
    }

    /// Whether the log has an event that is as old.
    async fn reaches_back_to(&self, since: DateTime<Utc>) -> Result<bool> {
        let request = directory::logs(&between("date", "*", &iso(since)), 0)?;
        let older = self.service.api.send(request, self.call()).await?;
        Ok(!older.rows.is_empty())
    }
}

fn iso(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Events reach the log with a delay.
const LOG_DELAY_SECONDS: i64 = 60;
const TOO_RECENT: &str =
    "The tenant's log follows events with a delay: events of the last minute may be missing.";

const TOO_OLD: &str = "The tenant's log has no event as old as `since`: earlier ones may have been deleted, because the plan \
                       limits how long they are kept.";

/// The organization, if it can be one.
pub fn organization_id(id: String) -> Result<Selector> {
    if id.starts_with("org_") {
        return Ok(Selector::Organization(id));
    }
    Err(Error::argument_value(
        "selector.organization must be the id of an organization, which begins with \"org_\".",
    ))
}
