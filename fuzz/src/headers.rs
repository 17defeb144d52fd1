//! Whatever the headers say, the resulting waits are plausible.

use std::time::Duration;

use auth0_user_security::transport::http::{MediaType, Response, Wiped};
use auth0_user_security::transport::pacing::bucket::{Readiness, TokenBucket};
use auth0_user_security::transport::pacing::rate_limit_headers::RateLimitHeaders;
use auth0_user_security::transport::pipeline::wait_hint;
use chrono::DateTime;

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

/// The input contains the values of these headers, one per line.
pub fn check(data: &[u8]) {
    let input = super::text(data);
    let values: Vec<&str> = input.splitn(NAMES.len(), '\n').collect();
    let header = |wanted: &str| {
        let place = NAMES.iter().position(|name| *name == wanted)?;
        values.get(place).copied()
    };
    let headers = RateLimitHeaders::parse(header, DateTime::default());
    let content_type = header("content-type").unwrap_or_default();
    match MediaType::of(Some(content_type)) {
        MediaType::Json => assert!(content_type.to_ascii_lowercase().contains("json")),
        MediaType::Other(essence) => assert!(essence.len() <= 64 && essence.is_ascii()),
        MediaType::Missing => {}
    }
    for status in [200, 302, 400, 429, 500, 503] {
        check_wait(status, headers);
    }
    check_limit(headers);
}

fn check_wait(status: u16, headers: RateLimitHeaders) {
    let response = Response {
        status,
        media_type: MediaType::Json,
        rate_limit: headers,
        body: Wiped::default(),
    };
    let wait = wait_hint(&response);
    match (status, headers.retry_after) {
        (429 | 503, Some(_)) => assert!(wait.is_some_and(|wait| wait <= DAY)),
        (429 | 503, None) => assert!(wait.is_none_or(|wait| wait <= MINUTE)),
        _ => assert_eq!(wait, None),
    }
}

/// A limit in a response delays no request beyond its reset.
fn check_limit(headers: RateLimitHeaders) {
    let mut bucket = TokenBucket::default();
    for now in [0.0, 1.0, 500.0, 5000.0] {
        if bucket.readiness(now) == Readiness::Ready {
            let sequence = bucket.send(now);
            bucket.responded(sequence, headers.quota, now);
        }
        if let Readiness::Wait(millis) = bucket.readiness(now) {
            assert!((0.0..=60_000.0).contains(&millis), "{millis}");
        }
    }
    let most = DAY.as_secs_f64() * 1000.0;
    let pause = headers.wait().unwrap_or_default();
    bucket.rejected(headers.quota, pause, 6000.0);
    let wait = bucket.hopeless(0, -1.0, 6000.0);
    assert!(wait.is_some_and(|wait| (0.0..=most).contains(&wait)));
}
