//! Whatever the headers say, the waits that they make are sensible ones.

use std::time::Duration;

use auth0_user_security::transport::http::{MediaType, Response};
use auth0_user_security::transport::pace::Pace;
use auth0_user_security::transport::pipeline::wait_hint;
use auth0_user_security::transport::rate_limit::{Ask, Bucket};
use chrono::DateTime;
use zeroize::Zeroizing;

const DAY: Duration = Duration::from_secs(86_400);
const MINUTE: Duration = Duration::from_secs(60);
const NAMES: [&str; 6] = [
    "content-type",
    "retry-after",
    "x-ratelimit-reset",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "date",
];

/// The values of these headers, one per line.
pub fn check(data: &[u8]) {
    let input = super::text(data);
    let values: Vec<&str> = input.splitn(NAMES.len(), '\n').collect();
    let header = |wanted: &str| {
        let place = NAMES.iter().position(|name| *name == wanted)?;
        values.get(place).copied()
    };
    let pace = Pace::read(header, DateTime::default());
    let content_type = header("content-type").unwrap_or_default();
    match MediaType::of(Some(content_type)) {
        MediaType::Json => assert!(content_type.to_ascii_lowercase().contains("json")),
        MediaType::Other(essence) => assert!(essence.len() <= 64 && essence.is_ascii()),
        MediaType::Missing => {}
    }
    for status in [200, 302, 400, 429, 500, 503] {
        check_wait(status, pace);
    }
    check_limit(pace);
}

fn check_wait(status: u16, pace: Pace) {
    let response = Response {
        status,
        media_type: MediaType::Json,
        pace,
        body: Zeroizing::default(),
    };
    let wait = wait_hint(&response);
    match (status, pace.retry_after) {
        (429 | 503, Some(_)) => assert!(wait.is_some_and(|wait| wait <= DAY)),
        (429 | 503, None) => assert!(wait.is_none_or(|wait| wait <= MINUTE)),
        _ => assert_eq!(wait, None),
    }
}

/// A limit that an answer shows holds nobody up for longer than until its reset.
fn check_limit(pace: Pace) {
    let mut bucket = Bucket::default();
    for now in [0.0, 1.0, 500.0, 5000.0] {
        if let Ok(mark) = bucket.take(now) {
            bucket.answered(mark, pace.quota, now);
        }
        if let Ask::Wait(millis) = bucket.ask(now) {
            assert!((0.0..=60_000.0).contains(&millis), "{millis}");
        }
    }
    let most = DAY.as_secs_f64() * 1000.0;
    let pause = pace.wait().unwrap_or_default();
    bucket.refused(pace.quota, pause, 6000.0);
    let wait = bucket.hopeless(0, -1.0, 6000.0);
    assert!(wait.is_some_and(|wait| (0.0..=most).contains(&wait)));
}
