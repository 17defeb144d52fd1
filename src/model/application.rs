//! An application that can act for a user without them.

use chrono::{DateTime, Utc};
use napi_derive::napi;
use serde::Serialize;

/// An application that holds refresh tokens of a user, with which it gets new access tokens without the user.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserApplication {
    /// The id of the application; empty if Auth0 does not say.
    pub client_id: String,
    /// How many refresh tokens it holds. Rotating tokens of one device count once.
    pub refresh_tokens: u32,
    /// The APIs that the tokens are for.
    pub audiences: Vec<String>,
    /// When it got the first of the tokens.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "super::dates::optional_millis"
    )]
    pub created_at: Option<DateTime<Utc>>,
    /// When it last used one of them.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "super::dates::optional_millis"
    )]
    pub last_used_at: Option<DateTime<Utc>>,
    /// Where the user signed in to it, most recently used first.
    pub devices: Vec<ApplicationDevice>,
}

impl UserApplication {
    /// Adds the tokens of one more device.
    pub fn add(&mut self, audiences: Vec<String>, device: ApplicationDevice) {
        self.refresh_tokens = self.refresh_tokens.saturating_add(device.refresh_tokens);
        self.audiences.extend(audiences);
        self.created_at = [self.created_at, device.created_at]
            .into_iter()
            .flatten()
            .min();
        self.last_used_at = self.last_used_at.max(device.last_used_at);
        self.devices.push(device);
    }
}

/// A device on which the user signed in to an application. Contains personal data: show it to the user only.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationDevice {
    /// The kind of device, from the latest user agent.
    #[napi(ts_type = "'Desktop' | 'Mobile' | 'Tablet' | 'TV' | 'Bot' | 'Unknown' | (string & {})")]
    pub device: String,
    /// Browser and version, such as `"Chrome 120.0.0"`; `"Unknown"` if Auth0 does not say.
    pub browser: String,
    /// Operating system and version, such as `"iOS 17.2"`; `"Unknown"` if Auth0 does not say.
    pub os: String,
    /// The latest IP address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Country of `address`, if a GeoIP database is configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// City of `address`, if a GeoIP database is configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The latest user agent as sent by the device. Untrusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The session in which the tokens were issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// How many refresh tokens the application holds here. Rotating ones count once.
    pub refresh_tokens: u32,
    /// Whether each use of a token replaces it.
    pub rotating: bool,
    /// When the first of the tokens was issued.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "super::dates::optional_millis"
    )]
    pub created_at: Option<DateTime<Utc>>,
    /// When one of them was last used.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "super::dates::optional_millis"
    )]
    pub last_used_at: Option<DateTime<Utc>>,
    /// When the latest token expires regardless of use; absent if never.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "super::dates::optional_millis"
    )]
    pub expires_at: Option<DateTime<Utc>>,
    /// When the latest token expires through inactivity; absent if never.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "super::dates::optional_millis"
    )]
    pub idle_expires_at: Option<DateTime<Utc>>,
    /// The ids of the tokens, which are not the tokens themselves; present with `includeTokenIds`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_ids: Option<Vec<String>>,
}
