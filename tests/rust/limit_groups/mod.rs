//! The scheduler: which endpoints share a rate limit, which request is next under it, and what is reserved for
//! running operations.

mod membership;
mod order;
mod reservations;
mod support;
