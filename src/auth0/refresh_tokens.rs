//! Refresh tokens of the Management API.

use crate::error::Result;
use crate::transport::request::{Endpoint, Method, Replay, Request};

/// The scope that decides whether refresh tokens can be revoked.
pub const DELETE_SCOPE: &str = "delete:refresh_tokens";

pub static DELETE_ALL: Endpoint = Endpoint {
    method: Method::Delete,
    template: "/api/v2/users/{user_id}/refresh-tokens",
    scopes: &[DELETE_SCOPE],
    replay: Replay::Safe,
    plan_bound: true,
    answer: "202",
};

/// Revokes every refresh token of the user; sessions live on.
pub fn delete_all(user_id: &str) -> Result<Request> {
    DELETE_ALL.request(&[user_id])
}
