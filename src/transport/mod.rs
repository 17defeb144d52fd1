//! How a request reaches Auth0: deadline ⊃ retry ⊃ pacing ⊃ (token + one attempt) → decode.

pub mod call;
pub mod connections;
pub mod http;
pub mod lanes;
pub mod lease;
pub mod ledger;
pub mod limit;
pub mod line;
pub mod mark;
mod open_connections;
pub mod pace;
pub mod pacer;
pub mod pipeline;
pub mod provenance;
mod random;
pub mod rate_limit;
mod refill;
pub mod request;
pub mod retry;
pub mod shared_budget;
mod trace;
