//! Who goes next on a lane, what is promised to running operations, and endpoints that move from lane to lane
//! while others wait.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use auth0_user_security::transport::lanes::{Lanes, Sent, Turn};
use auth0_user_security::transport::limit::Api;
use auth0_user_security::transport::line::{Claim, Priority, Stage, Ticket};
use auth0_user_security::transport::pace::Quota;
use futures_util::FutureExt;

const FAR: f64 = 1e6;

fn quota(limit: u64, remaining: u64) -> Quota {
    Quota {
        limit,
        remaining,
        refill_in: Some(Duration::from_secs(1)),
    }
}

fn join(lanes: &mut Lanes, template: &'static str, now: f64) -> Ticket {
    join_as(lanes, template, Claim::default(), now)
}

fn join_as(lanes: &mut Lanes, template: &'static str, claim: Claim, now: f64) -> Ticket {
    lanes.join(template, Api::Management, claim, FAR, now)
}

/// Sends a request at once and leaves the line.
fn send(lanes: &mut Lanes, template: &'static str, now: f64) -> Sent {
    send_as(lanes, template, Claim::default(), now)
}

fn send_as(lanes: &mut Lanes, template: &'static str, claim: Claim, now: f64) -> Sent {
    let ticket = join_as(lanes, template, claim, now);
    let turn = lanes.turn(&ticket, now);
    lanes.leave(&ticket, now);
    match turn {
        Turn::Go(sent) => sent,
        other => panic!("{template} may not go: {other:?}"),
    }
}

fn learn(lanes: &mut Lanes, template: &'static str, limit: u64, remaining: u64, now: f64) {
    let sent = send(lanes, template, now);
    lanes.answered(template, sent, Some(quota(limit, remaining)), None, now);
}

/// A limit of 50 that is measured: 40 remain, and ten are added back each second.
fn measured() -> Lanes {
    let mut lanes = Lanes::default();
    for now in (0..20).map(|number| f64::from(number) * 100.0) {
        learn(&mut lanes, "/a", 50, 40, now);
    }
    lanes
}

fn claim(stage: Stage) -> Claim {
    Claim {
        operation: 1,
        stage,
        ..Claim::default()
    }
}

const BEGUN: Stage = Stage::Begun;

fn opening(follow_ups: u32) -> Claim {
    claim(Stage::Opening { follow_ups })
}

fn bulk() -> Claim {
    Claim {
        priority: Priority::Bulk,
        ..Claim::default()
    }
}

/// How many requests that begin nothing may go at once.
fn room(lanes: &mut Lanes, now: f64) -> usize {
    let goes = |_: &u32| {
        let ticket = join(lanes, "/a", now);
        let turn = lanes.turn(&ticket, now);
        lanes.leave(&ticket, now);
        matches!(turn, Turn::Go(_))
    };
    (0..60).take_while(goes).count()
}

/// Takes what remains, so that everybody after waits.
fn use_up(lanes: &mut Lanes, now: f64) {
    room(lanes, now);
}

fn has_rung(ticket: &Ticket) -> bool {
    ticket.bell.notified().now_or_never().is_some()
}

#[test]
fn whoever_becomes_first_because_others_move_away_is_told() {
    let mut lanes = Lanes::default();
    learn(&mut lanes, "/a", 10, 9, 0.0);
    learn(&mut lanes, "/b", 10, 9, 0.0);
    let moving = send(&mut lanes, "/a", 1.0);
    let (a, b) = (join(&mut lanes, "/a", 2.0), join(&mut lanes, "/b", 2.0));
    assert_eq!(lanes.turn(&b, 2.0), Turn::Sleep);
    lanes.answered("/a", moving, Some(quota(20, 19)), None, 3.0);
    assert!(has_rung(&b), "the first of the old lane");
    assert!(matches!(lanes.turn(&b, 3.0), Turn::Go(_)));
    assert!(matches!(lanes.turn(&a, 3.0), Turn::Go(_)));
}

#[test]
fn a_pause_survives_that_a_lane_turns_out_to_be_another() {
    let mut lanes = Lanes::default();
    learn(&mut lanes, "/a", 50, 40, 0.0);
    let (one, two) = (send(&mut lanes, "/b", 0.0), send(&mut lanes, "/b", 0.0));
    let pause = Some(Duration::from_secs(20));
    lanes.answered("/b", one, None, pause, 1.0);
    lanes.answered("/b", two, Some(quota(50, 38)), None, 2.0);
    let waiting = join(&mut lanes, "/b", 3.0);
    assert!(matches!(lanes.turn(&waiting, 3.0), Turn::Wait(wait) if wait > 19_000.0));
}

