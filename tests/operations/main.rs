//! Many operations of several requests under one rate limit, on a paused clock: operations that
//! have begun are completed, the limit is fully used, and no request waits forever.

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
