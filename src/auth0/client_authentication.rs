//! How an application authenticates at the token endpoint: with its secret, or with an assertion signed with its
//! private key (`private_key_jwt`).

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::json;

use super::encoding::form;
use crate::config::{ClientAuthentication, Secret};
use crate::error::{Error, Result};
use crate::random;
use crate::signing_key::SigningKey;
use crate::transport::request::{Body, FormWriter};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Auth0 allows five minutes. Tolerates a clock that is up to this much behind.
const LIFETIME: TimeDelta = TimeDelta::minutes(2);
/// A tenant whose clock is behind ours would reject an assertion issued in its future.
const ISSUED_BEFORE: TimeDelta = TimeDelta::minutes(1);
const ID_BYTES: usize = 16;

/// An application at the token endpoint of one issuer.
#[derive(Debug, Clone, Copy)]
pub struct OAuthClient<'a> {
    pub id: &'a str,
    /// `None` for a public application.
    pub authentication: Option<&'a ClientAuthentication>,
    /// With a trailing slash, as in ID tokens.
    pub issuer: &'a str,
}

impl OAuthClient<'_> {
    /// The fields of a token request, including the client id and its authentication.
    pub fn form(self, fields: &[(&str, &str)]) -> Body {
        let mut fields = fields.to_vec();
        fields.push(("client_id", self.id));
        match self.authentication {
            None => Body::Form(form(&fields)),
            Some(ClientAuthentication::Secret(secret)) => {
                fields.push(("client_secret", secret.expose()));
                Body::Form(form(&fields))
            }
            Some(ClientAuthentication::PrivateKey(key)) => {
                self.form_with_assertion(&form(&fields), key)
            }
        }
    }

    fn form_with_assertion(self, fields: &Secret, key: &Arc<SigningKey>) -> Body {
        let (fields, key) = (fields.clone(), key.clone());
        let (id, issuer) = (self.id.to_owned(), self.issuer.to_owned());
        Body::FreshForm(FormWriter::new(move || {
            let assertion = assertion(&key, &id, &issuer, Utc::now())?;
            let proof = form(&[
                ("client_assertion_type", ASSERTION_TYPE),
                ("client_assertion", assertion.expose()),
            ]);
            Ok(Secret::new([fields.expose(), proof.expose()].join("&")))
        }))
    }
}

/// Anyone who has it can request one token during its lifetime, so it is kept like a secret.
fn assertion(
    key: &SigningKey,
    client_id: &str,
    issuer: &str,
    now: DateTime<Utc>,
) -> Result<Secret> {
    let header = Header {
        alg: key.algorithm().name(),
        typ: "JWT",
        kid: key.key_id(),
    };
    let claims = json!({
        "iss": client_id,
        "sub": client_id,
        "aud": issuer,
        "iat": (now - ISSUED_BEFORE).timestamp(),
        "exp": (now + LIFETIME).timestamp(),
        "jti": random_id()?,
    });
    let signed = format!("{}.{}", encoded(&header)?, encoded(&claims)?);
    let signature = Secret::new(URL_SAFE_NO_PAD.encode(&*key.sign(signed.as_bytes())?));
    Ok(Secret::new([&signed, signature.expose()].join(".")))
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    typ: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
}

fn encoded(part: &impl Serialize) -> Result<String> {
    let json = serde_json::to_vec(part)
        .map_err(|_| Error::internal("The client assertion could not be serialized."))?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}

fn random_id() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random::bytes::<ID_BYTES>()?))
}
