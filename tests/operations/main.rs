//! Many operations of several requests under one rate limit, on a paused clock: what has begun is
//! completed, the limit is used to the full, and no request waits forever.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod completion;
#[path = "../support/limited_tenant.rs"]
mod limited_tenant;
mod priorities;
mod support;
