//! URLs that a person is sent to.

use chrono::{DateTime, Utc};
use napi_derive::napi;

/// A link to set a new password. Anyone who has it can use it: send it only to the user's own email.
#[napi(object)]
#[derive(Clone)]
pub struct UserAccountChangePasswordTicket {
    /// The one-time URL.
    pub redirect: String,
    /// When the URL stops working.
    pub expires_at: DateTime<Utc>,
}

/// A link where a person signs in to the account to be connected.
#[napi(object)]
#[derive(Clone)]
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
    /// When the state expires: 10 minutes after it was created.
    pub expires_at: DateTime<Utc>,
}
