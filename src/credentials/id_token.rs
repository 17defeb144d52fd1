//! Verifies an ID token in full. The algorithm is fixed: the token cannot choose it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::auth0::lenient;
use crate::auth0::signing_keys::RsaKey;
use crate::error::{Error, LinkingReason, Result};

/// Tolerates clocks that differ slightly.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);
/// Auth0's tokens have about 1 kB.
const MAX_TOKEN_BYTES: usize = 32 * 1024;

/// What the token must contain.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: Option<&'a str>,
    /// The login must have happened after this moment.
    pub authenticated_after: Option<DateTime<Utc>>,
}

/// The person whom a token is about, as far as the library needs to know.
#[derive(Debug, Clone)]
pub struct Subject {
    pub user_id: String,
    pub has_email: bool,
    pub email_verified: bool,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default, deserialize_with = "lenient::text")]
    kid: Option<String>,
    #[serde(rename = "typ", default, deserialize_with = "is_of_another_type")]
    is_of_another_type: bool,
    /// RFC 7515: a recipient that does not understand all extensions in it must reject the token. None are
    /// understood here.
    #[serde(rename = "crit", default, deserialize_with = "is_present")]
    has_critical: bool,
}

/// Access tokens, logout tokens and `DPoP` proofs are signed with the same keys.
fn is_of_another_type<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let typ = Value::deserialize(deserializer)?;
    Ok(!typ
        .as_str()
        .is_some_and(|typ| typ.eq_ignore_ascii_case("JWT")))
}

/// Of any type, `null` included.
fn is_present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    iat: f64,
    nbf: Option<f64>,
    azp: Option<String>,
    nonce: Option<String>,
    auth_time: Option<i64>,
    #[serde(default, deserialize_with = "lenient::text")]
    email: Option<String>,
    #[serde(default, deserialize_with = "lenient::flag")]
    email_verified: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// A parsed, unverified token.
pub struct Unverified<'a> {
    signed: &'a str,
    payload: &'a str,
    signature: Zeroizing<Vec<u8>>,
    /// The id of the key, as given in the token.
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
        let header_of: Header = decode(header)?;
        if header_of.alg != "RS256" {
            return Err(invalid("is not signed with RS256"));
        }
        if header_of.is_of_another_type {
            return Err(invalid("is a token of another type (typ)"));
        }
        if header_of.has_critical {
            return Err(invalid(
                "has a critical extension (crit), and none is supported",
            ));
        }
        Ok(Self {
            signed: &token[..header.len() + 1 + payload.len()],
            payload,
            signature: base64(signature)?,
            key_id: header_of.kid,
        })
    }

    /// One of the keys must have signed it: several can have the id that the token gives.
    pub fn verify(
        &self,
        keys: &[RsaKey],
        expected: Expected,
        now: DateTime<Utc>,
    ) -> Result<Subject> {
        if !keys.iter().any(|key| self.is_signed_with(key)) {
            return Err(invalid("has a wrong signature"));
        }
        let claims: Claims = decode(self.payload)?;
        check(&claims, expected, now)?;
        Ok(Subject {
            user_id: claims.sub,
            has_email: claims.email.is_some_and(|email| !email.is_empty()),
            email_verified: claims.email_verified,
        })
    }

    fn is_signed_with(&self, key: &RsaKey) -> bool {
        let public_key = RsaPublicKeyComponents {
            n: &key.modulus,
            e: &key.exponent,
        };
        let signed = self.signed.as_bytes();
        public_key
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed, &self.signature)
            .is_ok()
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
    if is_from_the_future(claims, now) {
        return Err(invalid(
            "is not valid yet (iat, nbf or auth_time) by the clock of this machine",
        ));
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

fn is_from_the_future(claims: &Claims, now: DateTime<Utc>) -> bool {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a time in seconds is far below 2^53"
    )]
    let latest = (now + LEEWAY).timestamp() as f64;
    let is_late = |seconds: f64| seconds > latest;
    is_late(claims.iat)
        || claims.nbf.is_some_and(is_late)
        || claims
            .auth_time
            .is_some_and(|time| time > (now + LEEWAY).timestamp())
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

pub fn invalid(problem: &str) -> Error {
    Error::linking(
        LinkingReason::IdTokenInvalid,
        format!("The ID token {problem}."),
    )
}
