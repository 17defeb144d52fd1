//! Verifies an ID token in full. The algorithm is fixed: the token has no say in it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::auth0::lenient;
use crate::auth0::login::Key;
use crate::error::{Error, LinkingReason, Result};

/// For clocks that differ by a little.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);
/// Auth0's tokens are some 1 kB.
const MAX_TOKEN_BYTES: usize = 32 * 1024;

/// What the token must say.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: Option<&'a str>,
    /// The login must have happened after this moment.
    pub authenticated_after: Option<DateTime<Utc>>,
}

/// What the library uses of a verified token.
#[derive(Debug, Clone)]
pub struct Identity {
    pub subject: String,
    pub email_verified: bool,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default, deserialize_with = "lenient::text")]
    kid: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    /// Required, but its value decides nothing.
    #[serde(rename = "iat")]
    _iat: f64,
    azp: Option<String>,
    nonce: Option<String>,
    auth_time: Option<i64>,
    #[serde(default, deserialize_with = "lenient::flag")]
    email_verified: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// A token taken apart, nothing of it believed yet.
pub struct Unverified<'a> {
    signed: &'a str,
    payload: &'a str,
    signature: Zeroizing<Vec<u8>>,
    /// The key that the token names.
    pub key_id: Option<String>,
}

impl<'a> Unverified<'a> {
    pub fn parse(token: &'a str) -> Result<Self> {
        let parts: Vec<&str> = token.split('.').collect();
        let [header, payload, signature] = parts[..] else {
            return Err(invalid("does not have three parts"));
        };
        if token.len() > MAX_TOKEN_BYTES {
            return Err(invalid("is too long"));
        }
        let Header { alg, kid } = decode(header)?;
        if alg != "RS256" {
            return Err(invalid("is not signed with RS256"));
        }
        Ok(Self {
            signed: &token[..header.len() + 1 + payload.len()],
            payload,
            signature: base64(signature)?,
            key_id: kid,
        })
    }

    pub fn verify(&self, key: &Key, expected: Expected, now: DateTime<Utc>) -> Result<Identity> {
        let (modulus, exponent) = (base64(&key.n)?, base64(&key.e)?);
        let public_key = RsaPublicKeyComponents {
            n: without_leading_zeros(&modulus),
            e: without_leading_zeros(&exponent),
        };
        public_key
            .verify(
                &RSA_PKCS1_2048_8192_SHA256,
                self.signed.as_bytes(),
                &self.signature,
            )
            .map_err(|_| invalid("has a wrong signature"))?;
        let claims: Claims = decode(self.payload)?;
        check(&claims, expected, now)?;
        Ok(Identity {
            subject: claims.sub,
            email_verified: claims.email_verified,
        })
    }
}

fn check(claims: &Claims, expected: Expected, now: DateTime<Utc>) -> Result<()> {
    if claims.iss != expected.issuer {
        return Err(invalid("comes from another issuer"));
    }
    if claims.sub.is_empty() {
        return Err(invalid("names no subject"));
    }
    if !is_for(claims, expected.client_id) {
        return Err(invalid("is meant for another application"));
    }
    let expires_at = DateTime::from_timestamp(claims.exp, 0);
    if expires_at.is_none_or(|end| end <= now - LEEWAY) {
        return Err(invalid("has expired by the clock of this machine"));
    }
    if expected.nonce.is_some() && claims.nonce.as_deref() != expected.nonce {
        return Err(invalid("has a wrong nonce"));
    }
    if let Some(start) = expected.authenticated_after {
        let at = claims
            .auth_time
            .and_then(|time| DateTime::from_timestamp(time, 0));
        if at.is_none_or(|at| at < start - LEEWAY) {
            return Err(invalid(
                "does not show a login within this flow (auth_time) by the clock of this machine",
            ));
        }
    }
    Ok(())
}

fn is_for(claims: &Claims, client_id: &str) -> bool {
    let is_party = claims.azp.as_deref().is_none_or(|party| party == client_id);
    match &claims.aud {
        Audience::One(audience) => audience == client_id && is_party,
        Audience::Several(audiences) => {
            audiences.iter().any(|audience| audience == client_id)
                && is_party
                && (audiences.len() == 1 || claims.azp.is_some())
        }
    }
}

fn decode<T: DeserializeOwned>(part: &str) -> Result<T> {
    serde_json::from_slice(&base64(part)?).map_err(|_| invalid("lacks a claim or is malformed"))
}

fn base64(text: &str) -> Result<Zeroizing<Vec<u8>>> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map(Zeroizing::new)
        .map_err(|_| invalid("is not base64url"))
}

/// Some encoders put a sign byte in front, which ring refuses.
fn without_leading_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[zeros..]
}

pub fn invalid(problem: &str) -> Error {
    Error::linking(
        LinkingReason::IdTokenInvalid,
        format!("The ID token {problem}."),
    )
}
