//! A way in which a user can sign in.

use napi_derive::napi;
use serde::Serialize;
use serde_json::{Map, Value};

/// The `provider` of Auth0's database connections.
pub const EMAIL_PASSWORD: &str = "email-password";

/// One of the identities that a user can sign in with. It never contains tokens of identity providers.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserAuthenticationMethod {
    /// The identity's own id: the part of an Auth0 user id after the provider. Pass it to
    /// `disconnectSecondaryAccount` together with `provider`.
    pub id: String,
    /// The same as `id`.
    pub user_id: String,
    /// `"email-password"` for Auth0's database connections; any other provider under its Auth0 name.
    #[napi(ts_type = "UserAuthenticationMethodProvider | (string & {})")]
    pub provider: String,
    /// The name of the connection, such as `"google-oauth2"`.
    pub connection: String,
    /// Whether the provider is a social identity provider.
    pub is_social: bool,
    /// A name that people recognize: the email, user name, phone number, name, or else the id.
    pub username: String,
    /// The email of this identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the identity provider has verified the email.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// The person's name in this identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// URL of a picture. Untrusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// True for the identity that the account's id is derived from, which cannot be disconnected.
    pub is_primary: bool,
    /// The documented profile fields of this identity, such as `email` and `given_name`.
    #[napi(ts_type = "Record<string, any>")]
    pub profile_data: Map<String, Value>,
}
