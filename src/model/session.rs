//! A live session as callers see it.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use napi_derive::napi;
use serde::ser::{Serialize, SerializeTuple, Serializer};
use serde_json::{Map, Value};

/// A live session of a user. Contains personal data (addresses, user agents): show it to its owner only.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone)]
pub struct UserSession {
    /// The session's id; equal to the `sid` claim of the ID tokens issued in it.
    pub id: String,
    /// The Auth0 user id of the owner.
    pub user_id: String,
    /// The first application that used the session; empty if Auth0 does not say.
    #[napi(ts_type = "string")]
    pub client_id: Derived,
    /// Every application that used the session.
    pub client_ids: Vec<String>,
    /// When the session began. If Auth0 does not say, the earliest time known for it.
    pub created_at: DateTime<Utc>,
    /// When the session last changed. If Auth0 does not say, equal to `createdAt`.
    pub updated_at: DateTime<Utc>,
    /// The last full authentication, with a password or at an identity provider.
    pub authenticated_at: Option<DateTime<Utc>>,
    /// The last use at Auth0's authorization server.
    pub last_activity_at: Option<DateTime<Utc>>,
    /// The latest time at which the session expires, however much it is used.
    pub expires_at: Option<DateTime<Utc>>,
    /// When the session expires through inactivity; extended by use.
    pub idle_expires_at: Option<DateTime<Utc>>,
    /// The kind of device, from the latest user agent.
    #[napi(ts_type = "'Desktop' | 'Mobile' | 'Tablet' | 'TV' | 'Bot' | 'Unknown' | (string & {})")]
    pub device: Arc<str>,
    /// Browser and version of up to three parts, such as `"Chrome 120.0.0"`; `"Unknown"` if Auth0 does not say.
    #[napi(ts_type = "string")]
    pub browser: Arc<str>,
    /// Operating system and version, such as `"Windows 10"`; `"Unknown"` if Auth0 does not say.
    #[napi(ts_type = "string")]
    pub os: Arc<str>,
    /// The same as `os`.
    #[napi(ts_type = "string")]
    pub platform: Derived,
    /// The same as `browser`.
    #[napi(ts_type = "string")]
    pub name: Derived,
    /// The latest IP address; `"Unknown"` if Auth0 does not say.
    pub address: String,
    /// The IP address when the session began.
    pub initial_address: Option<String>,
    /// The autonomous system number of the latest network.
    pub asn: Option<String>,
    /// The autonomous system number of the network in which the session began.
    pub initial_asn: Option<String>,
    /// Operating system and version when the session began; absent if Auth0 does not say.
    #[napi(ts_type = "string")]
    pub initial_os: Option<Arc<str>>,
    /// The latest user agent as sent by the browser. Untrusted.
    pub user_agent: Option<String>,
    /// Country of `address`, if a GeoIP database is configured.
    pub country: Option<String>,
    /// City of `address`, if a GeoIP database is configured.
    pub city: Option<String>,
    /// True for the session whose id was passed as `currentSessionId`.
    pub current: bool,
    /// Whether the session outlives the browser window; absent if Auth0 does not say.
    pub persistent: Option<bool>,
    /// How the user authenticated in this session.
    pub authentication_methods: Vec<SessionAuthenticationMethod>,
    /// The session metadata that the tenant's Actions or back end stored.
    pub metadata: Option<HashMap<String, String>>,
    /// Who acts as the user, if the session is delegated: someone other than the user signed in, such as a support agent.
    pub actor: Option<SessionActor>,
}

/// Who acts as the user in a delegated session, according to Auth0.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone)]
pub struct SessionActor {
    /// Identifies the actor, such as `"auth0|support-agent"`.
    pub sub: String,
    /// What else the tenant recorded about the actor, such as `{ ticket: "T-100" }`. Auth0 allows five of them.
    #[napi(ts_type = "Record<string, string | number | boolean>")]
    pub claims: Map<String, Value>,
}

/// One authentication within a session.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone)]
pub struct SessionAuthenticationMethod {
    /// `"pwd"`, `"federated"`, `"passkey"`, `"sms"`, `"email"`, `"mfa"`, or a custom name of the tenant.
    pub name: String,
    /// The factor, if `name` is `"mfa"`.
    #[napi(js_name = "type")]
    pub kind: Option<String>,
    /// When it happened.
    pub at: Option<DateTime<Utc>>,
}

/// A value that `lib/replies.js` takes from another of the same session.
#[derive(Debug, Clone, Copy)]
pub struct Derived;

/// Encoded by position, because names take JavaScript as long to parse as values. `lib/replies.js` reads the positions.
/// All dates except `created_at` are milliseconds after it, and a text that equals its counterpart is written as 0: V8
/// reads an integer of up to nine digits several times faster than a longer one or a short text.
impl Serialize for UserSession {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let since = Since(self.created_at);
        let mut row = serializer.serialize_tuple(25)?;
        row.serialize_element(&self.id)?;
        row.serialize_element(&self.user_id)?;
        row.serialize_element(&self.client_ids)?;
        row.serialize_element(&self.created_at.timestamp_millis())?;
        row.serialize_element(&since.millis(self.updated_at))?;
        row.serialize_element(&since.optional(self.authenticated_at))?;
        row.serialize_element(&since.optional(self.last_activity_at))?;
        row.serialize_element(&since.optional(self.expires_at))?;
        row.serialize_element(&since.optional(self.idle_expires_at))?;
        row.serialize_element(&*self.device)?;
        row.serialize_element(&*self.browser)?;
        row.serialize_element(&*self.os)?;
        row.serialize_element(&self.address)?;
        let address = Some(self.address.as_str());
        row.serialize_element(&UnlessSame(self.initial_address.as_deref(), address))?;
        row.serialize_element(&self.asn)?;
        row.serialize_element(&self.user_agent)?;
        row.serialize_element(&self.country)?;
        row.serialize_element(&self.city)?;
        row.serialize_element(&self.current)?;
        row.serialize_element(&self.persistent)?;
        row.serialize_element(&Methods(&self.authentication_methods, since))?;
        row.serialize_element(&self.metadata)?;
        row.serialize_element(&UnlessSame(
            self.initial_asn.as_deref(),
            self.asn.as_deref(),
        ))?;
        row.serialize_element(&UnlessSame(self.initial_os.as_deref(), Some(&self.os)))?;
        row.serialize_element(&self.actor)?;
        row.end()
    }
}

impl Serialize for SessionActor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.sub, &self.claims).serialize(serializer)
    }
}

/// When a session began. Its other dates are written as milliseconds after that.
#[derive(Clone, Copy)]
struct Since(DateTime<Utc>);

impl Since {
    fn millis(self, date: DateTime<Utc>) -> i64 {
        date.timestamp_millis() - self.0.timestamp_millis()
    }

    fn optional(self, date: Option<DateTime<Utc>>) -> Option<i64> {
        date.map(|date| self.millis(date))
    }
}

struct Methods<'a>(&'a [SessionAuthenticationMethod], Since);

impl Serialize for Methods<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(methods, since) = self;
        serializer.collect_seq(
            methods
                .iter()
                .map(|method| (&method.name, &method.kind, since.optional(method.at))),
        )
    }
}

/// A text, or 0 if it is the same as the other one.
struct UnlessSame<'a>(Option<&'a str>, Option<&'a str>);

impl Serialize for UnlessSame<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self(Some(text), Some(other)) if text == other => serializer.serialize_u8(0),
            Self(text, _) => text.serialize(serializer),
        }
    }
}
