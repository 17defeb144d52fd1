//! A live session as callers see it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use napi_derive::napi;

/// A live session of a user. Personal data (addresses, user agents): show it to its owner only.
#[napi(object)]
#[derive(Debug, Clone)]
pub struct UserSession {
    /// The session's id; equal to the `sid` claim of the ID tokens issued in it.
    pub id: String,
    /// The Auth0 user id of the owner.
    pub user_id: String,
    /// The first application that used the session; empty when Auth0 names none.
    pub client_id: String,
    /// Every application that used the session.
    pub client_ids: Vec<String>,
    /// When the session began. Where Auth0 does not say, its earliest known moment.
    pub created_at: DateTime<Utc>,
    /// When the session last changed. Where Auth0 does not say, equal to `createdAt`.
    pub updated_at: DateTime<Utc>,
    /// The last full authentication, by password or at an identity provider.
    pub authenticated_at: Option<DateTime<Utc>>,
    /// The last use at Auth0's authorization server.
    pub last_activity_at: Option<DateTime<Utc>>,
    /// The absolute end, whatever the use.
    pub expires_at: Option<DateTime<Utc>>,
    /// The end by inactivity, which moves with use.
    pub idle_expires_at: Option<DateTime<Utc>>,
    /// The kind of device, by the latest user agent.
    #[napi(ts_type = "'Desktop' | 'Mobile' | 'Tablet' | 'TV' | 'Bot' | 'Unknown' | (string & {})")]
    pub device: String,
    /// Browser and version to three parts, such as `"Chrome 120.0.0"`; `"Unknown"` if Auth0 does not say.
    pub browser: String,
    /// Operating system and version, such as `"Windows 10"`; `"Unknown"` if Auth0 does not say.
    pub os: String,
    /// The same as `os`.
    pub platform: String,
    /// The same as `browser`.
    pub name: String,
    /// The latest IP address; `"Unknown"` if Auth0 does not say.
    pub address: String,
    /// The IP address at the session's beginning.
    pub initial_address: Option<String>,
    /// The autonomous system number of the latest network.
    pub asn: Option<String>,
    /// The latest user agent as sent by the browser: untrusted text.
    pub user_agent: Option<String>,
    /// Country of `address`, when a GeoIP database is configured.
    pub country: Option<String>,
    /// City of `address`, when a GeoIP database is configured.
    pub city: Option<String>,
    /// True for the session whose id was passed as `currentSessionId`.
    pub current: bool,
    /// Whether the session outlives the browser window; absent where Auth0 does not say.
    pub persistent: Option<bool>,
    /// How the user authenticated in this session.
    pub authentication_methods: Vec<SessionAuthenticationMethod>,
    /// The session metadata that the tenant's Actions or back end stored.
    pub metadata: Option<HashMap<String, String>>,
}

/// One authentication within a session.
#[napi(object)]
#[derive(Debug, Clone)]
pub struct SessionAuthenticationMethod {
    /// `"pwd"`, `"federated"`, `"passkey"`, `"sms"`, `"email"`, `"mfa"`, or a name of the tenant's own.
    pub name: String,
    /// The factor, when `name` is `"mfa"`.
    #[napi(js_name = "type")]
    pub kind: Option<String>,
    /// When it happened.
    pub at: Option<DateTime<Utc>>,
}
