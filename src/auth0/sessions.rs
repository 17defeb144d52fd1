//! Sessions of the Management API. Session ids are tenant-wide: Auth0 checks no owner.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::endpoint::{Endpoint, Request};
use super::lenient;
use super::response::{Acceptance, JsonBody};
use super::session_page::{PageReader, SessionPage};
use crate::error::Result;
use crate::transport::request::{Body, Replay};

/// Auth0's limit on its public cloud.
pub(super) const PAGE_SIZE: &str = "50";

pub static LIST: Endpoint<SessionPage> = Endpoint::get("/api/v2/users/{user_id}/sessions")
    .scopes(&["read:sessions"])
    .plan_bound();

pub static READ: Endpoint<Session> = Endpoint::get("/api/v2/sessions/{id}")
    .scopes(&["read:sessions"])
    .plan_bound();

pub static DELETE: Endpoint<Acceptance> = Endpoint::delete("/api/v2/sessions/{id}", Replay::Safe)
    .scopes(&["delete:sessions"])
    .plan_bound();

pub static REVOKE: Endpoint<Acceptance> =
    Endpoint::post("/api/v2/sessions/{id}/revoke", Replay::Safe)
        .scopes(&["delete:sessions", "delete:refresh_tokens"])
        .plan_bound();

pub static DELETE_ALL: Endpoint<Acceptance> =
    Endpoint::delete("/api/v2/users/{user_id}/sessions", Replay::Safe)
        .scopes(&["delete:sessions"])
        .plan_bound();

pub static REVOKE_ACCESS: Endpoint<Acceptance> =
    Endpoint::post("/api/v2/users/{id}/revoke-access", Replay::Safe)
        .scopes(&["delete:sessions", "delete:refresh_tokens"])
        .plan_bound();

/// Everything but the id is optional in Auth0's schema.
#[derive(Debug, Clone, Deserialize)]
pub struct Session {
    #[serde(deserialize_with = "lenient::required_text")]
    pub id: String,
    #[serde(default, deserialize_with = "lenient::optional_id")]
    pub user_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::date")]
    pub created_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "lenient::date")]
    pub updated_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "lenient::date")]
    pub authenticated_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "lenient::date")]
    pub last_interacted_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "lenient::date")]
    pub expires_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "lenient::date")]
    pub idle_expires_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub device: Option<Device>,
    #[serde(default, deserialize_with = "lenient::rows")]
    pub clients: Vec<SessionClient>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub authentication: Option<Authentication>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub cookie: Option<Cookie>,
    #[serde(default, deserialize_with = "lenient::texts")]
    pub session_metadata: Option<BTreeMap<String, String>>,
}

impl JsonBody for Session {
    const EXPECTED: &'static str = "a session with `id` and `user_id`";
}

impl Session {
    /// A list may leave the owner out; whoever it names must be the user who was asked for.
    pub fn may_be_of(&self, owner: &str) -> bool {
        self.user_id.as_deref().is_none_or(|named| named == owner)
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct Device {
    #[serde(default, deserialize_with = "lenient::text")]
    pub initial_ip: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub initial_asn: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub initial_user_agent: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub last_ip: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub last_asn: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub last_user_agent: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct SessionClient {
    #[serde(default, deserialize_with = "lenient::text")]
    pub client_id: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct Authentication {
    #[serde(default, deserialize_with = "lenient::rows")]
    pub methods: Vec<AuthenticationEvent>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct AuthenticationEvent {
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    pub kind: Option<String>,
    #[serde(default, deserialize_with = "lenient::date")]
    pub timestamp: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Cookie {
    #[serde(default, deserialize_with = "lenient::text")]
    pub mode: Option<String>,
}

/// `room` is what the page may take up, and `from` where it begins.
pub fn list(user_id: &str, from: Option<&str>, room: PageReader) -> Result<Request<SessionPage>> {
    let request = LIST.request_for(room, &[user_id])?.query("take", PAGE_SIZE);
    Ok(match from {
        Some(cursor) => request.query("from", cursor),
        None => request,
    })
}

pub fn read(session_id: &str) -> Result<Request<Session>> {
    READ.request(&[session_id])
}

/// Ends the session; its refresh tokens live on.
pub fn delete(session_id: &str) -> Result<Request<Acceptance>> {
    DELETE.request(&[session_id])
}

/// Ends the session and revokes the refresh tokens bound to it.
pub fn revoke(session_id: &str) -> Result<Request<Acceptance>> {
    REVOKE.request(&[session_id])
}

/// Ends every session of the user; refresh tokens live on.
pub fn delete_all(user_id: &str) -> Result<Request<Acceptance>> {
    DELETE_ALL.request(&[user_id])
}

/// Ends every session of the user and revokes every refresh token, as Auth0's support documents; the API
/// reference does not say so.
pub fn revoke_access(user_id: &str) -> Result<Request<Acceptance>> {
    Ok(REVOKE_ACCESS
        .request(&[user_id])?
        .body(Body::Json(serde_json::json!({}))))
}
