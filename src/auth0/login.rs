//! What Auth0 tells about a person who just logged in: code exchange, user info, signing keys.

use serde::Deserialize;

use super::client_authentication::Client;
use super::lenient;
use super::oauth::secret;
use crate::config::Secret;
use crate::error::Result;
use crate::transport::request::{Endpoint, Method, Replay, Request};

pub static CODE: Endpoint = Endpoint {
    method: Method::Post,
    template: "/oauth/token",
    scopes: &[],
    // A code works once: a second sending would fail although the first succeeded.
    replay: Replay::Unsafe,
    plan_bound: false,
    answer: "an object with a string `id_token`",
};

pub static USER_INFO: Endpoint = Endpoint {
    method: Method::Get,
    template: "/userinfo",
    scopes: &["openid"],
    replay: Replay::Safe,
    plan_bound: false,
    answer: "an object with a string `sub`",
};

pub static KEYS: Endpoint = Endpoint {
    method: Method::Get,
    template: "/.well-known/jwks.json",
    scopes: &[],
    replay: Replay::Safe,
    plan_bound: false,
    answer: "an object with an array `keys`",
};

pub static DISCOVERY: Endpoint = Endpoint {
    method: Method::Get,
    template: "/.well-known/openid-configuration",
    scopes: &[],
    replay: Replay::Safe,
    plan_bound: false,
    answer: "an object with a string `issuer`",
};

pub struct CodeExchange<'a> {
    pub client: Client<'a>,
    pub code: &'a str,
    pub redirect_uri: &'a str,
    pub code_verifier: Option<&'a Secret>,
}

#[derive(Deserialize)]
pub struct CodeAnswer {
    #[serde(deserialize_with = "secret")]
    pub id_token: Secret,
}

#[derive(Deserialize)]
pub struct UserInfo {
    #[serde(deserialize_with = "lenient::required_text")]
    pub sub: String,
    #[serde(default, deserialize_with = "lenient::flag")]
    pub email_verified: bool,
}

#[derive(Deserialize)]
pub struct KeySetAnswer {
    keys: Vec<JsonKey>,
}

#[derive(Deserialize)]
struct JsonKey {
    kty: String,
    #[serde(default, deserialize_with = "lenient::text")]
    kid: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    alg: Option<String>,
    #[serde(default, rename = "use", deserialize_with = "lenient::text")]
    usage: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    n: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    e: Option<String>,
}

/// An RSA public key as base64url numbers.
#[derive(Debug, Clone)]
pub struct Key {
    pub kid: Option<String>,
    pub n: String,
    pub e: String,
}

impl KeySetAnswer {
    /// The keys that can have signed an RS256 token.
    pub fn rsa_keys(self) -> Vec<Key> {
        let can_sign = |key: &JsonKey| {
            key.kty == "RSA"
                && key.alg.as_deref().is_none_or(|alg| alg == "RS256")
                && key.usage.as_deref().is_none_or(|usage| usage == "sig")
        };
        let keys = self.keys.into_iter().filter(can_sign);
        keys.filter_map(|key| {
            Some(Key {
                kid: key.kid,
                n: key.n?,
                e: key.e?,
            })
        })
        .collect()
    }
}

pub fn exchange_code(exchange: &CodeExchange) -> Result<Request> {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", exchange.code),
        ("redirect_uri", exchange.redirect_uri),
    ];
    if let Some(verifier) = exchange.code_verifier {
        fields.push(("code_verifier", verifier.expose()));
    }
    Ok(CODE.request(&[])?.body(exchange.client.form(&fields)))
}

pub fn user_info() -> Result<Request> {
    USER_INFO.request(&[])
}

pub fn keys() -> Result<Request> {
    KEYS.request(&[])
}

pub fn discovery() -> Result<Request> {
    DISCOVERY.request(&[])
}
