//! Dates cross to JavaScript as milliseconds, from which `lib/replies.js` makes them.

use chrono::{DateTime, Utc};
use serde::Serializer;

pub(super) fn millis<S: Serializer>(
    date: &DateTime<Utc>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(date.timestamp_millis())
}

/// For a field that is skipped if there is no date.
#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
pub(super) fn optional_millis<S: Serializer>(
    date: &Option<DateTime<Utc>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match date {
        Some(date) => millis(date, serializer),
        None => serializer.serialize_none(),
    }
}
