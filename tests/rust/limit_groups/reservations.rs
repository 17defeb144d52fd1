//! What is reserved for running operations, and which operations may begin in addition.

use auth0_user_security::transport::pacing::limit::ApiFamily;
use auth0_user_security::transport::pacing::queue::{RequestMeta, Stage};
use auth0_user_security::transport::pacing::scheduler::{Scheduler, Turn};

use super::support::{
    follow_up, join, join_as, measured, meta, opening, quota, room, send_as, use_up, was_notified,
};

#[test]
fn what_is_reserved_for_an_operation_is_unavailable_until_it_ends() {
    let mut scheduler = measured();
    send_as(&mut scheduler, "/a", opening(20), 2000.0);
    let room_left = room(&mut scheduler, 2000.0);
    assert!(
        (17..=19).contains(&room_left),
        "{room_left} of 39 next to 20"
    );
    let waiting = join(&mut scheduler, "/a", 2000.0);
    assert!(matches!(scheduler.turn(&waiting, 2000.0), Turn::Wait(_)));
    scheduler.release(1, 2000.0);
    assert!(was_notified(&waiting));
    assert_eq!(room(&mut scheduler, 2000.0), 0, "one waits already");
    scheduler.leave(&waiting, 2000.0);
    assert_eq!(room(&mut scheduler, 2000.0), 20);
}

#[test]
fn a_follow_up_on_any_endpoint_uses_up_a_reservation_and_a_retry_none() {
    let mut scheduler = measured();
    send_as(&mut scheduler, "/a", opening(20), 2000.0);
    // An endpoint whose limit is still unknown.
    send_as(&mut scheduler, "/b", follow_up(), 2000.0);
    let retry = RequestMeta {
        is_retry: true,
        ..follow_up()
    };
    send_as(&mut scheduler, "/b", retry, 2000.0);
    let room_left = room(&mut scheduler, 2000.0);
    assert!(
        (18..=20).contains(&room_left),
        "{room_left} of 39 next to 19"
    );
    scheduler.release(1, 2000.0);
    assert_eq!(room(&mut scheduler, 2000.0), 19);
}

#[test]
fn an_opening_that_is_sent_again_keeps_its_reservation_and_its_place_at_the_front() {
    for again in [
        RequestMeta {
            is_retry: true,
            ..opening(20)
        },
        opening(20),
    ] {
        let mut scheduler = measured();
        send_as(&mut scheduler, "/a", opening(20), 2000.0);
        use_up(&mut scheduler, 2000.0);
        let person = join(&mut scheduler, "/a", 2000.0);
        let again = join_as(&mut scheduler, "/a", again, 2001.0);
        assert!(matches!(scheduler.turn(&again, 2001.0), Turn::Send(_)));
        scheduler.leave(&again, 2001.0);
        scheduler.release(1, 2001.0);
        assert!(scheduler.turn(&person, 2001.0) != Turn::WaitForWakeup);
    }
}

#[test]
fn an_operation_that_cannot_complete_in_time_is_refused_at_once_and_reserves_nothing() {
    let mut scheduler = measured();
    // 39 remain, and ten are added each second.
    for (follow_ups, time, is_refused) in
        [(80, 5000.0, false), (200, 5000.0, true), (30, 1.0, false)]
    {
        let deadline = 2000.0 + time;
        let ticket = scheduler.join(
            "/a",
            ApiFamily::Management,
            opening(follow_ups),
            deadline,
            2000.0,
        );
        let turn = scheduler.turn(&ticket, 2000.0);
        assert_eq!(
            matches!(turn, Turn::Refused(_)),
            is_refused,
            "{follow_ups}: {turn:?}"
        );
        scheduler.leave(&ticket, 2000.0);
        scheduler.release(1, 2000.0);
    }
    let refused = scheduler.join("/a", ApiFamily::Management, opening(200), 7000.0, 2000.0);
    assert!(matches!(scheduler.turn(&refused, 2000.0), Turn::Refused(wait) if wait > 10_000.0));
    scheduler.leave(&refused, 2000.0);
    assert!(room(&mut scheduler, 2000.0) > 30);
}

#[test]
fn a_reservation_ends_with_the_deadline_of_its_operation() {
    let mut scheduler = measured();
    let ticket = scheduler.join("/a", ApiFamily::Management, opening(20), 2500.0, 2000.0);
    assert!(matches!(scheduler.turn(&ticket, 2000.0), Turn::Send(_)));
    scheduler.leave(&ticket, 2000.0);
    while room(&mut scheduler, 2000.0) > 0 {}
    assert!(room(&mut scheduler, 2501.0) > 20);
}

#[test]
fn an_operation_waits_until_it_fits_beside_what_is_reserved_for_others() {
    let mut scheduler = measured();
    send_as(&mut scheduler, "/a", opening(10), 2000.0);
    while room(&mut scheduler, 2000.0) > 0 {}
    let other = RequestMeta {
        operation: 2,
        ..opening(5)
    };
    let other = join_as(&mut scheduler, "/a", other, 2000.0);
    assert!(matches!(scheduler.turn(&other, 2000.0), Turn::Wait(_)));
    // Six more were added.
    assert!(matches!(scheduler.turn(&other, 2400.0), Turn::Wait(_)));
    assert!(matches!(scheduler.turn(&other, 2800.0), Turn::Send(_)));
}

#[test]
fn an_unplanned_request_goes_before_all_that_have_not_begun_and_uses_up_no_reservation() {
    let opened = || {
        let mut scheduler = measured();
        let sent = send_as(&mut scheduler, "/a", opening(3), 2000.0);
        scheduler.responded("/a", sent, Some(quota(50, 40)), None, 2000.0);
        scheduler
    };
    let before = room(&mut opened(), 2000.0);
    let mut scheduler = opened();
    let waiting = join(&mut scheduler, "/a", 2000.0);
    send_as(&mut scheduler, "/a", meta(Stage::Unplanned), 2000.0);
    scheduler.leave(&waiting, 2000.0);
    assert_eq!(room(&mut scheduler, 2000.0), before - 1);
}

#[test]
fn unplanned_requests_count_among_those_ahead_of_a_new_operation() {
    let mut scheduler = measured();
    use_up(&mut scheduler, 2000.0);
    let refused = |scheduler: &mut Scheduler| {
        let ticket = scheduler.join("/a", ApiFamily::Management, opening(9), 2900.0, 2000.0);
        let turn = scheduler.turn(&ticket, 2000.0);
        scheduler.leave(&ticket, 2000.0);
        matches!(turn, Turn::Refused(_))
    };
    assert!(!refused(&mut scheduler));
    for _ in 0..20 {
        join_as(&mut scheduler, "/a", meta(Stage::Unplanned), 2000.0);
    }
    assert!(refused(&mut scheduler));
}
