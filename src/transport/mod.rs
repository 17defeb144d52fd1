//! How a request reaches Auth0: deadline ⊃ retry ⊃ pacing ⊃ (token + one attempt) → decode.

pub mod http;
pub mod lanes;
pub mod pace;
pub mod pacer;
pub mod pipeline;
pub mod rate_limit;
pub mod request;
pub mod retry;
