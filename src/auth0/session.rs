//! A session as the Management API describes it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::lenient;
use super::response::JsonBody;

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
    #[serde(default, deserialize_with = "actor")]
    pub actor: Option<Actor>,
}

impl JsonBody for Session {
    const EXPECTED: &'static str = "a session with `id` and `user_id`";
}

impl Session {
    /// A list may omit the owner; if it includes one, it must be the requested user.
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

/// Who acts as the user in a delegated session.
#[derive(Debug, Clone)]
pub struct Actor {
    pub sub: String,
    /// Strings, numbers and booleans.
    pub claims: Map<String, Value>,
}

/// An object with a `sub`, or `None`.
fn actor<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Actor>, D::Error> {
    let object = lenient::optional_object_text(deserializer)?;
    Ok(object.and_then(|object| {
        let mut claims = lenient::primitives(object);
        match claims.remove("sub")? {
            Value::String(sub) => Some(Actor { sub, claims }),
            _ => None,
        }
    }))
}
