//! Sessions of the Management API. Session ids are tenant-wide: Auth0 checks no owner.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::lenient;
use crate::error::Result;
use crate::transport::request::{Body, Endpoint, Method, Replay, Request};

/// Auth0's limit on its public cloud.
pub(super) const PAGE_SIZE: &str = "50";

pub static LIST: Endpoint = Endpoint {
    method: Method::Get,
    template: "/api/v2/users/{user_id}/sessions",
    scopes: &["read:sessions"],
    replay: Replay::Safe,
    plan_bound: true,
    answer: "an object with an array `sessions`, each with an `id`",
};

pub static READ: Endpoint = Endpoint {
    method: Method::Get,
    template: "/api/v2/sessions/{id}",
    scopes: &["read:sessions"],
    replay: Replay::Safe,
    plan_bound: true,
    answer: "a session with `id` and `user_id`",
};

static DELETE: Endpoint = Endpoint {
    method: Method::Delete,
    template: "/api/v2/sessions/{id}",
    scopes: &["delete:sessions"],
    replay: Replay::Safe,
    plan_bound: true,
    answer: "202",
};

static REVOKE: Endpoint = Endpoint {
    method: Method::Post,
    template: "/api/v2/sessions/{id}/revoke",
    scopes: &["delete:sessions", "delete:refresh_tokens"],
    replay: Replay::Safe,
    plan_bound: true,
    answer: "202",
};

static DELETE_ALL: Endpoint = Endpoint {
    method: Method::Delete,
    template: "/api/v2/users/{user_id}/sessions",
    scopes: &["delete:sessions"],
    replay: Replay::Safe,
    plan_bound: true,
    answer: "202",
};

static REVOKE_ACCESS: Endpoint = Endpoint {
    method: Method::Post,
    template: "/api/v2/users/{id}/revoke-access",
    scopes: &["delete:sessions", "delete:refresh_tokens"],
    replay: Replay::Safe,
    plan_bound: true,
    answer: "202",
};

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
    pub clients: Vec<Client>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub authentication: Option<Authentication>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub cookie: Option<Cookie>,
    #[serde(default, deserialize_with = "lenient::texts")]
    pub session_metadata: Option<BTreeMap<String, String>>,
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
pub struct Client {
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

pub fn list(user_id: &str, from: Option<&str>) -> Result<Request> {
    let request = LIST.request(&[user_id])?.query("take", PAGE_SIZE);
    Ok(match from {
        Some(cursor) => request.query("from", cursor),
        None => request,
    })
}

pub fn read(session_id: &str) -> Result<Request> {
    READ.request(&[session_id])
}

/// Ends the session; its refresh tokens live on.
pub fn delete(session_id: &str) -> Result<Request> {
    DELETE.request(&[session_id])
}

/// Ends the session and revokes the refresh tokens bound to it.
pub fn revoke(session_id: &str) -> Result<Request> {
    REVOKE.request(&[session_id])
}

/// Ends every session of the user; refresh tokens live on.
pub fn delete_all(user_id: &str) -> Result<Request> {
    DELETE_ALL.request(&[user_id])
}

/// Ends every session of the user and revokes every refresh token, as Auth0's support documents; the API
/// reference does not say so.
pub fn revoke_access(user_id: &str) -> Result<Request> {
    Ok(REVOKE_ACCESS
        .request(&[user_id])?
        .body(Body::Json(serde_json::json!({}))))
}
