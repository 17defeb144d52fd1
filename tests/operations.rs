//! Many operations of several requests under one rate limit, in the time of a paused clock: what has
//! begun is completed, the limit is used to the full, and nobody waits without end.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "support/limited_tenant.rs"]
mod limited_tenant;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use auth0_user_security::transport::line::{Priority, Stage};
use futures_util::future::{join, join_all};
use limited_tenant::{Caller, Counts, Tenant};
use tokio::time::{Instant, sleep, timeout};

const LATENCY: Duration = Duration::from_millis(80);
const DEFAULT_DEADLINE: f64 = 30.0;
/// What refills one request of the larger limit, in milliseconds, and what timers add.
const REFILL: f64 = 62.5;
const TIMERS: f64 = 5.0;
const MIXES: [&[u32]; 4] = [&[1], &[3], &[60], &[1, 3, 60]];

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

fn cycle(mix: &[u32], count: usize) -> Vec<u32> {
    mix.iter().copied().cycle().take(count).collect()
}

/// Starts all operations at once, each with so many follow-ups of which four go at once.
async fn run(tenant: &Arc<Tenant>, follow_ups: &[u32], priority: Priority, seconds: f64) -> Counts {
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

#[tokio::test(start_paused = true)]
async fn of_500_revocations_at_once_none_is_left_half_done() {
    let tenant = Tenant::new(50, 16.0, LATENCY);
    let follow_ups = cycle(&[1], 500);
    let counts = run(
        &tenant,
        &follow_ups,
        Priority::Interactive,
        DEFAULT_DEADLINE,
    )
    .await;
    println!("500 operations of 1 + 1 under 50 + 16/s within 30 s: {counts:?}");
    assert_eq!(counts.half_done, 0, "{counts:?}");
    // 530 requests are possible: 265 operations.
    assert!(counts.done >= 252, "{counts:?}");
    assert_eq!(tenant.refused.load(Ordering::Relaxed), 0);
}

#[tokio::test(start_paused = true)]
async fn with_time_for_all_everything_is_done_at_the_pace_of_the_limit() {
    for (size, per_second) in [(50, 16.0), (2, 1.0)] {
        for mix in [&[1][..], &[3], &[1, 3, 60]] {
            let follow_ups = cycle(mix, 1000);
            let requests: u32 = follow_ups.iter().map(|follow_ups| follow_ups + 1).sum();
            let tenant = Tenant::new(size, per_second, LATENCY);
            let ideal = tenant.ideal(requests);
            let start = Instant::now();
            let counts = run(&tenant, &follow_ups, Priority::Interactive, ideal * 1.2).await;
            let took = start.elapsed().as_secs_f64();
            let case = format!("{mix:?} under {size} + {per_second}/s: {counts:?} in {took} s");
            assert_eq!(counts.done, 1000, "{case}");
            assert!(took <= ideal * 1.05 + 1.0, "{case} of {ideal}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn with_too_little_time_what_has_begun_is_done_and_the_rest_is_untouched() {
    for (size, per_second, mixes) in [(50, 16.0, &MIXES[..]), (2, 1.0, &MIXES[..2])] {
        for mix in mixes {
            for time in [DEFAULT_DEADLINE, 120.0] {
                let tenant = Tenant::new(size, per_second, LATENCY);
                let follow_ups = cycle(mix, 1000);
                let start = Instant::now();
                let counts = run(&tenant, &follow_ups, Priority::Interactive, time).await;
                let case =
                    format!("{mix:?} under {size} + {per_second}/s for {time} s: {counts:?}");
                assert_eq!(counts.half_done, 0, "{case}");
                assert!(start.elapsed() <= seconds(time) + LATENCY, "{case}");
                // The last operation that does not fit whole is left out.
                let largest = f64::from(mix.iter().max().unwrap() + 1);
                let accepted = f64::from(tenant.accepted.load(Ordering::Relaxed));
                let possible = tenant.capacity(seconds(time));
                assert!(
                    accepted >= possible * 0.95 - largest,
                    "{case}: {accepted} of {possible}"
                );
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_other_processes_take_is_not_promised_to_anybody() {
    for mix in MIXES {
        let tenant = Tenant::new(50, 16.0, LATENCY);
        let others = async {
            loop {
                sleep(Duration::from_millis(250)).await;
                tenant.count();
            }
        };
        let follow_ups = cycle(mix, 500);
        let all = run(
            &tenant,
            &follow_ups,
            Priority::Interactive,
            DEFAULT_DEADLINE,
        );
        let counts = tokio::select! {
            counts = all => counts,
            () = others => unreachable!(),
        };
        assert_eq!(counts.half_done, 0, "{mix:?}: {counts:?}");
        assert!(counts.done > 0, "{mix:?}: {counts:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_operations_reserve_and_do_not_use_is_used_by_others() {
    let tenant = Tenant::new(50, 16.0, LATENCY);
    let deadline = Instant::now() + seconds(150.0);
    let start = Instant::now();
    let all = (1..=100).map(|operation| {
        let caller = Caller {
            operation,
            priority: Priority::Interactive,
            deadline,
        };
        let tenant = tenant.clone();
        async move {
            let _guard = tenant.guard(caller);
            let opening = Stage::Opening { follow_ups: 20 };
            // One needs a single follow-up, one fails, and one is aborted in the middle.
            match operation % 3 {
                0 => {
                    tenant.send(caller, opening).await?;
                    tenant.send(caller, Stage::Begun).await
                }
                1 => tenant.send(caller, opening).await,
                _ => {
                    let aborted = timeout(LATENCY / 4, tenant.send(caller, opening)).await;
                    aborted.unwrap_or(Ok(()))
                }
            }
        }
    });
    let all = join_all(all).await;
    // 2,100 requests are reserved, which takes more than two minutes.
    assert!(start.elapsed() < seconds(15.0), "{:?}", start.elapsed());
    assert!(all.iter().all(Result::is_ok), "{all:?}");
}

/// Interactive calls one after the other in each of so many loops: how long they take, in milliseconds.
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

/// Interactive calls at a steady rate, in milliseconds.
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
        tenant.send(caller, Stage::Begun).await.unwrap();
        start.elapsed()
    };
    let (all, took) = join(join_all(others), begun).await;
    assert!(all.iter().all(Result::is_ok));
    assert!(took <= seconds(10.2), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn operations_that_read_what_became_of_their_changes_are_all_completed_if_there_is_time() {
    for (size, per_second) in [(50, 16.0), (10, 2.0)] {
        for reads in [[0, 0, 4], [2, 1, 1], [4, 0, 0]] {
            let tenant = Tenant::new(size, per_second, LATENCY);
            let ideal = tenant.ideal(60 * 7);
            let start = Instant::now();
            let deadline = start + seconds(ideal * 1.1);
            let all = (1..=60).map(|operation| {
                let caller = Caller {
                    operation,
                    priority: Priority::Interactive,
                    deadline,
                };
                tenant.operate_reading(caller, reads)
            });
            let counts: Counts = join_all(all).await.into_iter().collect();
            let took = start.elapsed().as_secs_f64();
            let case = format!("{reads:?} under {size} + {per_second}/s: {counts:?} in {took} s");
            println!("{case}, ideal {ideal} s");
            assert_eq!((counts.done, counts.half_done), (60, 0), "{case}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn while_the_refill_is_unknown_an_operation_that_sends_nothing_keeps_nobody_from_measuring_it()
 {
    for stage in [Stage::Single, Stage::Opening { follow_ups: 9 }] {
        let tenant = Tenant::new(10, 2.0, LATENCY);
        let deadline = Instant::now() + seconds(60.0);
        let caller = |operation| Caller {
            operation,
            priority: Priority::Interactive,
            deadline,
        };
        let _guards = [1, 2].map(|operation| tenant.guard(caller(operation)));
        let opening = Stage::Opening { follow_ups: 9 };
        tenant.send(caller(1), opening).await.unwrap();
        let start = Instant::now();
        tenant.send(caller(2), stage).await.unwrap();
        assert!(start.elapsed() < seconds(1.5), "{:?}", start.elapsed());
    }
}
