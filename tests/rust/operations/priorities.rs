//! Bulk operations alongside interactive calls, and started operations alongside both.

use std::sync::Arc;
use std::time::Duration;

use auth0_user_security::transport::pacing::queue::{Priority, Stage};
use futures_util::future::{join, join_all};
use tokio::time::{Instant, sleep};

use super::limited_tenant::{Caller, Tenant};
use super::support::{DEFAULT_DEADLINE, LATENCY, REFILL, TIMERS, cycle, run, seconds};

/// Makes sequential interactive calls in each of `count` loops. Returns how long they take, in
/// milliseconds.
async fn loops(tenant: &Arc<Tenant>, count: u32, seconds: f64) -> Vec<f64> {
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    let loops = (1..=count).map(|_| async {
        let mut waits = Vec::new();
        while Instant::now() < end {
            waits.push(interactive(tenant).await);
        }
        waits
    });
    join_all(loops).await.concat()
}

/// Makes interactive calls at a steady rate. Returns how long they take, in milliseconds.
async fn steady(tenant: &Arc<Tenant>, every: Duration, count: u32) -> Vec<f64> {
    let calls = (0..count).map(|number| async move {
        sleep(every * number).await;
        interactive(tenant).await
    });
    join_all(calls).await
}

async fn interactive(tenant: &Tenant) -> f64 {
    let start = Instant::now();
    let caller = Caller {
        operation: 0,
        priority: Priority::Interactive,
        deadline: start + seconds(DEFAULT_DEADLINE),
    };
    tenant.send(caller, Stage::Single).await.unwrap();
    start.elapsed().as_secs_f64() * 1000.0
}

fn p99(mut waits: Vec<f64>) -> f64 {
    waits.sort_unstable_by(f64::total_cmp);
    waits[waits.len() * 99 / 100]
}

#[tokio::test(start_paused = true)]
async fn bulk_calls_behind_a_queue_of_interactive_ones_go_and_cost_those_one_refill() {
    for count in [4, 20, 32, 100] {
        let alone = p99(loops(&Tenant::new(50, 16.0, LATENCY), count, 60.0).await);
        let tenant = Tenant::new(50, 16.0, LATENCY);
        let bulk = run(&tenant, &[0; 100], Priority::Bulk, DEFAULT_DEADLINE);
        let (waits, counts) = join(loops(&tenant, count, 60.0), bulk).await;
        let beside = p99(waits);
        let case = format!("{count} loops: p99 {alone} ms, with bulk {beside} ms; {counts:?}");
        println!("{case}");
        assert!(counts.done >= 3, "{case}");
        assert_eq!(counts.half_done, 0, "{case}");
        assert!(beside <= alone + REFILL + TIMERS, "{case}");
    }
}

#[tokio::test(start_paused = true)]
async fn bulk_calls_take_what_steady_interactive_ones_leave_and_cost_them_one_refill() {
    let intervals = [250, 125, 84].into_iter();
    for (every, latency) in intervals.flat_map(|every| [(every, LATENCY), (every, LATENCY / 40)]) {
        let count = 60_000 / every;
        let every = Duration::from_millis(u64::from(every));
        let alone = p99(steady(&Tenant::new(50, 16.0, latency), every, count).await);
        let tenant = Tenant::new(50, 16.0, latency);
        let follow_ups = cycle(&[1], 500);
        let bulk = run(&tenant, &follow_ups, Priority::Bulk, DEFAULT_DEADLINE);
        let (waits, counts) = join(steady(&tenant, every, count), bulk).await;
        let beside = p99(waits);
        let case = format!(
            "each {every:?} at {latency:?}: p99 {alone} ms, with bulk {beside} ms; {counts:?}"
        );
        println!("{case}");
        assert_eq!(counts.half_done, 0, "{case}");
        assert!(counts.done >= 60, "{case}");
        assert!(beside <= alone + REFILL + TIMERS, "{case}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_bulk_operation_is_not_left_half_done_by_interactive_calls() {
    let tenant = Tenant::new(50, 16.0, LATENCY);
    let bulk = run(&tenant, &[1; 20], Priority::Bulk, DEFAULT_DEADLINE);
    let (_, counts) = join(loops(&tenant, 50, 40.0), bulk).await;
    assert_eq!(counts.half_done, 0, "{counts:?}");
    assert!(counts.done >= 3, "{counts:?}");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_continues_an_operation_does_not_queue_behind_5000_others() {
    let tenant = Tenant::new(50, 16.0, LATENCY);
    let deadline = Instant::now() + seconds(600.0);
    let caller = Caller {
        operation: 1,
        priority: Priority::Bulk,
        deadline,
    };
    let _guard = tenant.guard(caller);
    let opening = Stage::Opening { follow_ups: 1 };
    tenant.send(caller, opening).await.unwrap();
    let others = (0..5000).map(|_| {
        let other = Caller {
            operation: 2,
            priority: Priority::Interactive,
            deadline,
        };
        tenant.send(other, Stage::Single)
    });
    let start = Instant::now();
    let begun = async {
        sleep(seconds(10.0)).await;
        tenant.send(caller, Stage::FollowUp).await.unwrap();
        start.elapsed()
    };
    let (all, took) = join(join_all(others), begun).await;
    assert!(all.iter().all(Result::is_ok));
    assert!(took <= seconds(10.2), "{took:?}");
}