#[test]
fn a_pause_is_kept_although_the_lane_of_its_request_is_gone() {
    let mut lanes = Lanes::default();
    learn(&mut lanes, "/a", 10, 9, 0.0);
    let late = send(&mut lanes, "/a", 1.0);
    // The plan has changed: nobody is left on the old lane.
    learn(&mut lanes, "/a", 20, 19, 2.0);
    lanes.answered("/a", late, None, Some(Duration::from_secs(20)), 3.0);
    let waiting = join(&mut lanes, "/a", 4.0);
    assert!(matches!(lanes.turn(&waiting, 4.0), Turn::Wait(wait) if wait > 19_000.0));
}

#[test]
fn requests_that_were_counted_elsewhere_do_not_spoil_what_is_measured() {
    let mut lanes = Lanes::default();
    learn(&mut lanes, "/a", 50, 49, 0.0);
    for _ in 0..100 {
        let sent = send(&mut lanes, "/b", 0.0);
        lanes.answered("/b", sent, None, None, 0.0);
    }
    let (one, two) = (send(&mut lanes, "/b", 1.0), send(&mut lanes, "/b", 1.0));
    lanes.answered("/b", one, Some(quota(50, 48)), None, 2.0);
    lanes.answered("/b", two, Some(quota(50, 5)), None, 3.0);
    // An answer to a later request on the lane still counts as new.
    learn(&mut lanes, "/a", 50, 40, 60_000.0);
    let left = (0..60).filter(|_| {
        let ticket = join(&mut lanes, "/a", 60_000.0);
        let turn = lanes.turn(&ticket, 60_000.0);
        lanes.leave(&ticket, 60_000.0);
        matches!(turn, Turn::Go(_))
    });
    assert!((37..=40).contains(&left.count()));
}

#[test]
fn out_of_time_is_no_matter_of_the_limit_while_there_is_room() {
    let mut lanes = Lanes::default();
    learn(&mut lanes, "/a", 50, 49, 0.0);
    let ticket = lanes.join("/a", Api::Management, Claim::default(), 5.0, 10.0);
    assert_eq!(lanes.turn(&ticket, 10.0), Turn::Late);
}

#[test]
fn what_continues_an_operation_goes_before_all_others_on_every_endpoint_of_the_limit() {
    let mut lanes = measured();
    learn(&mut lanes, "/b", 50, 40, 2000.0);
    use_up(&mut lanes, 2000.0);
    let person = join(&mut lanes, "/a", 2000.0);
    let begun = Claim {
        priority: Priority::Bulk,
        ..claim(BEGUN)
    };
    let begun = join_as(&mut lanes, "/b", begun, 2001.0);
    assert!(matches!(lanes.turn(&begun, 2001.0), Turn::Wait(_)));
    assert_eq!(lanes.turn(&person, 2500.0), Turn::Sleep);
    assert!(matches!(lanes.turn(&begun, 2500.0), Turn::Go(_)));
    lanes.leave(&begun, 2500.0);
    assert!(has_rung(&person));
}

#[test]
fn what_continues_operations_goes_by_their_deadlines() {
    let mut lanes = measured();
    use_up(&mut lanes, 2000.0);
    let late = join_as(&mut lanes, "/a", claim(BEGUN), 2000.0);
    let early = lanes.join("/a", Api::Management, claim(BEGUN), 9000.0, 2001.0);
    assert_eq!(lanes.turn(&late, 2500.0), Turn::Sleep);
    assert!(matches!(lanes.turn(&early, 2500.0), Turn::Go(_)));
}

#[test]
fn nobody_takes_what_is_promised_to_an_operation_until_it_ends() {
    let mut lanes = measured();
    send_as(&mut lanes, "/a", opening(20), 2000.0);
    let room_beside = room(&mut lanes, 2000.0);
    assert!(
        (17..=19).contains(&room_beside),
        "{room_beside} of 39 beside 20"
    );
    let waiting = join(&mut lanes, "/a", 2000.0);
    assert!(matches!(lanes.turn(&waiting, 2000.0), Turn::Wait(_)));
    lanes.release(1, 2000.0);
    assert!(has_rung(&waiting));
    assert_eq!(room(&mut lanes, 2000.0), 0, "one waits already");
    lanes.leave(&waiting, 2000.0);
    assert_eq!(room(&mut lanes, 2000.0), 20);
}

