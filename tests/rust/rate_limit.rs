//! The model of a rate limit, against a simulated server.

use std::time::Duration;

use auth0_user_security::transport::pacing::bucket::{Readiness, SequenceNumber, TokenBucket};
use auth0_user_security::transport::pacing::rate_limit_headers::Quota;

/// Auth0's side: a token bucket, and its headers.
struct Server {
    size: f64,
    per_milli: f64,
    level: f64,
    at: f64,
    refusals: u32,
}

impl Server {
    fn new(size: f64, per_second: f64) -> Self {
        Self {
            size,
            per_milli: per_second / 1000.0,
            level: size,
            at: 0.0,
            refusals: 0,
        }
    }

    /// Whether the request is accepted, and the headers of the response.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small numbers of a test"
    )]
    fn ask(&mut self, now: f64) -> (bool, Quota) {
        self.level = (self.level + (now - self.at) * self.per_milli).min(self.size);
        self.at = now;
        let accepted = self.level >= 1.0;
        if accepted {
            self.level -= 1.0;
        } else {
            self.refusals += 1;
        }
        let missing = (1.0 - self.level).max(0.0);
        let refill_in = ((missing / self.per_milli) / 1000.0).ceil() * 1000.0;
        let quota = Quota {
            limit: self.size as u64,
            remaining: self.level as u64,
            refill_in: Some(Duration::from_secs_f64(refill_in / 1000.0)),
        };
        (accepted, quota)
    }
}

/// Sends a request if the bucket is ready, and otherwise returns the wait.
fn take(bucket: &mut TokenBucket, now: f64) -> Result<SequenceNumber, f64> {
    match bucket.readiness(now) {
        Readiness::Ready => Ok(bucket.send(now)),
        Readiness::Wait(millis) => Err(millis),
    }
}

/// Sends `calls` requests as soon as the bucket permits, each with a response after `latency`
/// milliseconds. Returns how many milliseconds that took.
fn run(bucket: &mut TokenBucket, server: &mut Server, calls: u32, latency: f64) -> f64 {
    let mut now = 0.0;
    let mut left = calls;
    let mut flying: Vec<(f64, SequenceNumber, bool, Quota)> = Vec::new();
    while left > 0 || !flying.is_empty() {
        let ask = if left > 0 {
            take(bucket, now)
        } else {
            Err(f64::INFINITY)
        };
        let next_response = flying
            .iter()
            .map(|(at, ..)| *at)
            .fold(f64::INFINITY, f64::min);
        match ask {
            Ok(number) => {
                let (accepted, quota) = server.ask(now + latency / 2.0);
                flying.push((now + latency, number, accepted, quota));
                left -= u32::from(accepted);
                continue;
            }
            Err(millis) => now = next_response.min(now + millis.ceil().max(1.0)),
        }
        let (done, still): (Vec<_>, Vec<_>) = flying.into_iter().partition(|(at, ..)| *at <= now);
        flying = still;
        for (_, number, accepted, quota) in done {
            if accepted {
                bucket.responded(number, Some(quota), now);
            } else {
                bucket.rejected(Some(quota), Duration::from_secs(1), now);
            }
        }
    }
    now
}

#[test]
fn every_plan_is_fully_used_without_a_429() {
    for (size, per_second, latency) in [
        (50.0, 16.0, 1.0),
        (50.0, 16.0, 120.0),
        (10.0, 2.5, 80.0),
        (40.0, 8.0, 300.0),
        (100.0, 100.0, 90.0),
    ] {
        let (mut bucket, mut server) = (TokenBucket::default(), Server::new(size, per_second));
        let calls = 1000;
        let took = run(&mut bucket, &mut server, calls, latency);
        let ideal = (f64::from(calls) - size) / per_second * 1000.0;
        let case = format!("{size} + {per_second}/s at {latency} ms");
        assert!(server.refusals <= 1, "{case}: {} refusals", server.refusals);
        assert!(took <= ideal * 1.05 + 1000.0, "{case}: {took} of {ideal}");
    }
}

#[test]
fn a_tiny_bucket_is_used_well_although_it_overflows_while_it_is_measured() {
    let (mut bucket, mut server) = (TokenBucket::default(), Server::new(2.0, 2.0));
    let took = run(&mut bucket, &mut server, 1000, 60.0);
    assert!(server.refusals <= 1, "{} refusals", server.refusals);
    assert!(took <= 499_000.0 * 1.15, "{took}");
}

#[test]
fn while_the_limit_is_unknown_few_requests_are_concurrent() {
    let mut bucket = TokenBucket::default();
    let first = take(&mut bucket, 0.0).expect("the first");
    assert!(take(&mut bucket, 0.0).is_ok());
    assert_eq!(take(&mut bucket, 0.0), Err(1000.0));
    // An endpoint without a limit of its own.
    bucket.responded(first, None, 50.0);
    for _ in 0..100 {
        assert!(take(&mut bucket, 50.0).is_ok());
    }
}

fn quota(remaining: u64) -> Quota {
    Quota {
        limit: 50,
        remaining,
        refill_in: Some(Duration::from_secs(1)),
    }
}

