//! The boundary to JavaScript; the only code that knows napi.
//!
//! Expected failures cross as values: a call *resolves* to its result or to a failure object, and
//! the JavaScript layer throws the right class. That keeps the caller's line in the stack.

mod arguments;
mod call;
mod delivery;
mod failure;
mod limits;
mod methods;
mod options;
mod own;
mod reports;
mod service;
mod sessions;
mod tickets;

use napi_derive::napi;

/// The version of this package.
#[napi]
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
