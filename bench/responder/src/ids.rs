//! The ids of users and sessions say what to send about them, so that the responder stores nothing.
//!
//! A user is `auth0|` and 24 hexadecimal digits: 4 for the number of sessions, 3 for the delay of each response in
//! milliseconds, 1 for whether the sessions have user agents, 16 for the number of the user. A session is the same
//! digits and 8 for its own number.

use std::time::Duration;

const PREFIX: &str = "auth0|";

/// By default a user of no interest, for requests that are about none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct UserId {
    pub sessions: u16,
    pub delay_ms: u16,
    pub is_without_agents: bool,
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
            delay_ms: u16::from_str_radix(digits.get(4..7)?, 16).ok()?,
            is_without_agents: digits.get(7..8)? == "1",
            number: u64::from_str_radix(digits.get(8..24)?, 16).ok()?,
        })
    }

    pub fn digits(self) -> String {
        let Self {
            sessions,
            delay_ms,
            is_without_agents,
            number,
        } = self;
        let without = u8::from(is_without_agents);
        format!("{sessions:04x}{delay_ms:03x}{without:x}{number:016x}")
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

    pub fn delay(self) -> Duration {
        Duration::from_millis(self.delay_ms.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_say_what_they_were_made_of() {
        let user = UserId {
            sessions: 1000,
            delay_ms: 20,
            is_without_agents: true,
            number: 42,
        };
        assert_eq!(user.text(), "auth0|03e80141000000000000002a");
        assert_eq!(UserId::parse(&user.text()), Some(user));
        assert_eq!(UserId::of_session(&user.session(7)), Some((user, 7)));
    }

    #[test]
    fn other_texts_are_no_ids() {
        for text in ["", "auth0|", "auth0|63d1", "03e80140000000000000002a"] {
            assert_eq!(UserId::parse(text), None, "{text}");
        }
    }
}
