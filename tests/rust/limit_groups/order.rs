//! The order of requests in a limit group.

use std::time::Duration;

use auth0_user_security::transport::pacing::limit::ApiFamily;
use auth0_user_security::transport::pacing::queue::{Priority, RequestMeta};
use auth0_user_security::transport::pacing::scheduler::{Scheduler, Turn};

use super::support::{
    bulk, follow_up, join, join_as, learn, measured, quota, room, send, use_up, was_notified,
};

#[test]
fn a_deadline_that_passes_while_there_is_room_is_not_blamed_on_the_limit() {
    let mut scheduler = Scheduler::default();
    learn(&mut scheduler, "/a", 50, 49, 0.0);
    let ticket = scheduler.join(
        "/a",
        ApiFamily::Management,
        RequestMeta::default(),
        5.0,
        10.0,
    );
    assert_eq!(scheduler.turn(&ticket, 10.0), Turn::DeadlineExceeded);
}

#[test]
fn follow_ups_go_before_all_others_on_every_endpoint_of_the_limit() {
    let mut scheduler = measured();
    learn(&mut scheduler, "/b", 50, 40, 2000.0);
    use_up(&mut scheduler, 2000.0);
    let person = join(&mut scheduler, "/a", 2000.0);
    let bulk = RequestMeta {
        priority: Priority::Bulk,
        ..follow_up()
    };
    let follow_up = join_as(&mut scheduler, "/b", bulk, 2001.0);
    assert!(matches!(scheduler.turn(&follow_up, 2001.0), Turn::Wait(_)));
    assert_eq!(scheduler.turn(&person, 2500.0), Turn::WaitForWakeup);
    assert!(matches!(scheduler.turn(&follow_up, 2500.0), Turn::Send(_)));
    scheduler.leave(&follow_up, 2500.0);
    assert!(was_notified(&person));
}

#[test]
fn follow_ups_are_sent_in_the_order_of_their_deadlines() {
    let mut scheduler = measured();
    use_up(&mut scheduler, 2000.0);
    let late = join_as(&mut scheduler, "/a", follow_up(), 2000.0);
    let early = scheduler.join("/a", ApiFamily::Management, follow_up(), 9000.0, 2001.0);
    assert_eq!(scheduler.turn(&late, 2500.0), Turn::WaitForWakeup);
    assert!(matches!(scheduler.turn(&early, 2500.0), Turn::Send(_)));
}

#[test]
fn a_bulk_waiter_ages_and_overtakes_each_interactive_one_once() {
    let mut scheduler = measured();
    use_up(&mut scheduler, 2000.0);
    let bulks = [0, 1].map(|_| join_as(&mut scheduler, "/a", bulk(), 2000.0));
    let people = [0, 1].map(|_| join(&mut scheduler, "/a", 2000.0));
    assert!(matches!(scheduler.turn(&people[0], 3900.0), Turn::Send(_)));
    scheduler.leave(&people[0], 3900.0);
    assert_eq!(scheduler.turn(&bulks[0], 3900.0), Turn::WaitForWakeup);
    // Two seconds have passed.
    assert_eq!(scheduler.turn(&people[1], 4100.0), Turn::WaitForWakeup);
    assert!(matches!(scheduler.turn(&bulks[0], 4100.0), Turn::Send(_)));
    scheduler.leave(&bulks[0], 4100.0);
    assert_eq!(scheduler.turn(&bulks[1], 6200.0), Turn::WaitForWakeup);
    assert!(matches!(scheduler.turn(&people[1], 6200.0), Turn::Send(_)));
    scheduler.leave(&people[1], 6200.0);
    let _person = join(&mut scheduler, "/a", 6200.0);
    assert!(matches!(scheduler.turn(&bulks[1], 6200.0), Turn::Send(_)));
}

#[test]
fn bulk_requests_leave_a_tenth_of_the_limit_for_interactive_ones_to_come() {
    let mut scheduler = measured();
    let sent = (0..60).take_while(|_| {
        let ticket = join_as(&mut scheduler, "/a", bulk(), 2000.0);
        let turn = scheduler.turn(&ticket, 2000.0);
        scheduler.leave(&ticket, 2000.0);
        matches!(turn, Turn::Send(_))
    });
    assert!((33..=35).contains(&sent.count()));
    assert_eq!(room(&mut scheduler, 2000.0), 5);
}

