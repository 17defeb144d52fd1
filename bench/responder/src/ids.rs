//! The ids of users and sessions say what to send about them, so that the responder stores nothing.
//!
//! A user is `auth0|` and 24 hexadecimal digits: 4 for the number of sessions, 4 for the delay of each response in
//! milliseconds, 16 for the number of the user. A session is the same digits and 8 for its own number.

use std::time::Duration;

const PREFIX: &str = "auth0|";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UserId {
    pub sessions: u16,
    pub delay_ms: u16,
    pub number: u64,
}

impl UserId {
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_digits(text.strip_prefix(PREFIX)?)
    }

    /// From the digits alone, which are also the local part of the user's email.
    pub fn from_digits(digits: &str) -> Option<Self> {
        Some(Self {
            sessions: u16::from_str_radix(digits.get(0..4)?, 16).ok()?,
            delay_ms: u16::from_str_radix(digits.get(4..8)?, 16).ok()?,
            number: u64::from_str_radix(digits.get(8..24)?, 16).ok()?,
        })
    }

    pub fn digits(self) -> String {
        let Self {
            sessions,
            delay_ms,
            number,
        } = self;
        format!("{sessions:04x}{delay_ms:04x}{number:016x}")
    }

    pub fn text(self) -> String {
        format!("{PREFIX}{}", self.digits())
    }

    pub fn session(self, index: u64) -> String {
        format!("{}{index:08x}", self.digits())
    }

    /// The owner of a session, and the session's number.
    pub fn of_session(text: &str) -> Option<(Self, u64)> {
        let index = u64::from_str_radix(text.get(24..32)?, 16).ok()?;
        Some((Self::from_digits(text)?, index))
    }

    /// For requests that are about no user.
    pub fn none() -> Self {
        Self {
            sessions: 0,
            delay_ms: 0,
            number: 0,
        }
    }

    pub fn delay(self) -> Duration {
        Duration::from_millis(self.delay_ms.into())
    }
}