#[test]
fn a_follow_up_on_any_endpoint_uses_up_a_promise_and_a_retry_none() {
    let mut lanes = measured();
    send_as(&mut lanes, "/a", opening(20), 2000.0);
    // An endpoint whose limit is not known yet.
    send_as(&mut lanes, "/b", claim(BEGUN), 2000.0);
    let retry = Claim {
        is_retry: true,
        ..claim(BEGUN)
    };
    send_as(&mut lanes, "/b", retry, 2000.0);
    let room_beside = room(&mut lanes, 2000.0);
    assert!(
        (18..=20).contains(&room_beside),
        "{room_beside} of 39 beside 19"
    );
    lanes.release(1, 2000.0);
    assert_eq!(room(&mut lanes, 2000.0), 19);
}

#[test]
fn an_opening_that_is_sent_again_keeps_its_promise_and_its_place_at_the_front() {
    for again in [
        Claim {
            is_retry: true,
            ..opening(20)
        },
        opening(20),
    ] {
        let mut lanes = measured();
        send_as(&mut lanes, "/a", opening(20), 2000.0);
        use_up(&mut lanes, 2000.0);
        let person = join(&mut lanes, "/a", 2000.0);
        let again = join_as(&mut lanes, "/a", again, 2001.0);
        assert!(matches!(lanes.turn(&again, 2001.0), Turn::Go(_)));
        lanes.leave(&again, 2001.0);
        lanes.release(1, 2001.0);
        assert!(lanes.turn(&person, 2001.0) != Turn::Sleep);
    }
}

#[test]
fn an_operation_that_cannot_be_done_in_time_is_refused_at_once_and_promised_nothing() {
    let mut lanes = measured();
    // 39 remain, and ten are added each second.
    for (follow_ups, time, is_refused) in
        [(80, 5000.0, false), (200, 5000.0, true), (30, 1.0, false)]
    {
        let deadline = 2000.0 + time;
        let ticket = lanes.join("/a", Api::Management, opening(follow_ups), deadline, 2000.0);
        let turn = lanes.turn(&ticket, 2000.0);
        assert_eq!(
            matches!(turn, Turn::Refused(_)),
            is_refused,
            "{follow_ups}: {turn:?}"
        );
        lanes.leave(&ticket, 2000.0);
        lanes.release(1, 2000.0);
    }
    let refused = lanes.join("/a", Api::Management, opening(200), 7000.0, 2000.0);
    assert!(matches!(lanes.turn(&refused, 2000.0), Turn::Refused(wait) if wait > 10_000.0));
    lanes.leave(&refused, 2000.0);
    assert!(room(&mut lanes, 2000.0) > 30);
}

#[test]
fn a_promise_ends_with_the_deadline_of_its_operation() {
    let mut lanes = measured();
    let ticket = lanes.join("/a", Api::Management, opening(20), 2500.0, 2000.0);
    assert!(matches!(lanes.turn(&ticket, 2000.0), Turn::Go(_)));
    lanes.leave(&ticket, 2000.0);
    while room(&mut lanes, 2000.0) > 0 {}
    assert!(room(&mut lanes, 2501.0) > 20);
}

#[test]
fn an_operation_waits_for_the_room_that_running_ones_have_been_promised() {
    let mut lanes = measured();
    send_as(&mut lanes, "/a", opening(10), 2000.0);
    while room(&mut lanes, 2000.0) > 0 {}
    let other = Claim {
        operation: 2,
        ..opening(5)
    };
    let other = join_as(&mut lanes, "/a", other, 2000.0);
    assert!(matches!(lanes.turn(&other, 2000.0), Turn::Wait(_)));
    // Six more were added.
    assert!(matches!(lanes.turn(&other, 2400.0), Turn::Wait(_)));
    assert!(matches!(lanes.turn(&other, 2800.0), Turn::Go(_)));
}

