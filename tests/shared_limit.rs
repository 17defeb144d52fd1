//! Processes that share a rate limit through a ledger in Redis, without a clock or I/O.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "support/shared_limit.rs"]
mod simulation;

use auth0_user_security::transport::lease::{Account, Permission, Room};
use auth0_user_security::transport::ledger::{Lease, Ledger, Place, Report, Seen};
use auth0_user_security::transport::pace::Quota;

const DELAYS: [f64; 5] = [0.0, 5.0, 20.0, 100.0, 200.0];
const LATENCIES: [f64; 3] = [2.0, 30.0, 150.0];
const FAR: f64 = 60_000.0;

#[test]
fn four_processes_use_a_limit_to_the_full_without_a_refusal_however_slow_redis_is() {
    for (limit, calls, most) in [((50, 16.0), 200, 1.06), ((10, 2.5), 60, 1.06)] {
        for (delay, latency) in DELAYS
            .into_iter()
            .flat_map(|delay| LATENCIES.map(|latency| (delay, latency)))
        {
            let outcome = simulation::run(limit, calls, delay, latency);
            let case = format!("{limit:?}, Redis {delay} ms, server {latency} ms: {outcome:?}");
            assert!(outcome.refused <= 0.01, "{case}");
            assert!(outcome.time <= most, "{case}");
        }
    }
}

#[test]
fn what_all_processes_begin_with_at_once_is_shared_out() {
    for (delay, latency) in DELAYS
        .into_iter()
        .flat_map(|delay| LATENCIES.map(|latency| (delay, latency)))
    {
        for limit in [(50, 16.0), (100, 50.0)] {
            let outcome = simulation::run(limit, 31, delay, latency);
            assert!(
                outcome.refused <= 0.01,
                "{limit:?}, {delay} ms, {latency} ms: {outcome:?}"
            );
        }
    }
}

