//! Derives purpose-specific keys from the credentials, so that any process with them gets the same keys.

use ring::hmac;
use zeroize::Zeroizing;

use crate::config::ClientAuthentication;

/// A key for one purpose, such as `"link-state/v1"`. It is unrelated to those of another purpose, secret or
/// private key.
pub fn derive_key(authentication: &ClientAuthentication, purpose: &str) -> Zeroizing<[u8; 32]> {
    let credential = match authentication {
        ClientAuthentication::Secret(secret) => secret.expose().as_bytes(),
        ClientAuthentication::PrivateKey(key) => key.seed(),
    };
    let credential = hmac::Key::new(hmac::HMAC_SHA256, credential);
    let label = format!("auth0-user-security/{purpose}");
    let mut derived = Zeroizing::new([0; 32]);
    derived.copy_from_slice(hmac::sign(&credential, label.as_bytes()).as_ref());
    derived
}

/// A name that is unique to these parts and this credential.
pub fn derive_name(
    authentication: &ClientAuthentication,
    purpose: &str,
    parts: &[&str],
) -> [u8; 32] {
    let key = derive_key(authentication, purpose);
    let mut name = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &*key));
    for part in parts {
        name.update(&(part.len() as u64).to_be_bytes());
        name.update(part.as_bytes());
    }
    let mut bytes = [0; 32];
    bytes.copy_from_slice(name.sign().as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    fn of_secret(secret: &str, purpose: &str) -> Zeroizing<[u8; 32]> {
        let secret = Secret::new(secret.to_owned());
        derive_key(&ClientAuthentication::Secret(secret), purpose)
    }

    #[test]
    fn the_same_credentials_and_purpose_give_the_same_key_and_no_others_do() {
        let key = of_secret("secret", "one/v1");
        assert_eq!(key, of_secret("secret", "one/v1"));
        assert_ne!(key, of_secret("secret", "two/v1"));
        assert_ne!(key, of_secret("other", "one/v1"));
    }
}
