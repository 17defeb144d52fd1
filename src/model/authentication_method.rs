//! A way in which a user can sign in.

use napi_derive::napi;
use serde_json::{Map, Value};

/// The `provider` of Auth0's databases.
pub const EMAIL_PASSWORD: &str = "email-password";

/// One of the identities that a user can sign in with. Tokens of identity providers are never
/// part of it.
#[napi(object)]
#[derive(Debug, Clone)]
pub struct UserAuthenticationMethod {
    /// The identity's own id: the part of an Auth0 user id after the provider. Together with
    /// `provider` it is what `disconnectSecondaryAccount` takes.
    pub id: String,
    /// The same as `id`.
    pub user_id: String,
    /// `"email-password"` for Auth0's databases; any other provider under its Auth0 name.
    #[napi(ts_type = "UserAuthenticationMethodProvider | (string & {})")]
    pub provider: String,
    /// The name of the connection, such as `"google-oauth2"`.
    pub connection: String,
    /// Whether the provider is a social one.
    pub is_social: bool,
    /// What a person would recognize: email, user name, phone number, name, or else the id.
    pub username: String,
    /// The email at this identity.
    pub email: Option<String>,
    /// Whether the identity provider vouches for the email.
    pub email_verified: Option<bool>,
    /// The person's name at this identity.
    pub name: Option<String>,
    /// URL of a picture: untrusted.
    pub picture: Option<String>,
    /// True for the identity that the account's id stems from, which cannot be disconnected.
    pub is_primary: bool,
    /// The documented profile fields at this identity, such as `email` and `given_name`.
    #[napi(ts_type = "Record<string, any>")]
    pub profile_data: Map<String, Value>,
}