/// A process that wants so many requests of a limit of 50.
fn wants(holder: u64, waiting: u64) -> Report {
    Report {
        holder,
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
    assert_eq!(other.holders, 2);
}

#[test]
fn what_a_lost_process_had_leased_goes_to_others_when_its_lease_has_ended() {
    let seen = Some(Seen {
        remaining: 50,
        age: 0.0,
        place: Some(Place::default()),
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
fn what_was_leased_in_vain_is_given_back() {
    let mut ledger = Ledger::default();
    assert_eq!(ledger.renew(&wants(1, 40), 0.0).requests, 40);
    assert_eq!(ledger.renew(&wants(1, 0), 1.0).requests, 0);
    assert_eq!(ledger.renew(&wants(2, 40), 2.0).requests, 40);
}

#[test]
fn after_a_429_nothing_is_leased_until_its_time_and_then_one_request() {
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
        "one tries"
    );
}

#[test]
fn a_ledger_survives_being_written_down() {
    let mut ledger = Ledger::default();
    ledger.renew(&wants(u64::MAX, 10), 1_795_521_600_000.123);
    let text = serde_json::to_string(&ledger).expect("JSON");
    let back: Ledger = serde_json::from_str(&text).expect("a ledger");
    assert_eq!(format!("{ledger:?}"), format!("{back:?}"));
}

fn quota(remaining: u64) -> Quota {
    Quota {
        limit: 50,
        remaining,
        refill_in: None,
    }
}

fn room(level: f64) -> Room {
    Room { level, waiting: 1 }
}

/// What an account does while its first renewal is under way.
fn asks(size: u64, level: f64) -> Permission {
    let mut account = Account::new(1, size);
    account.begin_renewal(0.0);
    account.ask(room(level), FAR, 1.0)
}

#[test]
fn with_plenty_of_room_no_request_waits_and_with_little_it_waits_for_a_lease() {
    assert!(matches!(asks(1_000_000, 999_999.0), Permission::Go(_)));
    assert!(matches!(asks(1_000, 900.0), Permission::Go(_)));
    assert!(matches!(asks(50, 49.0), Permission::Wait(_)));
    assert!(matches!(asks(1_000, 60.0), Permission::Wait(_)));
}

#[test]
fn without_redis_no_request_waits() {
    let mut account = Account::new(1, 50);
    account.begin_renewal(0.0);
    account.renewal_failed(250.0);
    for _ in 0..40 {
        assert!(matches!(
            account.ask(room(1.0), FAR, 251.0),
            Permission::Go(_)
        ));
    }
}

#[test]
fn a_call_with_little_time_does_not_wait_for_redis() {
    let mut account = Account::new(1, 50);
    account.begin_renewal(0.0);
    assert!(matches!(
        account.ask(room(49.0), 200.0, 1.0),
        Permission::Go(_)
    ));
}

#[test]
fn a_redis_that_gives_nothing_while_there_is_room_is_not_believed_for_long() {
    let mut account = Account::new(1, 50);
    let mut now = 0.0;
    let mut wait = |account: &mut Account| loop {
        if let Permission::Go(mark) = account.ask(room(49.0), FAR, now) {
            return (mark, now);
        }
        account.begin_renewal(now);
        account.report(now);
        account.renewed(Lease::default(), false, now + 1.0);
        now += 100.0;
        assert!(now < 30_000.0);
    };
    let (first, now) = wait(&mut account);
    assert!(now > 9_000.0, "{now}");
    account.saw(Some(first), quota(2), now);
    // Others may just have been luckier.
    let (second, now) = wait(&mut account);
    assert!(now > 18_000.0, "{now}");
    account.saw(Some(second), quota(49), now);
    for _ in 0..40 {
        assert!(matches!(
            account.ask(room(49.0), FAR, now),
            Permission::Go(_)
        ));
    }
    assert!(matches!(
        account.ask(room(1.0), FAR, now + 70_000.0),
        Permission::Wait(_)
    ));
}

#[test]
fn a_lease_ends_by_itself() {
    let mut account = Account::new(1, 50);
    account.begin_renewal(0.0);
    account.report(0.0);
    let lease = Lease {
        requests: 3,
        ..Lease::default()
    };
    account.renewed(lease, true, 100.0);
    assert!(matches!(
        account.ask(room(0.0), FAR, 1_900.0),
        Permission::Go(_)
    ));
    assert!(matches!(
        account.ask(room(0.0), FAR, 2_000.0),
        Permission::Wait(_)
    ));
}

#[test]
fn the_next_lease_is_asked_for_before_the_last_is_used_up() {
    let mut account = Account::new(1, 50);
    account.begin_renewal(0.0);
    account.report(0.0);
    let lease = Lease {
        requests: 10,
        ..Lease::default()
    };
    account.renewed(lease, true, 1.0);
    let due_after = (1..=10).find(|_| {
        assert!(matches!(
            account.ask(room(40.0), FAR, 20.0),
            Permission::Go(_)
        ));
        account.is_renewal_due(20.0)
    });
    assert_eq!(due_after, Some(6), "less than half is left");
}

#[test]
fn a_pause_that_another_process_was_told_holds_here_and_no_longer_than_it_was() {
    let mut account = Account::new(1, 50);
    let lease = Lease {
        closed_until: 1_000_000.0,
        closed_for: 5_000.0,
        ..Lease::default()
    };
    account.begin_renewal(0.0);
    account.report(0.0);
    account.renewed(lease, false, 1.0);
    assert_eq!(
        account.ask(room(49.0), 100.0, 2.0),
        Permission::Refused(4_999.0)
    );
    assert_eq!(account.ask(room(49.0), FAR, 2.0), Permission::Wait(4_999.0));
    // A Redis whose clock stands still.
    account.begin_renewal(4_000.0);
    account.report(4_000.0);
    account.renewed(lease, false, 4_001.0);
    assert_eq!(
        account.ask(room(49.0), FAR, 4_002.0),
        Permission::Wait(999.0)
    );
}

#[test]
fn a_ledger_that_was_put_back_is_not_taken_unless_the_clock_was_put_back_too() {
    let mut account = Account::new(1, 50);
    assert!(account.is_current(1_000.0, 1_500.0));
    assert!(account.is_current(1_000.0, 1_600.0), "unchanged");
    assert!(!account.is_current(500.0, 1_700.0));
    assert!(account.is_current(500.0, 600.0));
}

#[test]
fn a_response_without_a_lease_raises_nothing() {
    let mut ledger = Ledger::default();
    ledger.renew(&wants(1, 40), 0.0);
    let mut account = Account::new(2, 50);
    account.saw(None, quota(49), 3_000.0);
    let report = Report {
        waiting: 20,
        ..account.report(3_000.0)
    };
    assert!(ledger.renew(&report, 3_000.0).requests < 20);
}
