//! How a request reaches Auth0: deadline ⊃ retry ⊃ (token + one attempt) → decode.

pub mod http;
pub mod pipeline;
pub mod request;
pub mod retry;
