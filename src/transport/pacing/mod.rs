//! Keeps requests within Auth0's rate limits: slows down before a limit is hit, sends the most urgent
//! request first, and refuses at once what cannot be sent in time.

pub mod bucket;
pub mod limit;
pub mod pacer;
pub mod permit;
pub mod queue;
pub mod rate_limit_headers;
pub mod scheduler;
pub mod shared_budget;
pub mod waits;
