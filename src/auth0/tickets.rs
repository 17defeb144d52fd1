//! Password-change tickets of the Management API.

use serde::Deserialize;
use serde_json::Value;

use super::endpoint::{Endpoint, Request};
use super::oauth::secret;
use super::response::{JsonBody, Unchecked};
use crate::config::Secret;
use crate::error::Result;
use crate::transport::request::{Body, Replay};

/// Not repeatable: a second ticket would be a second way to take over the account.
pub static PASSWORD_CHANGE: Endpoint<Unchecked<PasswordTicket>> =
    Endpoint::post("/api/v2/tickets/password-change", Replay::Unsafe)
        .scopes(&["create:user_tickets"]);

#[derive(Deserialize)]
pub struct PasswordTicket {
    /// Anyone who has this URL can set the password.
    #[serde(deserialize_with = "secret")]
    pub ticket: Secret,
}

impl JsonBody for PasswordTicket {
    const EXPECTED: &'static str = "an object with a string `ticket`";
    const IS_SHORT: bool = true;
}

/// `custom_domain` chooses the host of the link.
pub fn password_change(
    body: Value,
    custom_domain: Option<&str>,
) -> Result<Request<Unchecked<PasswordTicket>>> {
    let request = PASSWORD_CHANGE.request(&[])?.body(Body::Json(body));
    Ok(match custom_domain {
        Some(domain) => request.header("auth0-custom-domain", domain.to_owned()),
        None => request,
    })
}
