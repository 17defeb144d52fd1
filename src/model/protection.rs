//! What the methods that defend an account return.

use chrono::{DateTime, Utc};
use napi_derive::napi;
use serde::Serialize;

use super::dates::millis;
use crate::error::Effect;

/// A user who can no longer sign in.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone, Serialize)]
pub struct BlockedUser {
    /// Auth0 shows the user as blocked.
    #[napi(ts_type = "true")]
    pub blocked: bool,
    /// Whether a live session is left after the block: `"unknown"` if the list could not be read, for example on a plan
    /// without session management.
    #[napi(ts_type = "'ended' | 'live' | 'unknown'")]
    pub sessions: SessionsLeft,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum SessionsLeft {
    Ended,
    Live,
    Unknown,
}

/// A user who can sign in again.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone, Serialize)]
pub struct UnblockedUser {
    /// Auth0 shows the user as not blocked.
    #[napi(ts_type = "false")]
    pub blocked: bool,
}

/// A block that Auth0 set after too many wrong passwords.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone, Serialize)]
pub struct UserBlock {
    /// What was typed in to sign in: an email, username or phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// The address that is blocked; absent if the block is for all addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The name of the connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
}

/// A factor that a user has enrolled: what Auth0's Management API calls an authentication method. Emails and phone numbers
/// are masked by Auth0.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserFactor {
    /// The id of the factor, such as `"totp|dev_4ThxLgJmsM4HvFkE"`.
    pub id: String,
    /// The kind of factor.
    #[napi(
        js_name = "type",
        ts_type = "'totp' | 'push' | 'phone' | 'email' | 'email-verification' | 'webauthn-roaming' | 'webauthn-platform' | 'guardian' | 'passkey' | 'recovery-code' | (string & {})"
    )]
    #[serde(rename = "type")]
    pub kind: String,
    /// False while the enrollment is not finished; such a factor confirms no sign-in.
    pub confirmed: bool,
    /// The name that the user gave to the factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The masked email, for `"email"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The masked phone number, for `"phone"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// How a phone gets its codes.
    #[napi(ts_type = "'sms' | 'voice' | (string & {})")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_method: Option<String>,
    /// When the enrollment began.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "super::dates::optional_millis"
    )]
    pub created_at: Option<DateTime<Utc>>,
    /// When the enrollment was finished.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "super::dates::optional_millis"
    )]
    pub enrolled_at: Option<DateTime<Utc>>,
    /// When the factor last confirmed a sign-in.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "super::dates::optional_millis"
    )]
    pub last_used_at: Option<DateTime<Utc>>,
    /// For a passkey: whether it stays on one device or is synchronized between several.
    #[napi(ts_type = "'single_device' | 'multi_device' | (string & {})")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_type: Option<String>,
    /// For a passkey: whether a copy of it is stored elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backed_up: Option<bool>,
    /// For a passkey: the browser in which it was created. Untrusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
}

/// What was ended.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone, Serialize)]
pub struct AccessEnded {
    /// One for each kind of access that was listed, in the order in which they were ended.
    #[napi(ts_type = "Effect[]")]
    pub effects: Vec<Effect>,
}

/// A link that verifies the user's email when it is opened. Send it only to that email.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EmailVerificationTicket {
    /// The one-time URL.
    pub redirect: String,
    /// When the URL stops working.
    #[serde(serialize_with = "millis")]
    pub expires_at: DateTime<Utc>,
}

/// An email that Auth0 has accepted to send.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerificationEmail {
    /// The id of Auth0's job that sends it.
    pub job_id: String,
}
