//! Decides which request is sent next under which rate limit: started operations first, then
//! interactive requests, then bulk ones. A model with neither a clock nor I/O; times are milliseconds
//! of one clock.

mod admission;
mod aging;
mod early_refusal;
mod limit_group;
mod limit_groups;
mod membership;
mod reservations;
mod responses;
mod turns;

pub use limit_groups::SentRequest;
pub use turns::{Scheduler, Turn};
