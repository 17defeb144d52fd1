//! A rate limit that several processes share through Redis. Each process leases requests ahead of
//! need, so no request waits for Redis while its process can decide on its own.

mod budget;
pub mod leased_budget;
pub mod ledger;
mod renewal;
pub mod report;
mod reporting;

pub use budget::{BudgetExhausted, SharedBudget, SharedTurn};
pub use leased_budget::LocalView;