#[test]
fn after_a_429_nothing_is_sent_until_its_pause_ends_and_then_one_at_a_time() {
    let mut bucket = TokenBucket::default();
    let _ = take(&mut bucket, 0.0);
    bucket.rejected(Some(quota(0)), Duration::from_secs(3), 10.0);
    assert_eq!(bucket.readiness(10.0), Readiness::Wait(3000.0));
    let number = take(&mut bucket, 3010.0).expect("the first");
    assert_eq!(take(&mut bucket, 3010.0), Err(1000.0));
    bucket.responded(number, Some(quota(30)), 3020.0);
    assert!(take(&mut bucket, 3020.0).is_ok() && take(&mut bucket, 3020.0).is_ok());
}

#[test]
fn requests_of_others_are_detected_at_once() {
    let mut bucket = TokenBucket::default();
    let first = take(&mut bucket, 0.0).expect("the first");
    bucket.responded(first, Some(quota(49)), 1.0);
    let second = take(&mut bucket, 2.0).expect("the second");
    bucket.responded(second, Some(quota(1)), 3.0);
    assert!(
        matches!(bucket.readiness(3.0), Readiness::Wait(_)),
        "{bucket:?}"
    );
}

#[test]
fn a_late_response_to_an_older_request_raises_nothing() {
    let mut bucket = TokenBucket::default();
    let first = take(&mut bucket, 0.0).expect("the first");
    bucket.responded(first, Some(quota(49)), 1.0);
    let old = take(&mut bucket, 2.0).expect("old");
    let new = take(&mut bucket, 2.0).expect("new");
    bucket.responded(new, Some(quota(2)), 3.0);
    bucket.responded(old, Some(quota(48)), 4.0);
    let _ = take(&mut bucket, 4.0);
    assert!(
        matches!(bucket.readiness(4.0), Readiness::Wait(_)),
        "{bucket:?}"
    );
}

#[test]
fn requests_that_overtake_each_other_raise_nothing() {
    let mut bucket = TokenBucket::default();
    let first = take(&mut bucket, 0.0).expect("the first");
    bucket.responded(first, Some(quota(9)), 1.0);
    let sequences: Vec<_> = (0..5)
        .map(|_| take(&mut bucket, 2.0).expect("sent"))
        .collect();
    // The last one sent was the first to be counted, and the last to get a response.
    for (sequence, remaining) in sequences.into_iter().zip([7, 6, 5, 4, 8]) {
        bucket.responded(sequence, Some(quota(remaining)), 3.0);
    }
    let left = (0..10)
        .take_while(|_| take(&mut bucket, 3.0).is_ok())
        .count();
    assert_eq!(left, 3, "four remain, of which one is held back");
}

#[test]
fn without_a_response_one_more_is_sent_each_second() {
    let mut bucket = TokenBucket::default();
    let _ = (take(&mut bucket, 0.0), take(&mut bucket, 0.0));
    assert_eq!(bucket.readiness(999.0), Readiness::Wait(1.0));
    // One is sent, not all that are queued behind it.
    assert!(take(&mut bucket, 1000.0).is_ok());
    assert_eq!(bucket.readiness(1000.0), Readiness::Wait(1000.0));
}

#[test]
fn a_lost_probe_is_replaced_at_once() {
    let mut bucket = TokenBucket::default();
    let first = take(&mut bucket, 0.0).expect("the first");
    bucket.rejected(Some(quota(0)), Duration::ZERO, 1.0);
    bucket.lost(first, 2.0);
    let trying = take(&mut bucket, 3.0).expect("one tries");
    assert_eq!(bucket.readiness(3.0), Readiness::Wait(1000.0));
    bucket.lost(trying, 4.0);
    assert_eq!(bucket.readiness(4.0), Readiness::Ready);
}

#[test]
fn requests_that_never_end_are_gradually_forgotten() {
    let mut bucket = TokenBucket::default();
    let first = take(&mut bucket, 0.0).expect("the first");
    for _ in 0..20 {
        bucket.send(0.0);
    }
    bucket.responded(first, Some(quota(49)), 1.0);
    assert!(matches!(bucket.readiness(1.0), Readiness::Ready));
    let later = take(&mut bucket, 120_000.0).expect("later");
    bucket.responded(later, Some(quota(40)), 120_001.0);
    // Nothing is held back for those twenty.
    for _ in 0..38 {
        assert!(take(&mut bucket, 120_001.0).is_ok());
    }
}

#[test]
fn a_wait_that_is_certain_to_be_too_long_is_predicted() {
    let mut bucket = TokenBucket::default();
    let mut server = Server::new(50.0, 16.0);
    run(&mut bucket, &mut server, 200, 10.0);
    let now = server.at;
    assert!(bucket.hopeless(100, 30_000.0, now).is_none());
    let wait = bucket.hopeless(1000, 30_000.0, now).expect("too long");
    assert!((55_000.0..70_000.0).contains(&wait), "{wait}");
    bucket.rejected(Some(quota(0)), Duration::from_secs(86_400), now);
    // However long the pause is, one request probes after ten minutes.
    let wait = bucket.hopeless(0, 30_000.0, now).expect("closed");
    assert!((wait - 600_000.0).abs() < 1.0, "{wait}");
}

#[test]
fn an_idle_period_does_not_make_the_limit_look_slow() {
    let (mut bucket, mut server) = (TokenBucket::default(), Server::new(50.0, 16.0));
    for minute in 0..10_u32 {
        let now = f64::from(minute) * 60_000.0;
        let number = take(&mut bucket, now).expect("a full bucket");
        let (_, quota) = server.ask(now);
        bucket.responded(number, Some(quota), now);
    }
    assert_eq!(bucket.hopeless(100, 30_000.0, 600_000.0), None);
}
