//! Conversions between counts, durations and the floating-point numbers of the models.

use std::time::Duration;

/// The models measure time in milliseconds.
pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[expect(
    clippy::cast_precision_loss,
    reason = "exact up to 9 * 10^15, which no limit or queue reaches"
)]
pub fn to_f64(count: u64) -> f64 {
    count as f64
}

/// Rounds down.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, which is right for both ends"
)]
pub fn to_u64(number: f64) -> u64 {
    number as u64
}
