//! URLs that a person is sent to.

use chrono::{DateTime, Utc};
use napi_derive::napi;

/// A link to set a new password. Whoever has it can use it: send it to the user's own email only.
#[napi(object)]
#[derive(Clone)]
pub struct UserAccountChangePasswordTicket {
    /// The one-time URL.
    pub redirect: String,
    /// When the URL stops working.
    pub expires_at: DateTime<Utc>,
}

/// A link on which a person signs in to the account to be connected.
#[napi(object)]
#[derive(Clone)]
pub struct UserAccountConnectionTicket {
    /// The provider as it was asked for.
    #[napi(ts_type = "UserAuthenticationMethodProvider | (string & {})")]
    pub provider: String,
    /// The URL to send the browser to.
    pub redirect: String,
    /// Comes back to the redirect URL with the code; pass it to `connectSecondaryAccount`.
    pub state: String,
    /// The `nonce` claim that the ID token will have; checked by `connectSecondaryAccount`.
    pub nonce: String,
    /// When the state stops being accepted: 10 minutes after it was made.
    pub expires_at: DateTime<Utc>,
}
