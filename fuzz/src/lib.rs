//! The checks of the fuzz targets. They run without a fuzzer too: `tests/rust/corpora.rs` of the crate includes this file
//! and replays the whole corpus.

pub mod decode;
pub mod domain;
pub mod headers;
pub mod ids;
pub mod state;
pub mod user_agent;
pub mod users_export;

/// Converts any bytes to text.
fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}
