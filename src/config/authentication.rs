//! How an application authenticates: with a secret or with a private key.

use std::sync::Arc;

use super::Secret;
use super::fields::Fields;
use crate::error::Result;
use crate::signing_key::{Algorithm, SigningKey};

#[derive(Debug, Clone)]
pub enum ClientAuthentication {
    Secret(Secret),
    PrivateKey(Arc<SigningKey>),
}

pub(super) fn required_authentication(fields: &mut Fields) -> Result<ClientAuthentication> {
    let hint = "Pass the client secret of your Machine to Machine application \
                (AUTH0_CLIENT_SECRET), or clientAssertion with its private key";
    authentication(fields, hint)?.ok_or_else(|| {
        let problem = "is missing, and so is clientAssertion";
        fields.invalid("clientSecret", problem, hint)
    })
}

/// At most one of the two: which one applies must not depend on chance.
pub(super) fn authentication(
    fields: &mut Fields,
    hint: &'static str,
) -> Result<Option<ClientAuthentication>> {
    let secret = fields.hinted_text("clientSecret", hint)?;
    let secret = secret.map(Secret::new);
    let assertion = fields.object("clientAssertion", "{ privateKey }")?;
    match (secret, assertion) {
        (Some(_), Some(_)) => Err(fields.invalid(
            "clientSecret",
            "and clientAssertion are both given",
            "Pass the one that the application authenticates with, and leave the other out; fromEnv \
             takes the secret from AUTH0_CLIENT_SECRET",
        )),
        (Some(secret), None) => Ok(Some(ClientAuthentication::Secret(secret))),
        (None, Some(assertion)) => {
            let key = Arc::new(signing_key(assertion)?);
            Ok(Some(ClientAuthentication::PrivateKey(key)))
        }
        (None, None) => Ok(None),
    }
}

fn signing_key(mut fields: Fields) -> Result<SigningKey> {
    let hint = "Pass the private key of the application as PEM text";
    let pem = fields.lines("privateKey", hint)?.map(Secret::new);
    let pem = pem.ok_or_else(|| fields.invalid("privateKey", "is missing", hint))?;
    let key_id = key_id(&mut fields)?;
    let algorithm = algorithm(&mut fields)?;
    let key = SigningKey::parse(pem.expose(), algorithm, key_id)
        .map_err(|(name, (problem, hint))| fields.invalid(name, problem, hint))?;
    fields.finish()?;
    Ok(key)
}

/// Auth0 accepts assertions of 2,048 characters, of which a long key leaves a thousand.
const MAX_KEY_ID_CHARS: usize = 256;

fn key_id(fields: &mut Fields) -> Result<Option<String>> {
    let key_id = fields.text("keyId")?;
    let is_usable = |id: &String| {
        id.len() <= MAX_KEY_ID_CHARS && id.bytes().all(|byte| byte.is_ascii_graphic())
    };
    match key_id {
        Some(id) if !is_usable(&id) => Err(fields.invalid(
            "keyId",
            "is not 1 to 256 printable characters without spaces",
            "Copy the key id that Auth0 shows for the credential, or leave it out",
        )),
        key_id => Ok(key_id),
    }
}

fn algorithm(fields: &mut Fields) -> Result<Option<Algorithm>> {
    let Some(name) = fields.text("algorithm")? else {
        return Ok(None);
    };
    Algorithm::named(&name).map(Some).ok_or_else(|| {
        fields.invalid(
            "algorithm",
            "is not a supported algorithm",
            "Use \"RS256\", \"RS384\" or \"PS256\" with an RSA key, \"ES256\" with a P-256 key",
        )
    })
}
