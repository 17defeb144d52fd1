//! Users that a selection has found.

use napi_derive::napi;
use serde::Serialize;

/// A user of a selection. Every method takes it as a user.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SelectedUser {
    /// The Auth0 user id.
    pub id: String,
    /// The email; absent if the user was found in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The IP address of the last sign-in, if the user was found by a search.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_ip: Option<String>,
    /// The time of the last sign-in in ISO 8601, if the user was found by a search.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_login: Option<String>,
}

/// Whether a selection has everybody.
#[derive(Debug, Clone, Serialize)]
pub struct Completeness {
    pub complete: bool,
    /// Why somebody may be missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}
