//! The private key that an application signs with.

mod algorithm;
mod pem;

pub use algorithm::Algorithm;

use std::fmt;

use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
    RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use zeroize::Zeroizing;

use crate::error::{Error, Result, SettingProblem};
use pem::Document;

/// The name of the setting that is rejected, and the reason.
type Rejection = (&'static str, SettingProblem);

/// `Debug` shows the algorithm alone.
pub struct SigningKey {
    pair: Pair,
    algorithm: Algorithm,
    /// The `kid` of the header.
    key_id: Option<String>,
    seed: Zeroizing<Vec<u8>>,
}

/// A key with an algorithm that it can sign with.
enum Pair {
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
    P256(EcdsaKeyPair),
}

impl SigningKey {
    /// Reads PEM. The algorithm defaults to the usual one for the type of key.
    pub fn parse(
        pem: &str,
        algorithm: Option<Algorithm>,
        key_id: Option<String>,
    ) -> Result<Self, Rejection> {
        let in_key = |problem| ("privateKey", problem);
        let document = pem::read(pem).map_err(in_key)?;
        let (pair, algorithm) = match key_of(&document).map_err(in_key)? {
            Key::Rsa(key) => {
                let algorithm = algorithm.unwrap_or(Algorithm::Rs256);
                let encoding = rsa_encoding(algorithm).ok_or(NOT_FOR_RSA)?;
                (Pair::Rsa(key, encoding), algorithm)
            }
            Key::P256(key) => match algorithm.unwrap_or(Algorithm::Es256) {
                Algorithm::Es256 => (Pair::P256(key), Algorithm::Es256),
                _ => return Err(NOT_FOR_P256),
            },
        };
        Ok(Self {
            pair,
            algorithm,
            key_id,
            seed: Zeroizing::new(digest(&SHA256, document.bytes()).as_ref().to_vec()),
        })
    }

    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Bytes that only the holder of the key knows, for deriving other keys.
    pub fn seed(&self) -> &[u8] {
        &self.seed
    }

    pub fn sign(&self, message: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let random = SystemRandom::new();
        let signed = match &self.pair {
            Pair::Rsa(key, encoding) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(*encoding, &random, message, &mut signature)
                    .map(|()| signature)
            }
            Pair::P256(key) => key
                .sign(&random, message)
                .map(|signature| signature.as_ref().to_vec()),
        };
        signed
            .map(Zeroizing::new)
            .map_err(|_| Error::internal("The private key could not sign."))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "SigningKey({}, [redacted])",
            self.algorithm.name()
        )
    }
}

enum Key {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
}

fn key_of(document: &Document) -> Result<Key, SettingProblem> {
    let (rsa, der) = match document {
        Document::Pkcs1(der) => (RsaKeyPair::from_der(der), None),
        Document::Pkcs8(der) => (RsaKeyPair::from_pkcs8(der), Some(der)),
    };
    // ring exposes the reason only as text.
    let reason = match rsa {
        Ok(key) => return Ok(Key::Rsa(key)),
        Err(rejected) => rejected.to_string(),
    };
    match (reason.as_str(), der) {
        ("WrongAlgorithm", Some(der)) => p256_key(der),
        ("TooSmall", _) => Err((
            "is an RSA key that is too short, or has an exponent below 65537",
            LENGTHS,
        )),
        ("TooLarge" | "PrivateModulusLenNotMultipleOf512Bits", _) => {
            Err(("is an RSA key of an unsupported length", LENGTHS))
        }
        _ => Err(UNREADABLE),
    }
}

fn p256_key(der: &[u8]) -> Result<Key, SettingProblem> {
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der, &random);
    key.map(Key::P256)
        .map_err(|rejected| match rejected.to_string().as_str() {
            "WrongAlgorithm" => (
                "is neither an RSA key (rsaEncryption) nor a P-256 key",
                "Use an RSA key, or an EC key on the curve P-256 (prime256v1)",
            ),
            _ => UNREADABLE,
        })
}

fn rsa_encoding(algorithm: Algorithm) -> Option<&'static dyn RsaEncoding> {
    match algorithm {
        Algorithm::Rs256 => Some(&RSA_PKCS1_SHA256),
        Algorithm::Rs384 => Some(&RSA_PKCS1_SHA384),
        Algorithm::Ps256 => Some(&RSA_PSS_SHA256),
        Algorithm::Es256 => None,
    }
}

const LENGTHS: &str = "Use an RSA key of 2048, 3072 or 4096 bits";
const UNREADABLE: SettingProblem = (
    "is damaged, or a private key in an unusual format",
    "Re-encode it: openssl pkey -in key.pem -out new.pem",
);
const NOT_FOR_RSA: Rejection = (
    "algorithm",
    (
        "does not match the private key, which is an RSA key",
        "Use \"RS256\", \"RS384\" or \"PS256\", or omit it",
    ),
);
const NOT_FOR_P256: Rejection = (
    "algorithm",
    (
        "does not match the private key, which is a P-256 key",
        "Use \"ES256\", or omit it",
    ),
);

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use ring::signature::{ECDSA_P256_SHA256_FIXED, KeyPair, UnparsedPublicKey};

    fn p256_der() -> Vec<u8> {
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new());
        document.expect("a key").as_ref().to_vec()
    }

    fn parsed(der: &[u8], line_end: &str) -> SigningKey {
        let lines = ["-----BEGIN PRIVATE KEY-----", &STANDARD.encode(der)].join(line_end);
        let pem = [&lines, "-----END PRIVATE KEY-----"].join(line_end);
        SigningKey::parse(&pem, None, None).expect("a key")
    }

    #[test]
    fn its_public_key_verifies_its_signatures() {
        let key = parsed(&p256_der(), "\n");
        let Pair::P256(pair) = &key.pair else {
            panic!("another kind of key")
        };
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key());
        let signature = key.sign(b"message").expect("a signature");
        assert!(public.verify(b"message", &signature).is_ok());
    }

    #[test]
    fn debug_shows_the_algorithm_alone() {
        let key = parsed(&p256_der(), "\n");
        assert_eq!(format!("{key:?}"), "SigningKey(ES256, [redacted])");
    }

    #[test]
    fn the_seed_depends_on_the_key_but_not_on_line_endings() {
        let der = p256_der();
        let key = parsed(&der, "\n");
        assert_eq!(key.seed(), parsed(&der, "\r\n").seed());
        assert_ne!(key.seed(), parsed(&p256_der(), "\n").seed());
    }
}
