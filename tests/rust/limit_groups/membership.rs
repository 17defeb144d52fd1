//! Endpoints that move from one limit group to another while requests are waiting or in flight.

use std::time::Duration;

use auth0_user_security::transport::pacing::scheduler::{Scheduler, Turn};

use super::support::{join, learn, quota, send, was_notified};

#[test]
fn a_waiter_that_becomes_first_because_another_moves_away_is_notified() {
    let mut scheduler = Scheduler::default();
    learn(&mut scheduler, "/a", 10, 9, 0.0);
    learn(&mut scheduler, "/b", 10, 9, 0.0);
    let moving = send(&mut scheduler, "/a", 1.0);
    let (a, b) = (
        join(&mut scheduler, "/a", 2.0),
        join(&mut scheduler, "/b", 2.0),
    );
    assert_eq!(scheduler.turn(&b, 2.0), Turn::WaitForWakeup);
    scheduler.responded("/a", moving, Some(quota(20, 19)), None, 3.0);
    assert!(was_notified(&b), "the first of the old group");
    assert!(matches!(scheduler.turn(&b, 3.0), Turn::Send(_)));
    assert!(matches!(scheduler.turn(&a, 3.0), Turn::Send(_)));
}

#[test]
fn a_pause_survives_the_merge_of_two_groups() {
    let mut scheduler = Scheduler::default();
    learn(&mut scheduler, "/a", 50, 40, 0.0);
    let (one, two) = (
        send(&mut scheduler, "/b", 0.0),
        send(&mut scheduler, "/b", 0.0),
    );
    let pause = Some(Duration::from_secs(20));
    scheduler.responded("/b", one, None, pause, 1.0);
    scheduler.responded("/b", two, Some(quota(50, 38)), None, 2.0);
    let waiting = join(&mut scheduler, "/b", 3.0);
    assert!(matches!(scheduler.turn(&waiting, 3.0), Turn::Wait(wait) if wait > 19_000.0));
}

#[test]
fn a_pause_is_kept_although_the_group_of_its_request_is_gone() {
    let mut scheduler = Scheduler::default();
    learn(&mut scheduler, "/a", 10, 9, 0.0);
    let late = send(&mut scheduler, "/a", 1.0);
    // The plan has changed, so the old group is empty.
    learn(&mut scheduler, "/a", 20, 19, 2.0);
    scheduler.responded("/a", late, None, Some(Duration::from_secs(20)), 3.0);
    let waiting = join(&mut scheduler, "/a", 4.0);
    assert!(matches!(scheduler.turn(&waiting, 4.0), Turn::Wait(wait) if wait > 19_000.0));
}

#[test]
fn requests_that_another_bucket_counted_do_not_distort_the_measurement() {
    let mut scheduler = Scheduler::default();
    learn(&mut scheduler, "/a", 50, 49, 0.0);
    for _ in 0..100 {
        let sent = send(&mut scheduler, "/b", 0.0);
        scheduler.responded("/b", sent, None, None, 0.0);
    }
    let (one, two) = (
        send(&mut scheduler, "/b", 1.0),
        send(&mut scheduler, "/b", 1.0),
    );
    scheduler.responded("/b", one, Some(quota(50, 48)), None, 2.0);
    scheduler.responded("/b", two, Some(quota(50, 5)), None, 3.0);
    // A response to a later request of the group still counts as new.
    learn(&mut scheduler, "/a", 50, 40, 60_000.0);
    let left = (0..60).filter(|_| {
        let ticket = join(&mut scheduler, "/a", 60_000.0);
        let turn = scheduler.turn(&ticket, 60_000.0);
        scheduler.leave(&ticket, 60_000.0);
        matches!(turn, Turn::Send(_))
    });
    assert!((37..=40).contains(&left.count()));
}
