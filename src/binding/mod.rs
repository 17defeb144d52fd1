//! The boundary to JavaScript; the only code that knows napi.
//!
//! Expected failures cross as values: the outcome of a call is its result or a failure object, and the JavaScript layer
//! throws the right class. That keeps the caller's line in the stack.
mod call;
mod configuration_check;
mod dashboards;
mod delivery;
mod fleet;
mod fleet_options;
mod linking;
mod password_tickets;
mod protection;
mod runtime;
mod selection;
mod selector;
mod service;
mod sessions;
mod sign_in_methods;
mod value;

use napi_derive::napi;

/// The version of this package.
#[napi]
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
