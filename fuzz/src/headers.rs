//! Whatever the headers say, the wait that they make is a sensible one.

use std::time::Duration;

use auth0_user_security::transport::http::{Response, is_json, number};
use auth0_user_security::transport::pipeline::wait_hint;
use zeroize::Zeroizing;

const DAY: Duration = Duration::from_secs(86_400);
const MINUTE: Duration = Duration::from_secs(60);

/// The values of Content-Type, Retry-After and X-RateLimit-Reset, one per line.
pub fn check(data: &[u8]) {
    let input = super::text(data);
    let mut lines = input.splitn(3, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (content_type, retry_after, reset) = (line(), line(), line());
    if is_json(content_type) {
        assert!(content_type.to_ascii_lowercase().contains("json"));
    }
    for status in [200, 302, 400, 429, 500, 503] {
        let response = Response {
            status,
            is_json: is_json(content_type),
            retry_after: number(retry_after),
            rate_limit_reset: number(reset),
            body: Zeroizing::default(),
        };
        let wait = wait_hint(&response);
        match (status, response.retry_after) {
            (429 | 503, Some(_)) => assert!(wait.is_some_and(|wait| wait <= DAY)),
            (429 | 503, None) => assert!(wait.is_none_or(|wait| wait <= MINUTE)),
            _ => assert_eq!(wait, None),
        }
    }
}
