//! Auth0's blocks against guessed passwords: of a user, for one address or for all.

use serde::Deserialize;

use super::endpoint::{Endpoint, Request};
use super::lenient;
use super::response::{Acceptance, JsonBody};
use crate::error::Result;
use crate::transport::request::Replay;

pub static LIST: Endpoint<UserBlocks> =
    Endpoint::get("/api/v2/user-blocks/{id}").scopes(&["read:users"]);

pub static DELETE: Endpoint<Acceptance> =
    Endpoint::delete("/api/v2/user-blocks/{id}", Replay::Safe).scopes(&["update:users"]);

#[derive(Debug, Deserialize)]
pub struct UserBlocks {
    #[serde(deserialize_with = "lenient::all_rows")]
    pub blocked_for: Vec<UserBlock>,
}

impl JsonBody for UserBlocks {
    const EXPECTED: &'static str = "an object with an array `blocked_for`";
}

#[derive(Debug, Clone, Deserialize)]
pub struct UserBlock {
    #[serde(default, deserialize_with = "lenient::text")]
    pub identifier: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub ip: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub connection: Option<String>,
}

pub fn list(user_id: &str) -> Result<Request<UserBlocks>> {
    LIST.request(&[user_id])
}

pub fn delete_all(user_id: &str) -> Result<Request<Acceptance>> {
    DELETE.request(&[user_id])
}
