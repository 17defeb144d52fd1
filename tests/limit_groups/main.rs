//! The scheduler: which endpoints share a rate limit, which request is next under it, and what is reserved for
//! running operations.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod membership;
mod order;
mod reservations;
mod support;
