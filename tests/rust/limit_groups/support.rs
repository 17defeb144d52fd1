//! Shorthands for joining, sending and learning.

use std::time::Duration;

use auth0_user_security::transport::pacing::limit::ApiFamily;
use auth0_user_security::transport::pacing::queue::{Priority, RequestMeta, Stage, Ticket};
use auth0_user_security::transport::pacing::rate_limit_headers::Quota;
use auth0_user_security::transport::pacing::scheduler::{Scheduler, SentRequest, Turn};
use futures_util::FutureExt;

pub const FAR: f64 = 1e6;

pub fn quota(limit: u64, remaining: u64) -> Quota {
    Quota {
        limit,
        remaining,
        refill_in: Some(Duration::from_secs(1)),
    }
}

pub fn join(scheduler: &mut Scheduler, template: &'static str, now: f64) -> Ticket {
    join_as(scheduler, template, RequestMeta::default(), now)
}

pub fn join_as(
    scheduler: &mut Scheduler,
    template: &'static str,
    meta: RequestMeta,
    now: f64,
) -> Ticket {
    scheduler.join(template, ApiFamily::Management, meta, FAR, now)
}

/// Sends a request at once and leaves the queue.
pub fn send(scheduler: &mut Scheduler, template: &'static str, now: f64) -> SentRequest {
    send_as(scheduler, template, RequestMeta::default(), now)
}

pub fn send_as(
    scheduler: &mut Scheduler,
    template: &'static str,
    meta: RequestMeta,
    now: f64,
) -> SentRequest {
    let ticket = join_as(scheduler, template, meta, now);
    let turn = scheduler.turn(&ticket, now);
    scheduler.leave(&ticket, now);
    match turn {
        Turn::Send(sent) => sent,
        other => panic!("{template} may not be sent: {other:?}"),
    }
}

pub fn learn(
    scheduler: &mut Scheduler,
    template: &'static str,
    limit: u64,
    remaining: u64,
    now: f64,
) {
    let sent = send(scheduler, template, now);
    scheduler.responded(template, sent, Some(quota(limit, remaining)), None, now);
}

/// A limit of 50 whose refill is measured: 40 remain, and ten are added back each second.
pub fn measured() -> Scheduler {
    let mut scheduler = Scheduler::default();
    for now in (0..20).map(|number| f64::from(number) * 100.0) {
        learn(&mut scheduler, "/a", 50, 40, now);
    }
    scheduler
}

pub fn meta(stage: Stage) -> RequestMeta {
    RequestMeta {
        operation: 1,
        stage,
        ..RequestMeta::default()
    }
}

pub fn follow_up() -> RequestMeta {
    meta(Stage::FollowUp)
}

pub fn opening(follow_ups: u32) -> RequestMeta {
    meta(Stage::Opening { follow_ups })
}

pub fn bulk() -> RequestMeta {
    RequestMeta {
        priority: Priority::Bulk,
        ..RequestMeta::default()
    }
}

/// How many requests outside of operations may be sent at once.
pub fn room(scheduler: &mut Scheduler, now: f64) -> usize {
    let is_sent = |_: &u32| {
        let ticket = join(scheduler, "/a", now);
        let turn = scheduler.turn(&ticket, now);
        scheduler.leave(&ticket, now);
        matches!(turn, Turn::Send(_))
    };
    (0..60).take_while(is_sent).count()
}

/// Uses up what remains, so that later requests wait.
pub fn use_up(scheduler: &mut Scheduler, now: f64) {
    room(scheduler, now);
}

pub fn was_notified(ticket: &Ticket) -> bool {
    ticket.wakeup.notified().now_or_never().is_some()
}
