//! Reads a date of a session in a single pass.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

pub(super) struct Date(pub DateTime<Utc>);

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(DateText)
    }
}

struct DateText;

impl Visitor<'_> for DateText {
    type Value = Date;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a date")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Date, E> {
        if let Some(date) = usual_date(text.as_bytes()) {
            return Ok(Date(date));
        }
        let date = DateTime::parse_from_rfc3339(text).map_err(E::custom)?;
        Ok(Date(date.to_utc()))
    }
}

const USUAL: &[u8; 24] = b"0000-00-00T00:00:00.000Z";

/// Reads a date as Auth0 writes it, such as `2026-01-31T08:00:00.000Z`. Reading any date of RFC 3339 takes several times
/// as long, and a page has hundreds.
fn usual_date(text: &[u8]) -> Option<DateTime<Utc>> {
    let text: &[u8; 24] = text.try_into().ok()?;
    let is_usual = text.iter().zip(USUAL).all(|(byte, usual)| match usual {
        b'0' => byte.is_ascii_digit(),
        separator => byte == separator,
    });
    if !is_usual {
        return None;
    }
    let digit = |at: usize| u32::from(text[at] - b'0');
    let two = |at: usize| 10 * digit(at) + digit(at + 1);
    let year = i32::try_from(100 * two(0) + two(2)).ok()?;
    let day = NaiveDate::from_ymd_opt(year, two(5), two(8))?;
    let millis = 10 * two(20) + digit(22);
    let date = day.and_hms_milli_opt(two(11), two(14), two(17), millis)?;
    Some(date.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_dates_are_what_any_date_is() {
        for text in [
            "2026-01-31T08:09:10.123Z",
            "2024-02-29T23:59:59.999Z",
            "0000-01-01T00:00:00.000Z",
            "9999-12-31T00:00:00.001Z",
        ] {
            let any = DateTime::parse_from_rfc3339(text).expect(text).to_utc();
            assert_eq!(usual_date(text.as_bytes()), Some(any), "{text}");
        }
    }

    #[test]
    fn other_dates_are_not_usual() {
        for text in [
            "2026-02-29T08:00:00.000Z",
            "2026-01-31T24:00:00.000Z",
            "2026-01-31T08:00:60.000Z",
            "2026-01-31T08:00:00.00Z",
            "2026-01-31t08:00:00.000z",
            "2026-01-31T08:00:00.0000",
            "+026-01-31T08:00:00.000Z",
            "2026-01-31T08:00:00.é0Z",
            "",
        ] {
            assert_eq!(usual_date(text.as_bytes()), None, "{text}");
        }
    }
}
