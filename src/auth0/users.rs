//! Users and their identities in the Management API.

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

use super::lenient;
use crate::error::Result;
use crate::transport::request::{Body, Endpoint, Method, Replay, Request};

static BY_EMAIL: Endpoint = Endpoint {
    method: Method::Get,
    template: "/api/v2/users-by-email",
    scopes: &["read:users"],
    replay: Replay::Safe,
    plan_bound: false,
    answer: "an array of users with `user_id`",
};

static READ: Endpoint = Endpoint {
    method: Method::Get,
    template: "/api/v2/users/{id}",
    scopes: &["read:users"],
    replay: Replay::Safe,
    plan_bound: false,
    answer: "a user with `user_id`",
};

static LINK: Endpoint = Endpoint {
    method: Method::Post,
    template: "/api/v2/users/{id}/identities",
    scopes: &["update:users"],
    // A repeat may be refused although the first sending linked: the caller reads again instead.
    replay: Replay::Unsafe,
    plan_bound: false,
    answer: "an array of identities",
};

static UNLINK: Endpoint = Endpoint {
    method: Method::Delete,
    template: "/api/v2/users/{id}/identities/{provider}/{user_id}",
    scopes: &["update:users"],
    replay: Replay::Unsafe,
    plan_bound: false,
    answer: "an array of identities",
};

/// Only these are asked for: what is not sent cannot leak.
const FIELDS: &str = "user_id,email,email_verified,username,phone_number,name,nickname,\
                      given_name,family_name,picture,blocked,identities";

/// The profile fields that Auth0 documents. Anything else may be a token of an identity provider.
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
    /// Primary first.
    pub identities: Vec<Identity>,
    /// The root attributes, which describe the primary identity.
    pub profile: Map<String, Value>,
}

/// What decides about a user. Anything malformed in it is an error.
#[derive(Deserialize)]
struct Account {
    #[serde(deserialize_with = "lenient::required_text")]
    user_id: String,
    #[serde(default, deserialize_with = "lenient::flag")]
    blocked: bool,
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
            blocked,
            identities,
            profile: lenient::scalars(text, PROFILE_FIELDS),
        })
    }
}

/// The users of one email, all of them or none: leaving one out would make the others look unique.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Users(#[serde(deserialize_with = "lenient::all_rows")] pub Vec<User>);

/// Tokens of identity providers are not among the fields, so they end here.
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

/// Auth0 compares emails byte by byte.
pub fn by_email(email: &str) -> Result<Request> {
    Ok(BY_EMAIL
        .request(&[])?
        .query("email", email)
        .query("fields", FIELDS)
        .query("include_fields", "true"))
}

pub fn read(user_id: &str) -> Result<Request> {
    Ok(READ
        .request(&[user_id])?
        .query("fields", FIELDS)
        .query("include_fields", "true"))
}

/// Makes the identity of another account one of this user's.
pub fn link(user_id: &str, identity: &Identity) -> Result<Request> {
    let body = json!({ "provider": identity.provider, "user_id": identity.user_id });
    Ok(LINK.request(&[user_id])?.body(Body::Json(body)))
}

pub fn unlink(user_id: &str, identity: &Identity) -> Result<Request> {
    UNLINK.request(&[user_id, &identity.provider, &identity.user_id])
}
