//! Users of the Management API.

use serde::Deserialize;

use super::lenient;
use crate::error::Result;
use crate::transport::request::{Endpoint, Method, Replay, Request};

static BY_EMAIL: Endpoint = Endpoint {
    method: Method::Get,
    template: "/api/v2/users-by-email",
    scopes: &["read:users"],
    replay: Replay::Safe,
    plan_bound: false,
    answer: "an array of users with `user_id`",
};

/// A user as found by email.
#[derive(Debug, Deserialize)]
pub struct FoundUser {
    pub user_id: String,
    #[serde(default, deserialize_with = "lenient::list")]
    pub identities: Vec<FoundIdentity>,
}

#[derive(Debug, Deserialize)]
pub struct FoundIdentity {
    #[serde(default, deserialize_with = "lenient::text")]
    pub connection: Option<String>,
}

/// Auth0 compares emails byte by byte.
pub fn by_email(email: &str) -> Result<Request> {
    Ok(BY_EMAIL
        .request(&[])?
        .query("email", email)
        .query("fields", "user_id,identities")
        .query("include_fields", "true"))
}
