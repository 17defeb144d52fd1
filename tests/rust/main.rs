//! Tests of the core through its public API. They are one program: linking one for each file would take longer than running
//! the tests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod architecture;
mod audit;
mod circles;
mod corpora;
mod hostile_server;
mod lease;
mod leftovers;
mod limit_groups;
mod network;
mod operation_requests;
mod operations;
mod rate_limit;
mod shared_limit;
mod shared_state;
mod support;
