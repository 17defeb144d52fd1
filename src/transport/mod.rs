//! How a request reaches Auth0: deadline ⊃ retry ⊃ pacing ⊃ (token + one attempt) → decode.

pub mod call;
pub mod http;
pub mod pacing;
pub mod pipeline;
pub mod provenance;
mod redaction;
pub mod request;
pub mod retry;
