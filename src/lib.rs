//! The core of `@archie/auth0-user-security`: manages the Auth0 sessions of users.
//!
//! Data flows one way: JavaScript → `binding` → `service` → `auth0` → `transport`, and back.

#![deny(unsafe_code)]

/// What one thread allocates and another frees makes the threads of glibc's allocator wait for each other. Debug builds
/// keep the system's, because Valgrind knows no other.
#[cfg(not(debug_assertions))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod arguments;
pub mod auth0;
// napi registers nothing in a test build, where the boundary would only be dead code.
#[cfg(not(test))]
mod binding;
pub mod config;
mod cpu;
pub mod credentials;
pub mod error;
pub mod failure_object;
pub mod fleet;
pub mod geo;
pub mod listeners;
pub mod logging;
pub mod model;
pub mod outbox;
mod random;
pub mod redirect_url;
pub mod reply;
pub mod risk_input;
mod seen;
pub mod service;
pub mod shared_state;
pub mod signing_key;
pub mod transport;
pub mod user;
pub mod user_agent;
