//! Tickets of the Management API: links to set a password or to verify an email, and the email with such a link.

use serde::Deserialize;
use serde_json::Value;

use super::endpoint::{Endpoint, Request};
use super::lenient;
use super::oauth::secret;
use super::response::{JsonBody, Unchecked};
use crate::config::Secret;
use crate::error::Result;
use crate::transport::request::{Body, Replay};

/// Not repeatable: a second ticket would be a second way to take over the account.
pub static PASSWORD_CHANGE: Endpoint<Unchecked<Ticket>> =
    Endpoint::post("/api/v2/tickets/password-change", Replay::Unsafe)
        .scopes(&["create:user_tickets"]);

/// Not repeatable either: each ticket is a link that works.
pub static EMAIL_VERIFICATION: Endpoint<Unchecked<Ticket>> =
    Endpoint::post("/api/v2/tickets/email-verification", Replay::Unsafe)
        .scopes(&["create:user_tickets"]);

/// Not repeatable: the user would get another email.
pub static SEND_VERIFICATION: Endpoint<Job> =
    Endpoint::post("/api/v2/jobs/verification-email", Replay::Unsafe).scopes(&["update:users"]);

#[derive(Deserialize)]
pub struct Ticket {
    /// Anyone who has this URL can set the password, or verify the email.
    #[serde(deserialize_with = "secret")]
    pub ticket: Secret,
}

impl JsonBody for Ticket {
    const EXPECTED: &'static str = "an object with a string `ticket`";
    const IS_SHORT: bool = true;
}

/// Work that Auth0 has accepted and carries out later.
#[derive(Debug, Deserialize)]
pub struct Job {
    #[serde(deserialize_with = "lenient::required_text")]
    pub id: String,
}

impl JsonBody for Job {
    const EXPECTED: &'static str = "a job with an `id`";
    const IS_SHORT: bool = true;
}

pub fn send_verification(body: Value) -> Result<Request<Job>> {
    Ok(SEND_VERIFICATION.request(&[])?.body(Body::Json(body)))
}

/// `custom_domain` chooses the host of the link.
pub fn ticket(
    endpoint: &'static Endpoint<Unchecked<Ticket>>,
    body: Value,
    custom_domain: Option<&str>,
) -> Result<Request<Unchecked<Ticket>>> {
    let request = endpoint.request(&[])?.body(Body::Json(body));
    Ok(match custom_domain {
        Some(domain) => request.header("auth0-custom-domain", domain.to_owned()),
        None => request,
    })
}
