//! Endpoints about a person who has just signed in: code exchange, user info, signing keys.

use serde::Deserialize;

use super::client_authentication::OAuthClient;
use super::endpoint::{Endpoint, Request};
use super::lenient;
use super::oauth::secret;
use super::response::JsonBody;
use super::signing_keys::KeySetResponse;
use crate::config::Secret;
use crate::error::Result;
use crate::transport::request::Replay;

/// A code can be used once: if it is sent again, the request fails although the first one succeeded.
pub static CODE: Endpoint<CodeResponse> = Endpoint::post("/oauth/token", Replay::Unsafe);

pub static USER_INFO: Endpoint<UserInfo> = Endpoint::get("/userinfo").scopes(&["openid"]);

pub static KEYS: Endpoint<KeySetResponse> = Endpoint::get("/.well-known/jwks.json");

pub static DISCOVERY: Endpoint<Discovery> = Endpoint::get("/.well-known/openid-configuration");

pub struct CodeExchange<'a> {
    pub client: OAuthClient<'a>,
    pub code: &'a str,
    pub redirect_uri: &'a str,
    pub code_verifier: Option<&'a Secret>,
}

#[derive(Deserialize)]
pub struct CodeResponse {
    #[serde(deserialize_with = "secret")]
    pub id_token: Secret,
}

impl JsonBody for CodeResponse {
    const EXPECTED: &'static str = "an object with a string `id_token`";
    const IS_SHORT: bool = true;
}

#[derive(Deserialize)]
pub struct UserInfo {
    #[serde(deserialize_with = "lenient::required_text")]
    pub sub: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub email: Option<String>,
    #[serde(default, deserialize_with = "lenient::flag")]
    pub email_verified: bool,
}

impl JsonBody for UserInfo {
    const EXPECTED: &'static str = "an object with a string `sub`";
    const IS_SHORT: bool = true;
}

#[derive(Deserialize)]
pub struct Discovery {
    pub issuer: String,
}

impl JsonBody for Discovery {
    const EXPECTED: &'static str = "an object with a string `issuer`";
    const IS_SHORT: bool = true;
}

pub fn exchange_code(exchange: &CodeExchange) -> Result<Request<CodeResponse>> {
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

pub fn user_info() -> Result<Request<UserInfo>> {
    USER_INFO.request(&[])
}

pub fn keys() -> Result<Request<KeySetResponse>> {
    KEYS.request(&[])
}

pub fn discovery() -> Result<Request<Discovery>> {
    DISCOVERY.request(&[])
}
