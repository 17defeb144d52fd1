//! Proof Key for Code Exchange: what a login begins with, and only the holder of the verifier can complete.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;

use crate::config::Secret;

/// The S256 challenge for a verifier.
pub fn code_challenge(verifier: &Secret) -> String {
    let hash = digest::digest(&digest::SHA256, verifier.expose().as_bytes());
    URL_SAFE_NO_PAD.encode(hash)
}
