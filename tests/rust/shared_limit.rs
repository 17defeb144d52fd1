//! Processes that share a rate limit through a ledger, with neither a clock nor I/O.

use auth0_user_security::transport::pacing::rate_limit_headers::Quota;
use auth0_user_security::transport::pacing::shared_budget::leased_budget::LeasedBudget;
use auth0_user_security::transport::pacing::shared_budget::ledger::Ledger;
use auth0_user_security::transport::pacing::shared_budget::report::{Position, Report, Seen};

use crate::support::simulation;

const DELAYS: [f64; 5] = [0.0, 5.0, 20.0, 100.0, 200.0];
const LATENCIES: [f64; 3] = [2.0, 30.0, 150.0];

/// Every combination of the delay of Redis and the latency of the server.
fn delays_and_latencies() -> impl Iterator<Item = (f64, f64)> {
    DELAYS
        .into_iter()
        .flat_map(|delay| LATENCIES.map(|latency| (delay, latency)))
}

/// Asserts that the calls take at most `most` times the shortest possible time, and that at most 1 % of the requests get 429.
fn assert_fully_used(limit: (u32, f64), calls: usize, most: f64) {
    for (delay, latency) in delays_and_latencies() {
        let outcome = simulation::run(limit, calls, delay, latency);
        let case = format!("{limit:?}, Redis {delay} ms, server {latency} ms: {outcome:?}");
        assert!(outcome.refused <= 0.01, "{case}");
        assert!(outcome.time <= most, "{case}");
    }
}

#[test]
fn four_processes_fully_use_a_limit_without_a_429_however_slow_redis_is() {
    assert_fully_used((50, 16.0), 200, 1.06);
}

#[test]
fn four_processes_fully_use_a_small_limit() {
    assert_fully_used((10, 2.5), 60, 1.06);
}

#[test]
fn four_processes_fully_use_a_large_limit() {
    assert_fully_used((100, 50.0), 200, 1.3);
}

#[test]
fn the_first_burst_of_all_processes_is_divided_among_them() {
    for (delay, latency) in delays_and_latencies() {
        for limit in [(50, 16.0), (100, 50.0)] {
            let outcome = simulation::run(limit, 31, delay, latency);
            assert!(
                outcome.refused <= 0.01,
                "{limit:?}, {delay} ms, {latency} ms: {outcome:?}"
            );
        }
    }
}

/// The report of a process that asks for this many requests of a limit of 50.
fn wants(process: u64, waiting: u64) -> Report {
    Report {
        process,
        size: 50,
        level: 50.0,
        waiting,
        ..Report::default()
    }
}

#[test]
fn what_is_leased_to_one_process_is_not_leased_to_another() {
    let mut ledger = Ledger::default();
    let one = ledger.renew(&wants(1, 30), 0.0).requests;
    let other = ledger.renew(&wants(2, 30), 1.0);
    assert_eq!(one, 30);
    assert!(one + other.requests <= 50, "{other:?}");
    assert!(other.room_in.is_some());
    assert_eq!(other.processes, 2);
}

#[test]
fn the_lease_of_a_dead_process_goes_to_others_when_it_expires() {
    let seen = Some(Seen {
        remaining: 50,
        age: 0.0,
        position: Some(Position::default()),
    });
    for (time, is_free) in [(1_900.0, false), (2_100.0, true)] {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.renew(&wants(1, 40), 0.0).requests, 40);
        let lease = ledger.renew(
            &Report {
                seen,
                ..wants(2, 40)
            },
            time,
        );
        assert_eq!(lease.requests == 40, is_free, "{time} {lease:?}");
    }
}

#[test]
fn unused_leases_are_returned() {
    let mut ledger = Ledger::default();
    assert_eq!(ledger.renew(&wants(1, 40), 0.0).requests, 40);
    assert_eq!(ledger.renew(&wants(1, 0), 1.0).requests, 0);
    assert_eq!(ledger.renew(&wants(2, 40), 2.0).requests, 40);
}

#[test]
fn requests_that_are_reported_late_do_not_make_the_limit_look_fast() {
    let mut ledger = Ledger::default();
    let saw = |remaining| Report {
        seen: Some(Seen {
            remaining,
            age: 0.0,
            position: Some(Position::default()),
        }),
        ended: 1,
        ..wants(2, 0)
    };
    assert_eq!(ledger.renew(&wants(1, 20), 0.0).requests, 20);
    // The server has already counted those twenty.
    ledger.renew(&saw(29), 100.0);
    let ended = 20;
    ledger.renew(
        &Report {
            ended,
            ..wants(1, 0)
        },
        200.0,
    );
    ledger.renew(&saw(28), 1_100.0);
    let leased = ledger.renew(&wants(2, 40), 3_100.0).requests;
    assert!(leased <= 28, "{leased}");
}

#[test]
fn an_old_response_does_not_hold_back_what_was_added_since() {
    let mut ledger = Ledger::default();
    let seen = |remaining, age| {
        Some(Seen {
            remaining,
            age,
            position: None,
        })
    };
    assert_eq!(ledger.renew(&wants(1, 20), 0.0).requests, 20);
    let seen_long_ago = seen(2, 60_000.0);
    let report = Report {
        seen: seen_long_ago,
        ..wants(1, 20)
    };
    assert_eq!(ledger.renew(&report, 60_000.0).requests, 20);
    let report = Report {
        seen: seen(2, 100.0),
        ..wants(1, 20)
    };
    assert!(ledger.renew(&report, 60_100.0).requests <= 2);
}

#[test]
fn after_a_429_nothing_is_leased_until_its_pause_ends_and_then_one_request() {
    let mut ledger = Ledger::default();
    let pause = Some(3_000.0);
    ledger.renew(
        &Report {
            pause,
            ..wants(1, 10)
        },
        0.0,
    );
    let lease = ledger.renew(&wants(2, 10), 1_000.0);
    assert_eq!(lease.requests, 0);
    assert!((lease.closed_for - 2_000.0).abs() < 1.0);
    assert_eq!(ledger.renew(&wants(2, 10), 3_000.0).requests, 1);
    assert_eq!(
        ledger.renew(&wants(3, 10), 3_001.0).requests,
        0,
        "one probes"
    );
}

#[test]
fn a_ledger_survives_serialization() {
    let mut ledger = Ledger::default();
    ledger.renew(&wants(u64::MAX, 10), 1_795_521_600_000.123);
    let text = serde_json::to_string(&ledger).expect("JSON");
    let back: Ledger = serde_json::from_str(&text).expect("a ledger");
    assert_eq!(format!("{ledger:?}"), format!("{back:?}"));
}

#[test]
fn a_response_without_a_lease_raises_nothing() {
    let mut ledger = Ledger::default();
    ledger.renew(&wants(1, 40), 0.0);
    let mut budget = LeasedBudget::new(2, 50);
    let quota = Quota {
        limit: 50,
        remaining: 49,
        refill_in: None,
    };
    budget.observe(None, quota, 3_000.0);
    let report = Report {
        waiting: 20,
        ..budget.report(3_000.0)
    };
    assert!(ledger.renew(&report, 3_000.0).requests < 20);
}

#[test]
fn processes_that_were_stopped_take_no_part_of_the_refill() {
    let mut ledger = Ledger::default();
    for process in 1..=20 {
        ledger.renew(&wants(process, 1), 0.0);
    }
    assert_eq!(ledger.renew(&wants(1, 1), 1_000.0).active, 20);
    let later = ledger.renew(&wants(1, 1), 6_000.0);
    assert_eq!((later.processes, later.active), (20, 1));
}
