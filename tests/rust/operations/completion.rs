//! Operations that have begun are completed, and the limit is fully used.

use std::sync::atomic::Ordering;
use std::time::Duration;

use auth0_user_security::transport::pacing::queue::{Priority, Stage};
use futures_util::future::join_all;
use tokio::time::{Instant, sleep, timeout};

use super::limited_tenant::{Caller, Counts, Tenant};
use super::support::{DEFAULT_DEADLINE, LATENCY, MIXES, cycle, run, seconds};

#[tokio::test(start_paused = true)]
async fn of_500_concurrent_revocations_none_is_left_half_done() {
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
async fn with_time_for_all_everything_is_done_as_fast_as_the_limit_allows() {
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
async fn what_other_processes_use_leaves_no_operation_half_done() {
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
                    tenant.send(caller, Stage::FollowUp).await
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

#[tokio::test(start_paused = true)]
async fn operations_that_read_back_their_changes_all_complete_if_there_is_time() {
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
async fn while_the_refill_is_unknown_an_idle_operation_does_not_prevent_measuring_it() {
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
