//! Runs many operations against one tenant.

use std::sync::Arc;
use std::time::Duration;

use auth0_user_security::transport::pacing::queue::Priority;
use futures_util::future::join_all;
use tokio::time::Instant;

use super::limited_tenant::{Caller, Counts, Tenant};

pub const LATENCY: Duration = Duration::from_millis(80);
pub const DEFAULT_DEADLINE: f64 = 30.0;
/// How long the larger limit takes to refill one request, in milliseconds, plus the inaccuracy of timers.
pub const REFILL: f64 = 62.5;
pub const TIMERS: f64 = 5.0;
pub const MIXES: [&[u32]; 4] = [&[1], &[3], &[60], &[1, 3, 60]];

pub fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

pub fn cycle(mix: &[u32], count: usize) -> Vec<u32> {
    mix.iter().copied().cycle().take(count).collect()
}

/// Starts all operations at once, each with this many follow-ups, four of them concurrent.
pub async fn run(
    tenant: &Arc<Tenant>,
    follow_ups: &[u32],
    priority: Priority,
    seconds: f64,
) -> Counts {
    let deadline = Instant::now() + Duration::from_secs_f64(seconds);
    let all = (1..).zip(follow_ups).map(|(operation, follow_ups)| {
        let caller = Caller {
            operation,
            priority,
            deadline,
        };
        tenant.operate(caller, *follow_ups, 4)
    });
    join_all(all).await.into_iter().collect()
}
