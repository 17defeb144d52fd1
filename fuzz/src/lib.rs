//! What each fuzz target does with its bytes. No fuzzer is needed for it: `tests/corpora.rs` of the
//! crate includes this file and replays every kept input.

pub mod decode;
pub mod domain;
pub mod headers;
pub mod ids;
pub mod state;
pub mod user_agent;

/// Text out of any bytes.
fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}
