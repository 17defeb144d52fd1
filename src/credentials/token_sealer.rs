//! Seals tokens for a store that others can read and write: without the credentials, no one can read a token
//! there or forge one.

use std::collections::HashSet;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::config::{ClientAuthentication, Secret};
use crate::credentials::derived_key::{derive_key, derive_name};
use crate::random;

const VERSION: u8 = 2;
const HEAD_BYTES: usize = 1 + NONCE_LEN;

/// Seals the tokens of one audience under one name.
pub struct TokenSealer {
    key: Zeroizing<[u8; 32]>,
    name: String,
}

impl fmt::Debug for TokenSealer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TokenSealer([redacted])")
    }
}

/// The content of a sealed record.
#[derive(Serialize, Deserialize)]
pub struct Content {
    #[serde(with = "exposed")]
    pub token: Secret,
    pub scopes: Option<HashSet<String>>,
    /// Orders records: the higher one is newer.
    pub number: u64,
}

impl TokenSealer {
    /// `parts` identify whose tokens these are. The name depends on them and on the credential, so that nothing is
    /// mixed up and a rotated credential never sees the tokens of the old one.
    pub fn new(authentication: &ClientAuthentication, parts: &[&str]) -> Self {
        let name = derive_name(authentication, "shared-token-name/v2", parts);
        Self {
            key: derive_key(authentication, "shared-token/v2"),
            name: format!("token:{}", URL_SAFE_NO_PAD.encode(name)),
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// `None` if the operating system provides no random bytes.
    pub fn seal(&self, content: &Content) -> Option<Vec<u8>> {
        let nonce = random::bytes::<NONCE_LEN>().ok()?;
        // Sized for all of it: growing the buffer would leave copies of its content in memory.
        let scopes = content.scopes.iter().flatten().map(|scope| scope.len() + 3);
        let room = 64 + 2 * content.token.expose().len() + scopes.sum::<usize>();
        let mut text = Zeroizing::new(Vec::with_capacity(room));
        serde_json::to_writer(&mut *text, content).ok()?;
        let (unique, name) = (Nonce::assume_unique_for_key(nonce), self.name.as_bytes());
        let sealing = self.cipher()?;
        let tag = sealing
            .seal_in_place_separate_tag(unique, Aad::from(name), &mut text)
            .ok()?;
        Some([&[VERSION], &nonce[..], &text[..], tag.as_ref()].concat())
    }

    /// `None` for anything that was not sealed with the same credential for the same name.
    pub fn open(&self, sealed: &[u8]) -> Option<Content> {
        let (head, body) = sealed.split_at_checked(HEAD_BYTES)?;
        let (version, nonce) = head.split_first()?;
        if *version != VERSION {
            return None;
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = Zeroizing::new(body.to_vec());
        let name = Aad::from(self.name.as_bytes());
        let opened = self.cipher()?.open_in_place(nonce, name, &mut text).ok()?;
        serde_json::from_slice(opened).ok()
    }

    fn cipher(&self) -> Option<LessSafeKey> {
        let key = UnboundKey::new(&AES_256_GCM, &*self.key).ok()?;
        Some(LessSafeKey::new(key))
    }
}

/// The only place where a secret is serialized, into a buffer that is sealed at once.
mod exposed {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Secret;

    pub(super) fn serialize<S: Serializer>(secret: &Secret, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(secret.expose())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
        String::deserialize(from).map(Secret::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(secret: &str, parts: &[&str]) -> TokenSealer {
        let secret = Secret::new(secret.to_owned());
        TokenSealer::new(&ClientAuthentication::Secret(secret), parts)
    }

    fn content() -> Content {
        Content {
            token: Secret::new("canary-token".to_owned()),
            scopes: Some(HashSet::from(["read:users".to_owned()])),
            number: 7,
        }
    }

    #[test]
    fn another_process_with_the_same_credentials_opens_what_was_sealed() {
        let sealed = sealer("secret", &["a", "b"])
            .seal(&content())
            .expect("sealed");
        assert!(!String::from_utf8_lossy(&sealed).contains("canary"));
        let opened = sealer("secret", &["a", "b"]).open(&sealed).expect("opened");
        assert_eq!(opened.token.expose(), "canary-token");
        assert_eq!(opened.scopes, content().scopes);
        assert_eq!(opened.number, 7);
    }

    #[test]
    fn names_and_keys_differ_by_credential_and_by_every_part() {
        let mine = sealer("secret", &["a", "b"]);
        let sealed = mine.seal(&content()).expect("sealed");
        for other in [
            sealer("rotated", &["a", "b"]),
            sealer("secret", &["ab"]),
            sealer("secret", &["a", "c"]),
            sealer("secret", &["ab", ""]),
        ] {
            assert_ne!(other.name(), mine.name());
            assert!(other.open(&sealed).is_none());
        }
        assert!(!mine.name().contains("secret"));
    }

    #[test]
    fn no_changed_byte_and_no_missing_one_goes_unnoticed() {
        let ours = sealer("secret", &[]);
        let sealed = ours.seal(&content()).expect("sealed");
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(ours.open(&changed).is_none(), "byte {position}");
            assert!(ours.open(&sealed[..position]).is_none(), "{position} bytes");
        }
    }

    #[test]
    fn the_same_token_is_never_sealed_to_the_same_bytes() {
        let ours = sealer("secret", &[]);
        let [one, other] = [(); 2].map(|()| ours.seal(&content()).expect("sealed"));
        assert_ne!(one, other);
    }
}
