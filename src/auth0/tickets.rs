//! Password-change tickets of the Management API.

use serde::Deserialize;
use serde_json::Value;

use super::oauth::secret;
use crate::config::Secret;
use crate::error::Result;
use crate::transport::request::{Body, Endpoint, Method, Replay, Request};

pub static PASSWORD_CHANGE: Endpoint = Endpoint {
    method: Method::Post,
    template: "/api/v2/tickets/password-change",
    scopes: &["create:user_tickets"],
    // A second ticket would be a second valid way in.
    replay: Replay::Unsafe,
    plan_bound: false,
    answer: "an object with a string `ticket`",
};

#[derive(Deserialize)]
pub struct TicketAnswer {
    /// Whoever holds this URL can set the password.
    #[serde(deserialize_with = "secret")]
    pub ticket: Secret,
}

/// `custom_domain` chooses the host of the link.
pub fn password_change(body: Value, custom_domain: Option<&str>) -> Result<Request> {
    let request = PASSWORD_CHANGE.request(&[])?.body(Body::Json(body));
    Ok(match custom_domain {
        Some(domain) => request.header("auth0-custom-domain", domain.to_owned()),
        None => request,
    })
}