#[test]
fn a_bulk_waiter_ages_and_overtakes_each_interactive_one_once() {
    let mut lanes = measured();
    use_up(&mut lanes, 2000.0);
    let bulks = [0, 1].map(|_| join_as(&mut lanes, "/a", bulk(), 2000.0));
    let people = [0, 1].map(|_| join(&mut lanes, "/a", 2000.0));
    assert!(matches!(lanes.turn(&people[0], 3900.0), Turn::Go(_)));
    lanes.leave(&people[0], 3900.0);
    assert_eq!(lanes.turn(&bulks[0], 3900.0), Turn::Sleep);
    // Two seconds have passed.
    assert_eq!(lanes.turn(&people[1], 4100.0), Turn::Sleep);
    assert!(matches!(lanes.turn(&bulks[0], 4100.0), Turn::Go(_)));
    lanes.leave(&bulks[0], 4100.0);
    assert_eq!(lanes.turn(&bulks[1], 6200.0), Turn::Sleep);
    assert!(matches!(lanes.turn(&people[1], 6200.0), Turn::Go(_)));
    lanes.leave(&people[1], 6200.0);
    let _person = join(&mut lanes, "/a", 6200.0);
    assert!(matches!(lanes.turn(&bulks[1], 6200.0), Turn::Go(_)));
}

#[test]
fn bulk_requests_leave_a_tenth_of_the_limit_for_interactive_ones_to_come() {
    let mut lanes = measured();
    let gone = (0..60).take_while(|_| {
        let ticket = join_as(&mut lanes, "/a", bulk(), 2000.0);
        let turn = lanes.turn(&ticket, 2000.0);
        lanes.leave(&ticket, 2000.0);
        matches!(turn, Turn::Go(_))
    });
    assert!((33..=35).contains(&gone.count()));
    assert_eq!(room(&mut lanes, 2000.0), 5);
}

#[test]
fn a_bulk_waiter_does_not_age_while_nothing_goes() {
    let mut lanes = measured();
    let refused = send(&mut lanes, "/a", 2000.0);
    let pause = Some(Duration::from_secs(20));
    lanes.answered("/a", refused, Some(quota(50, 0)), pause, 2000.0);
    let bulk = join_as(&mut lanes, "/a", bulk(), 2000.0);
    let person = join(&mut lanes, "/a", 2000.0);
    assert_eq!(lanes.turn(&bulk, 22_500.0), Turn::Sleep);
    assert!(matches!(lanes.turn(&person, 22_500.0), Turn::Go(_)));
}

#[test]
fn whoever_is_overtaken_by_a_bulk_waiter_that_has_aged_tells_it_so() {
    let mut lanes = measured();
    use_up(&mut lanes, 2000.0);
    let bulk = join_as(&mut lanes, "/a", bulk(), 2000.0);
    let person = join(&mut lanes, "/a", 2000.0);
    assert_eq!(lanes.turn(&bulk, 2000.0), Turn::Sleep);
    let _ = (lanes.turn(&person, 2000.0), has_rung(&bulk));
    assert_eq!(lanes.turn(&person, 4100.0), Turn::Sleep);
    assert!(has_rung(&bulk));
}

#[test]
fn whose_deadline_comes_while_others_go_first_was_refused_by_the_limit() {
    let mut lanes = measured();
    use_up(&mut lanes, 2000.0);
    let _person = join(&mut lanes, "/a", 2000.0);
    let bulk = lanes.join("/a", Api::Management, bulk(), 2500.0, 2000.0);
    // There is room by now, but it is for the one before.
    let turn = lanes.turn(&bulk, 2500.0);
    assert!(matches!(turn, Turn::Refused(_)), "{turn:?}");
}

#[test]
fn a_request_that_follows_goes_before_all_that_have_not_begun_and_uses_up_no_promise() {
    let opened = || {
        let mut lanes = measured();
        let sent = send_as(&mut lanes, "/a", opening(3), 2000.0);
        lanes.answered("/a", sent, Some(quota(50, 40)), None, 2000.0);
        lanes
    };
    let before = room(&mut opened(), 2000.0);
    let mut lanes = opened();
    let waiting = join(&mut lanes, "/a", 2000.0);
    send_as(&mut lanes, "/a", claim(Stage::Following), 2000.0);
    lanes.leave(&waiting, 2000.0);
    assert_eq!(room(&mut lanes, 2000.0), before - 1);
}

#[test]
fn requests_that_follow_count_among_those_that_go_before_a_new_operation() {
    let mut lanes = measured();
    use_up(&mut lanes, 2000.0);
    let refused = |lanes: &mut Lanes| {
        let ticket = lanes.join("/a", Api::Management, opening(9), 2900.0, 2000.0);
        let turn = lanes.turn(&ticket, 2000.0);
        lanes.leave(&ticket, 2000.0);
        matches!(turn, Turn::Refused(_))
    };
    assert!(!refused(&mut lanes));
    for _ in 0..20 {
        join_as(&mut lanes, "/a", claim(Stage::Following), 2000.0);
    }
    assert!(refused(&mut lanes));
}
