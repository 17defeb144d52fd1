//! The tenant's signing keys (JWKS), each read on its own: an unusable key does not affect the others.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::response::JsonBody;

/// Far more than any tenant has. Further keys are skipped.
const MAX_KEYS: usize = 64;

/// The usable keys of a response.
#[derive(Deserialize)]
pub struct KeySetResponse {
    #[serde(deserialize_with = "usable_keys")]
    pub keys: Vec<RsaKey>,
}

impl JsonBody for KeySetResponse {
    const EXPECTED: &'static str = "an object with an array `keys`";
    const IS_SHORT: bool = true;
}

/// An RSA public key that can have signed an RS256 token, as big-endian numbers.
#[derive(Debug, Clone)]
pub struct RsaKey {
    pub kid: Option<String>,
    pub modulus: Vec<u8>,
    pub exponent: Vec<u8>,
}

/// What identifies a key, usable or not.
#[derive(Deserialize)]
struct AnyKey {
    #[serde(rename = "kty")]
    _kty: String,
}

/// A member of another type, or a duplicate one, makes the key unusable.
#[derive(Deserialize)]
struct JsonKey {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    n: String,
    e: String,
}

impl JsonKey {
    fn rsa_key(self) -> Option<RsaKey> {
        let verifies = |operations: &Vec<String>| operations.iter().any(|one| one == "verify");
        let is_usable = self.kty == "RSA"
            && self.alg.as_deref().is_none_or(|alg| alg == "RS256")
            && self.usage.as_deref().is_none_or(|usage| usage == "sig")
            && self.key_ops.as_ref().is_none_or(verifies);
        if !is_usable {
            return None;
        }
        Some(RsaKey {
            kid: self.kid,
            modulus: number(&self.n)?,
            exponent: number(&self.e)?,
        })
    }
}

/// Some encoders add a leading sign byte, which ring rejects.
fn number(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Some(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

fn usable_keys<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<RsaKey>, D::Error> {
    deserializer.deserialize_seq(UsableKeys)
}

struct UsableKeys;

impl<'de> Visitor<'de> for UsableKeys {
    type Value = Vec<RsaKey>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of keys")
    }

    /// As raw text, even a key that is not valid Unicode or nested too deeply can be skipped.
    /// A list without a single key is an error.
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut keys = Vec::new();
        let (mut has_items, mut has_keys) = (false, false);
        while let Some(item) = items.next_element::<&RawValue>()? {
            has_items = true;
            has_keys = has_keys || serde_json::from_str::<AnyKey>(item.get()).is_ok();
            if keys.len() < MAX_KEYS {
                let key: Option<JsonKey> = serde_json::from_str(item.get()).ok();
                keys.extend(key.and_then(JsonKey::rsa_key));
            }
        }
        if has_items && !has_keys {
            return Err(A::Error::custom("none of the items is a key"));
        }
        Ok(keys)
    }
}
