//! Lists of a tenant's users: by search, by organization, and by the log of the tenant.

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer};

use super::endpoint::{Endpoint, Request};
use super::lenient;
use super::lucene::quoted;
use super::response::{FromResponse, JsonBody};
use super::streaming::each_row;
use crate::error::Result;

/// Auth0's limit on its public cloud.
pub const PAGE_SIZE: usize = 50;
/// The most hits that Auth0 returns for a search.
pub const MAX_HITS: usize = 1_000;

/// Users that match a query. Auth0 returns no more than the first 1,000, and a change shows only after some time.
pub static SEARCH: Endpoint<Hits<FoundUser>> =
    Endpoint::get("/api/v2/users").scopes(&["read:users"]);

/// Events of the tenant's log that match a query: the first 1,000.
pub static LOGS: Endpoint<Hits<LogEvent>> = Endpoint::get("/api/v2/logs").scopes(&["read:logs"]);

pub static MEMBERS: Endpoint<Members> =
    Endpoint::get("/api/v2/organizations/{id}/members").scopes(&["read:organization_members"]);

/// One page of a search.
#[derive(Debug, Deserialize)]
#[serde(bound = "Row: DeserializeOwned")]
pub struct Hits<Row> {
    #[serde(alias = "users", alias = "logs", deserialize_with = "rows")]
    pub rows: Vec<Row>,
    /// How many users match; of logs, how many are on the page.
    #[serde(default, deserialize_with = "lenient::count")]
    pub total: Option<usize>,
}

impl JsonBody for Hits<FoundUser> {
    const EXPECTED: &'static str = "an object with an array `users`, each with a `user_id`";
}

impl JsonBody for Hits<LogEvent> {
    const EXPECTED: &'static str = "an object with an array `logs`";
}

/// A row that cannot be read could be a user who would be missing. One more than the limit is enough to detect that there
/// are too many.
fn rows<'de, D: Deserializer<'de>, Row: DeserializeOwned>(
    deserializer: D,
) -> Result<Vec<Row>, D::Error> {
    let mut rows = Vec::new();
    each_row(deserializer, |row| {
        if rows.len() <= MAX_HITS {
            rows.push(row);
        }
        Ok(())
    })?;
    Ok(rows)
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct FoundUser {
    pub user_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub email: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub last_ip: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub last_login: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub created_at: Option<String>,
}

/// Many events are about no user.
#[derive(Debug, Deserialize)]
pub struct LogEvent {
    #[serde(default, deserialize_with = "lenient::optional_id")]
    pub user_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub date: Option<String>,
}

/// One page of the members of an organization.
#[derive(Debug, Deserialize)]
pub struct Members {
    #[serde(deserialize_with = "lenient::all_rows")]
    pub members: Vec<FoundUser>,
    /// Where the next page begins.
    #[serde(default, deserialize_with = "lenient::text")]
    pub next: Option<String>,
}

impl JsonBody for Members {
    const EXPECTED: &'static str = "an object with an array `members`, each with a `user_id`";
}

/// The oldest user first. `page` counts from 0.
pub fn search(query: &str, page: usize) -> Result<Request<Hits<FoundUser>>> {
    let fields = "user_id,email,name,last_ip,last_login,created_at";
    let request = SEARCH.request(&[])?.query("search_engine", "v3");
    let request = request.query("sort", "created_at:1");
    Ok(paged(request, query, fields, &page))
}

/// Auth0 ignores the case of `email` here. `page` counts from 0.
pub fn search_by_email(email: &str, page: u32) -> Result<Request<Hits<FoundUser>>> {
    let request = SEARCH.request(&[])?.query("search_engine", "v3");
    let query = format!("email:{}", quoted(email));
    Ok(paged(request, &query, "user_id,email", &page))
}

/// The oldest event first. `page` counts from 0.
pub fn logs(query: &str, page: usize) -> Result<Request<Hits<LogEvent>>> {
    let request = LOGS.request(&[])?.query("sort", "date:1");
    Ok(paged(request, query, "user_id,date", &page))
}

fn paged<T: FromResponse>(
    request: Request<T>,
    query: &str,
    fields: &str,
    page: &impl ToString,
) -> Request<T> {
    request
        .query("q", query)
        .query("fields", fields)
        .query("include_fields", "true")
        .query("include_totals", "true")
        .query("per_page", &PAGE_SIZE.to_string())
        .query("page", &page.to_string())
}

pub fn members(organization: &str, from: Option<&str>) -> Result<Request<Members>> {
    let request = MEMBERS
        .request(&[organization])?
        .query("take", &PAGE_SIZE.to_string());
    Ok(match from {
        Some(from) => request.query("from", from),
        None => request,
    })
}
