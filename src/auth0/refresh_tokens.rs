//! Refresh tokens of the Management API, shown without the tokens themselves.

use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::endpoint::{Endpoint, Request};
use super::lenient;
use super::page::{self, Page, Room};
use super::response::{Acceptance, JsonBody};
use super::sessions::PAGE_SIZE;
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

pub static LIST: Endpoint<RefreshTokenPage> =
    Endpoint::get("/api/v2/users/{user_id}/refresh-tokens")
        .scopes(&[READ_SCOPE])
        .plan_bound();

#[derive(Debug)]
pub struct RefreshTokenPage {
    pub tokens: Vec<RefreshToken>,
    /// Where the next page begins.
    pub next: Option<String>,
}

impl JsonBody for RefreshTokenPage {
    const EXPECTED: &'static str = "an object with an array `tokens`, each with an `id`";
}

/// Every row must be readable: a token that could not be read is not known to be gone.
impl<'de> Deserialize<'de> for RefreshTokenPage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let room = Room {
            rows: lenient::MAX_ROWS,
            bytes: MAX_BYTES,
        };
        let page: Page<RefreshToken> = page::read("tokens", room, deserializer)?;
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

pub fn list(user_id: &str, from: Option<&str>) -> Result<Request<RefreshTokenPage>> {
    let request = LIST.request(&[user_id])?.query("take", PAGE_SIZE);
    Ok(match from {
        Some(cursor) => request.query("from", cursor),
        None => request,
    })
}

/// Revokes every refresh token of the user; sessions remain.
pub fn delete_all(user_id: &str) -> Result<Request<Acceptance>> {
    DELETE_ALL.request(&[user_id])
}
