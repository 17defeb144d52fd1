//! Runs one method for many users: as many at once as is useful, each user once, and whatever happens to one of them
//! leaves the others alone.

mod audit;
mod batch;
mod emergency;
mod inbox;
mod job;
mod met;
mod options;
mod order;
mod progress;
mod run;
mod stop;
mod subject;
mod totals;

pub use emergency::{EmergencyOptions, Risk};
pub use inbox::{Given, Inbox};
pub use job::Job;
pub use options::{Handles, MAX_CONCURRENCY, RunOptions};
pub use progress::Progress;
pub use run::Fleet;
pub use stop::{Stop, StopRules};
