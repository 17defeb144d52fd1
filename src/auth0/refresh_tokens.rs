//! Refresh tokens of the Management API, shown without the tokens themselves.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};

use super::endpoint::{Endpoint, Request};
use super::lenient;
use super::page::{self, Page, Room};
use super::response::{Acceptance, JsonBody};
use super::sessions::{Device, PAGE_SIZE};
use crate::error::Result;
use crate::transport::request::Replay;

/// The scope for revoking refresh tokens.
pub const DELETE_SCOPE: &str = "delete:refresh_tokens";

/// Far larger than a full list of ordinary tokens.
const MAX_BYTES: usize = 8 * 1024 * 1024;

pub static DELETE_ALL: Endpoint<Acceptance> =
    Endpoint::delete("/api/v2/users/{user_id}/refresh-tokens", Replay::Safe)
        .scopes(&[DELETE_SCOPE])
        .plan_bound();

/// The scope for listing refresh tokens.
pub const READ_SCOPE: &str = "read:refresh_tokens";

pub static LIST: Endpoint<RefreshTokenPage<RefreshToken>> = list_endpoint();

/// The same list, of which more is read.
pub static LIST_DETAILS: Endpoint<RefreshTokenPage<TokenDetails>> = list_endpoint();

pub static DELETE: Endpoint<Acceptance> =
    Endpoint::delete("/api/v2/refresh-tokens/{id}", Replay::Safe)
        .scopes(&[DELETE_SCOPE])
        .plan_bound();

const fn list_endpoint<T>() -> Endpoint<RefreshTokenPage<T>> {
    Endpoint::get("/api/v2/users/{user_id}/refresh-tokens")
        .scopes(&[READ_SCOPE])
        .plan_bound()
}

#[derive(Debug)]
pub struct RefreshTokenPage<T> {
    pub tokens: Vec<T>,
    /// Where the next page begins.
    pub next: Option<String>,
}

impl<T: DeserializeOwned + Send + 'static> JsonBody for RefreshTokenPage<T> {
    const EXPECTED: &'static str = "an object with an array `tokens`, each with an `id`";
}

/// Every row must be readable: a token that could not be read is not known to be gone.
impl<'de, T: DeserializeOwned> Deserialize<'de> for RefreshTokenPage<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let room = Room {
            rows: lenient::MAX_ROWS,
            bytes: MAX_BYTES,
        };
        let page: Page<T> = page::read("tokens", room, deserializer)?;
        if page.unreadable > 0 {
            return Err(D::Error::custom("a row is not a refresh token"));
        }
        if page.is_too_long {
            return Err(D::Error::custom("the page has more rows than are read"));
        }
        Ok(Self {
            tokens: page.rows,
            next: page.next,
        })
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct RefreshToken {
    pub id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub user_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub session_id: Option<String>,
}

/// What an application needs a token for, and where the user signed in to get it.
#[derive(Debug, Clone, Deserialize)]
pub struct TokenDetails {
    #[serde(deserialize_with = "lenient::required_text")]
    pub id: String,
    #[serde(default, deserialize_with = "lenient::optional_id")]
    pub user_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional_id")]
    pub client_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional_id")]
    pub session_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::flag")]
    pub rotating: bool,
    #[serde(default, deserialize_with = "lenient::date")]
    pub created_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "lenient::date")]
    pub last_exchanged_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "lenient::date")]
    pub expires_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "lenient::date")]
    pub idle_expires_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub device: Option<Device>,
    #[serde(default, deserialize_with = "lenient::rows")]
    pub resource_servers: Vec<ResourceServer>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ResourceServer {
    #[serde(default, deserialize_with = "lenient::text")]
    pub audience: Option<String>,
}

pub fn delete(id: &str) -> Result<Request<Acceptance>> {
    DELETE.request(&[id])
}

/// `from` is the cursor where the page begins.
pub fn list<T: DeserializeOwned + Send + 'static>(
    endpoint: &'static Endpoint<RefreshTokenPage<T>>,
    user_id: &str,
    from: Option<&str>,
) -> Result<Request<RefreshTokenPage<T>>> {
    let request = endpoint.request(&[user_id])?.query("take", PAGE_SIZE);
    Ok(match from {
        Some(cursor) => request.query("from", cursor),
        None => request,
    })
}

/// Revokes every refresh token of the user; sessions remain.
pub fn delete_all(user_id: &str) -> Result<Request<Acceptance>> {
    DELETE_ALL.request(&[user_id])
}
