//! Users and their identities in the Management API.

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

use super::endpoint::{Endpoint, Request};
use super::lenient;
use super::response::JsonBody;
use crate::error::Result;
use crate::transport::request::{Body, Replay};

pub static BY_EMAIL: Endpoint<Users> =
    Endpoint::get("/api/v2/users-by-email").scopes(&["read:users"]);

pub static READ: Endpoint<User> = Endpoint::get("/api/v2/users/{id}").scopes(&["read:users"]);

/// If repeated, it may be rejected although the first request linked: the caller reads the user again instead.
pub static LINK: Endpoint<Vec<Identity>> =
    Endpoint::post("/api/v2/users/{id}/identities", Replay::Unsafe).scopes(&["update:users"]);

pub static UNLINK: Endpoint<Vec<Identity>> = Endpoint::delete(
    "/api/v2/users/{id}/identities/{provider}/{user_id}",
    Replay::Unsafe,
)
.scopes(&["update:users"]);

/// Sets what is the same however often it is set.
pub static UPDATE: Endpoint<User> =
    Endpoint::patch("/api/v2/users/{id}", Replay::Safe).scopes(&["update:users"]);

/// Only these are requested: what Auth0 does not send cannot leak.
const FIELDS: &str = "user_id,email,email_verified,username,phone_number,name,nickname,\
                      given_name,family_name,picture,blocked,identities";

/// The profile fields that Auth0 documents. Others may contain tokens of an identity provider.
const PROFILE_FIELDS: &[&str] = &[
    "email",
    "email_verified",
    "name",
    "username",
    "nickname",
    "given_name",
    "family_name",
    "picture",
    "phone_number",
    "phone_verified",
];

#[derive(Debug, Clone)]
pub struct User {
    pub user_id: String,
    pub blocked: bool,
    /// The primary identity comes first.
    pub identities: Vec<Identity>,
    /// The root attributes, which describe the primary identity.
    pub profile: Map<String, Value>,
}

impl User {
    /// Whether a list of identities returned by a link or an unlink is this user's: it must begin with the user's
    /// primary identity.
    pub fn owns(&self, identities: &[Identity]) -> bool {
        let heads = self.identities.first().zip(identities.first());
        heads.is_some_and(|(own, listed)| listed.is(&own.provider, &own.user_id))
    }
}

impl JsonBody for User {
    const EXPECTED: &'static str = "a user with `user_id`";
}

/// The fields that decisions depend on. If any of them is malformed, decoding fails.
#[derive(Deserialize)]
struct Account {
    #[serde(deserialize_with = "lenient::required_text")]
    user_id: String,
    #[serde(default, deserialize_with = "lenient::decisive_flag")]
    blocked: Option<bool>,
    #[serde(default, deserialize_with = "lenient::list")]
    identities: Vec<Identity>,
}

impl<'de> Deserialize<'de> for User {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = lenient::object_text(deserializer)?;
        let Account {
            user_id,
            blocked,
            identities,
        } = serde_json::from_str(text).map_err(D::Error::custom)?;
        Ok(Self {
            user_id,
            blocked: blocked.unwrap_or(false),
            identities,
            profile: lenient::scalars(text, PROFILE_FIELDS),
        })
    }
}

/// All users with an email or none: skipping one would make another look unique.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Users(#[serde(deserialize_with = "lenient::all_rows")] pub Vec<User>);

impl JsonBody for Users {
    const EXPECTED: &'static str = "an array of users with `user_id`";
}

/// Tokens of identity providers are not among the fields, so they never leave this module.
#[derive(Debug, Clone, Deserialize)]
pub struct Identity {
    #[serde(deserialize_with = "lenient::required_text")]
    pub provider: String,
    #[serde(deserialize_with = "lenient::id")]
    pub user_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub connection: Option<String>,
    #[serde(default, rename = "isSocial", deserialize_with = "lenient::flag")]
    pub is_social: bool,
    #[serde(default, rename = "profileData", deserialize_with = "profile_data")]
    pub profile: Option<Map<String, Value>>,
}

impl JsonBody for Vec<Identity> {
    const EXPECTED: &'static str = "an array of identities";
}

fn profile_data<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Map<String, Value>>, D::Error> {
    let object = lenient::optional_object_text(deserializer)?;
    Ok(object.map(|object| lenient::scalars(object, PROFILE_FIELDS)))
}

impl Identity {
    pub fn is(&self, provider: &str, user_id: &str) -> bool {
        self.provider == provider && self.user_id == user_id
    }
}

/// Auth0 compares emails byte by byte here.
pub fn by_email(email: &str) -> Result<Request<Users>> {
    Ok(BY_EMAIL
        .request(&[])?
        .query("email", email)
        .query("fields", FIELDS)
        .query("include_fields", "true"))
}

pub fn read(user_id: &str) -> Result<Request<User>> {
    Ok(READ
        .request(&[user_id])?
        .query("fields", FIELDS)
        .query("include_fields", "true"))
}

/// Whether an administrator keeps the user from signing in.
pub fn set_blocked(user_id: &str, blocked: bool) -> Result<Request<User>> {
    let body = json!({ "blocked": blocked });
    Ok(UPDATE.request(&[user_id])?.body(Body::Json(body)))
}

/// Moves the identity of another account to this user.
pub fn link(user_id: &str, identity: &Identity) -> Result<Request<Vec<Identity>>> {
    let body = json!({ "provider": identity.provider, "user_id": identity.user_id });
    Ok(LINK.request(&[user_id])?.body(Body::Json(body)))
}

pub fn unlink(user_id: &str, identity: &Identity) -> Result<Request<Vec<Identity>>> {
    UNLINK.request(&[user_id, &identity.provider, &identity.user_id])
}