/// What another process leaves: 3 of 50, and hardly anything of what is added back.
fn used_by_others() -> Scheduler {
    let mut scheduler = Scheduler::default();
    for number in 0..20_u32 {
        let at = f64::from(number) * 100.0;
        learn(
            &mut scheduler,
            "/a",
            50,
            u64::from(20 - number + number / 8),
            at,
        );
    }
    scheduler
}

#[test]
fn a_bulk_waiter_finds_out_every_few_seconds_whether_others_still_use_the_limit() {
    let mut scheduler = used_by_others();
    let ticket = join_as(&mut scheduler, "/a", bulk(), 2000.0);
    assert!(matches!(scheduler.turn(&ticket, 2000.0), Turn::Wait(_)));
    assert!(matches!(scheduler.turn(&ticket, 6000.0), Turn::Wait(_)));
    assert!(matches!(scheduler.turn(&ticket, 7000.0), Turn::Send(_)));
    scheduler.leave(&ticket, 7000.0);
    let next = join_as(&mut scheduler, "/a", bulk(), 7000.0);
    assert!(matches!(scheduler.turn(&next, 7000.0), Turn::Wait(_)));
}

#[test]
fn a_bulk_waiter_counts_on_its_share_although_others_use_the_limit() {
    let mut scheduler = used_by_others();
    let ticket = join_as(&mut scheduler, "/a", bulk(), 2000.0);
    let eight_a_second = |_| Some(0.008);
    scheduler.count_on_share(&ticket, eight_a_second, 2000.0);
    assert!(matches!(scheduler.turn(&ticket, 2000.0), Turn::Wait(_)));
    assert!(matches!(scheduler.turn(&ticket, 2600.0), Turn::Send(_)));
}

#[test]
fn a_bulk_waiter_does_not_age_during_a_pause() {
    let mut scheduler = measured();
    let refused = send(&mut scheduler, "/a", 2000.0);
    let pause = Some(Duration::from_secs(20));
    scheduler.responded("/a", refused, Some(quota(50, 0)), pause, 2000.0);
    let bulk = join_as(&mut scheduler, "/a", bulk(), 2000.0);
    let person = join(&mut scheduler, "/a", 2000.0);
    assert_eq!(scheduler.turn(&bulk, 22_500.0), Turn::WaitForWakeup);
    assert!(matches!(scheduler.turn(&person, 22_500.0), Turn::Send(_)));
}

#[test]
fn a_waiter_that_is_overtaken_by_an_aged_bulk_waiter_notifies_it() {
    let mut scheduler = measured();
    use_up(&mut scheduler, 2000.0);
    let bulk = join_as(&mut scheduler, "/a", bulk(), 2000.0);
    let person = join(&mut scheduler, "/a", 2000.0);
    assert_eq!(scheduler.turn(&bulk, 2000.0), Turn::WaitForWakeup);
    let _ = (scheduler.turn(&person, 2000.0), was_notified(&bulk));
    assert_eq!(scheduler.turn(&person, 4100.0), Turn::WaitForWakeup);
    assert!(was_notified(&bulk));
}

#[test]
fn a_deadline_that_passes_while_others_go_first_is_blamed_on_the_limit() {
    let mut scheduler = measured();
    use_up(&mut scheduler, 2000.0);
    let _person = join(&mut scheduler, "/a", 2000.0);
    let bulk = scheduler.join("/a", ApiFamily::Management, bulk(), 2500.0, 2000.0);
    // There is room by now, but it belongs to the waiter ahead.
    let turn = scheduler.turn(&bulk, 2500.0);
    assert!(matches!(turn, Turn::Refused(_)), "{turn:?}");
}

#[test]
fn no_interactive_request_is_refused_because_of_a_small_share() {
    let mut scheduler = Scheduler::default();
    learn(&mut scheduler, "/a", 50, 49, 0.0);
    let ticket = join(&mut scheduler, "/a", 0.0);
    scheduler.count_on_share(&ticket, |_| Some(0.0001), 0.0);
    scheduler.leave(&ticket, 0.0);
    use_up(&mut scheduler, 1.0);
    let urgent = scheduler.join(
        "/a",
        ApiFamily::Management,
        RequestMeta::default(),
        5_000.0,
        2.0,
    );
    let turn = scheduler.turn(&urgent, 2.0);
    assert!(matches!(turn, Turn::Wait(_)), "{turn:?}");
}
