//! Parses retry and rate-limit headers. Every value is clamped to a plausible range.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// Longer values of `Retry-After` are capped at this.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(86_400);
/// A bucket always refills sooner, so a later reset means a wrong clock.
const MAX_RESET_WAIT: Duration = Duration::from_secs(60);

/// What a response shows about the rate limit it counted against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// `X-RateLimit-Limit`: requests in a full bucket.
    pub limit: u64,
    /// `X-RateLimit-Remaining`, at most the limit.
    pub remaining: u64,
    /// Time until at least one request is added back.
    pub refill_in: Option<Duration>,
}

/// The headers of one response that say when to try again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RateLimitHeaders {
    /// `Retry-After`.
    pub retry_after: Option<Duration>,
    /// Time until `X-RateLimit-Reset`.
    pub reset_in: Option<Duration>,
    pub quota: Option<Quota>,
}

impl RateLimitHeaders {
    /// Dates are relative to the server's own `Date`. This machine's clock is used only if that is
    /// missing.
    pub fn parse<'a>(header: impl Fn(&str) -> Option<&'a str>, now: DateTime<Utc>) -> Self {
        let now = header("date").and_then(date).unwrap_or(now);
        let reset_in = header("x-ratelimit-reset")
            .and_then(number)
            .and_then(|seconds| DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0))
            .map(|reset| until(reset, now).min(MAX_RESET_WAIT));
        let retry_after = header("retry-after").and_then(|text| match number(text) {
            Some(seconds) => Some(Duration::from_secs(seconds)),
            None => date(text).map(|date| until(date, now)),
        });
        Self {
            retry_after: retry_after.map(|wait| wait.min(MAX_RETRY_AFTER)),
            reset_in,
            quota: quota(&header, reset_in),
        }
    }

    /// How long to wait before trying again: `Retry-After`, else the reset of the rate limit.
    pub fn wait(&self) -> Option<Duration> {
        self.retry_after.or(self.reset_in)
    }
}

fn quota<'a>(
    header: impl Fn(&str) -> Option<&'a str>,
    reset_in: Option<Duration>,
) -> Option<Quota> {
    let count = |name| header(name).and_then(number);
    let limit = count("x-ratelimit-limit").filter(|limit| *limit > 0)?;
    let remaining = count("x-ratelimit-remaining")?.min(limit);
    Some(Quota {
        limit,
        remaining,
        refill_in: reset_in,
    })
}

fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

fn date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc2822(text.trim())
        .ok()
        .map(Into::into)
}

fn until(date: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    (date - now).to_std().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: (&str, &str) = ("date", "Tue, 24 Nov 2026 12:00:00 GMT");
    /// Noon of that day in UNIX seconds.
    const NOON: i64 = 1_795_521_600;

    fn read(headers: &[(&str, &str)]) -> RateLimitHeaders {
        let header = |wanted: &str| {
            let mut named = headers.iter().filter(|(name, _)| *name == wanted);
            named.next().map(|(_, value)| *value)
        };
        // This machine's clock is off by hours, which must not matter if there is a `Date`.
        RateLimitHeaders::parse(
            header,
            DateTime::from_timestamp(NOON - 7200, 0).expect("a date"),
        )
    }

    fn seconds(wait: Option<Duration>) -> Option<u64> {
        wait.map(|wait| wait.as_secs())
    }

    #[test]
    fn waits_are_relative_to_the_clock_of_the_server() {
        let reset = (NOON + 7).to_string();
        let headers = read(&[DATE, ("x-ratelimit-reset", &reset)]);
        assert_eq!(seconds(headers.reset_in), Some(7));
        let later = ("retry-after", "Tue, 24 Nov 2026 12:00:09 GMT");
        assert_eq!(seconds(read(&[DATE, later]).retry_after), Some(9));
    }

    #[test]
    fn implausible_waits_are_clamped_or_ignored() {
        for (text, expected) in [
            ("0", Some(0)),
            (" 5 ", Some(5)),
            ("999999", Some(86_400)),
            ("18446744073709551615", Some(86_400)),
            ("99999999999999999999999", None),
            ("-5", None),
            ("1e9", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
            ("Fri, 31 Dec 1999 23:59:59 GMT", Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(86_400)),
        ] {
            let headers = read(&[DATE, ("retry-after", text)]);
            assert_eq!(seconds(headers.retry_after), expected, "{text}");
        }
        for (reset, expected) in [
            ("1", Some(0)),
            ("99999999999", Some(60)),
            ("18446744073709551615", None),
            ("x", None),
        ] {
            let headers = read(&[DATE, ("x-ratelimit-reset", reset)]);
            assert_eq!(seconds(headers.reset_in), expected, "{reset}");
        }
    }

    #[test]
    fn a_quota_needs_both_a_limit_and_what_remains_of_it() {
        let quota = |limit, remaining| {
            let headers = [
                ("x-ratelimit-limit", limit),
                ("x-ratelimit-remaining", remaining),
            ];
            read(&headers)
                .quota
                .map(|quota| (quota.limit, quota.remaining))
        };
        assert_eq!(quota("50", "49"), Some((50, 49)));
        assert_eq!(quota("50", "5000"), Some((50, 50)));
        assert_eq!(quota("0", "0"), None);
        assert_eq!(quota("50", "-1"), None);
        assert_eq!(quota("", "1"), None);
        assert_eq!(read(&[("x-ratelimit-limit", "50")]).quota, None);
    }
}
