//! Endpoints that move from lane to lane while others wait.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use auth0_user_security::transport::lanes::{Lanes, Sent, Turn};
use auth0_user_security::transport::limit::Api;
use auth0_user_security::transport::line::{Claim, Ticket};
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
    lanes.join(template, Api::Management, Claim::default(), FAR, now)
}

/// Sends a request at once and leaves the line.
fn send(lanes: &mut Lanes, template: &'static str, now: f64) -> Sent {
    let ticket = join(lanes, template, now);
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
