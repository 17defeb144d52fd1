//! What a process may send under a limit that it shares, and when it waits for Redis.

use auth0_user_security::transport::pacing::rate_limit_headers::Quota;
use auth0_user_security::transport::pacing::shared_budget::leased_budget::{
    LeasedBudget, LocalView, Permission,
};
use auth0_user_security::transport::pacing::shared_budget::report::Lease;

const FAR: f64 = 60_000.0;

fn quota(remaining: u64) -> Quota {
    Quota {
        limit: 50,
        remaining,
        refill_in: None,
    }
}

fn local(level: f64) -> LocalView {
    LocalView { level, waiting: 1 }
}

/// Whether the budget permits a request while its first renewal is in progress.
fn asks(size: u64, level: f64) -> Permission {
    let mut budget = LeasedBudget::new(1, size);
    budget.begin_renewal(0.0);
    budget.ask(local(level), FAR, 1.0)
}

#[test]
fn with_plenty_of_room_no_request_waits_and_with_little_it_waits_for_a_lease() {
    assert!(matches!(asks(1_000_000, 999_999.0), Permission::Send(_)));
    assert!(matches!(asks(1_000, 900.0), Permission::Send(_)));
    assert!(matches!(asks(50, 49.0), Permission::Wait(_)));
    assert!(matches!(asks(1_000, 60.0), Permission::Wait(_)));
}

#[test]
fn without_redis_no_request_waits() {
    let mut budget = LeasedBudget::new(1, 50);
    budget.begin_renewal(0.0);
    budget.renewal_failed(250.0);
    for _ in 0..40 {
        assert!(matches!(
            budget.ask(local(1.0), FAR, 251.0),
            Permission::Send(_)
        ));
    }
}

#[test]
fn a_call_with_little_time_does_not_wait_for_redis() {
    let mut budget = LeasedBudget::new(1, 50);
    budget.begin_renewal(0.0);
    assert!(matches!(
        budget.ask(local(49.0), 200.0, 1.0),
        Permission::Send(_)
    ));
}

#[test]
fn a_redis_that_leases_nothing_while_there_is_room_is_ignored_for_a_while() {
    let mut budget = LeasedBudget::new(1, 50);
    let mut now = 0.0;
    let mut wait = |budget: &mut LeasedBudget| loop {
        if let Permission::Send(sequence) = budget.ask(local(49.0), FAR, now) {
            return (sequence, now);
        }
        budget.begin_renewal(now);
        budget.report(now);
        budget.renewed(Lease::default(), false, now + 1.0);
        now += 100.0;
        assert!(now < 30_000.0);
    };
    let (first, now) = wait(&mut budget);
    assert!(now > 9_000.0, "{now}");
    budget.observe(Some(first), quota(2), now);
    // Other processes may merely have been faster.
    let (second, now) = wait(&mut budget);
    assert!(now > 18_000.0, "{now}");
    budget.observe(Some(second), quota(49), now);
    for _ in 0..40 {
        assert!(matches!(
            budget.ask(local(49.0), FAR, now),
            Permission::Send(_)
        ));
    }
    assert!(matches!(
        budget.ask(local(1.0), FAR, now + 70_000.0),
        Permission::Wait(_)
    ));
}

#[test]
fn a_lease_expires() {
    let mut budget = LeasedBudget::new(1, 50);
    budget.begin_renewal(0.0);
    budget.report(0.0);
    let lease = Lease {
        requests: 3,
        ..Lease::default()
    };
    budget.renewed(lease, true, 100.0);
    assert!(matches!(
        budget.ask(local(0.0), FAR, 1_900.0),
        Permission::Send(_)
    ));
    assert!(matches!(
        budget.ask(local(0.0), FAR, 2_000.0),
        Permission::Wait(_)
    ));
}

#[test]
fn the_next_lease_is_requested_before_the_last_is_used_up() {
    let mut budget = LeasedBudget::new(1, 50);
    budget.begin_renewal(0.0);
    budget.report(0.0);
    let lease = Lease {
        requests: 10,
        ..Lease::default()
    };
    budget.renewed(lease, true, 1.0);
    let due_after = (1..=10).find(|_| {
        assert!(matches!(
            budget.ask(local(40.0), FAR, 20.0),
            Permission::Send(_)
        ));
        budget.is_renewal_due(20.0)
    });
    assert_eq!(due_after, Some(6), "less than half is left");
}

#[test]
fn a_pause_reported_by_another_process_applies_here_and_is_not_prolonged() {
    let mut budget = LeasedBudget::new(1, 50);
    let lease = Lease {
        closed_until: 1_000_000.0,
        closed_for: 5_000.0,
        ..Lease::default()
    };
    budget.begin_renewal(0.0);
    budget.report(0.0);
    budget.renewed(lease, false, 1.0);
    assert_eq!(
        budget.ask(local(49.0), 100.0, 2.0),
        Permission::Refused(4_999.0)
    );
    assert_eq!(budget.ask(local(49.0), FAR, 2.0), Permission::Wait(4_999.0));
    // The clock of Redis does not advance.
    budget.begin_renewal(4_000.0);
    budget.report(4_000.0);
    budget.renewed(lease, false, 4_001.0);
    assert_eq!(
        budget.ask(local(49.0), FAR, 4_002.0),
        Permission::Wait(999.0)
    );
}

#[test]
fn an_older_ledger_is_ignored_unless_the_clock_was_set_back_too() {
    let mut budget = LeasedBudget::new(1, 50);
    assert!(budget.is_current(1_000.0, 1_500.0));
    assert!(budget.is_current(1_000.0, 1_600.0), "unchanged");
    assert!(!budget.is_current(500.0, 1_700.0));
    assert!(budget.is_current(500.0, 600.0));
}

#[test]
fn the_refill_is_divided_among_active_processes_for_as_long_as_that_is_known() {
    let mut budget = LeasedBudget::new(1, 50);
    assert_eq!(budget.share(0.0), None);
    let lease = Lease {
        processes: 20,
        active: 2,
        refill: Some(0.016),
        ..Lease::default()
    };
    budget.begin_renewal(0.0);
    budget.report(0.0);
    budget.renewed(lease, false, 1.0);
    assert_eq!(budget.share(30_000.0), Some(0.008));
    assert_eq!(budget.share(61_000.0), None, "it never asked again");
    budget.renewal_failed(30_000.0);
    assert_eq!(budget.share(30_000.0), None, "Redis is unavailable");
}
