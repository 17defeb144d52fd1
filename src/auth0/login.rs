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
