//! URLs that a person is sent to.

use chrono::{DateTime, Utc};
use napi_derive::napi;
use serde::Serialize;

use super::dates::millis;

/// A link to set a new password. Anyone who has it can use it: send it only to the user's own email.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserAccountChangePasswordTicket {
    /// The one-time URL.
    pub redirect: String,
    /// When the URL stops working.
    #[serde(serialize_with = "millis")]
    pub expires_at: DateTime<Utc>,
    /// Present if the user is blocked: a password reset lifts the block.
    #[napi(ts_type = "'passwordReset'")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_until: Option<&'static str>,
}

/// A link where a person signs in to the account to be connected.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserAccountConnectionTicket {
    /// The provider as it was requested.
    #[napi(ts_type = "UserAuthenticationMethodProvider | (string & {})")]
    pub provider: String,
    /// The URL to send the browser to.
    pub redirect: String,
    /// Returned to the redirect URL along with the code; pass it to `connectSecondaryAccount`.
    pub state: String,
    /// The `nonce` claim that the ID token will have; checked by `connectSecondaryAccount`.
    pub nonce: String,
    /// When the state expires: 10 minutes after it was created, or as configured.
    #[serde(serialize_with = "millis")]
    pub expires_at: DateTime<Utc>,
}
