//! What a process may send under a limit that it shares, and when it waits for Redis.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use auth0_user_security::transport::lease::{Account, Permission, Room};
use auth0_user_security::transport::ledger::Lease;
use auth0_user_security::transport::pace::Quota;

const FAR: f64 = 60_000.0;

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
