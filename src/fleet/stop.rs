//! When a run ends before its list does.

use tokio::sync::watch;

use crate::error::{Error, ErrorKind};
use crate::model::Stopped;

/// Failures in a row with one code after which nothing better is to be expected.
const FAILURES: u32 = 20;

/// Stops a run at most once; the first reason counts.
#[derive(Debug)]
pub struct Stop(watch::Sender<Option<Stopped>>);

impl Default for Stop {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

impl Stop {
    pub fn stop(&self, stopped: Stopped) {
        self.0.send_if_modified(|current| {
            let is_first = current.is_none();
            if is_first {
                *current = Some(stopped);
            }
            is_first
        });
    }

    pub fn cancel(&self) {
        self.stop(Stopped {
            reason: "cancelled",
            code: None,
        });
    }

    pub fn reason(&self) -> Option<Stopped> {
        self.0.borrow().clone()
    }

    /// Resolves when the run is stopped.
    pub async fn stopped(&self) {
        // The sender is borrowed, so it is not dropped.
        let _ = self.0.subscribe().wait_for(Option::is_some).await;
    }
}

/// Which failures stop a run.
#[derive(Debug, Clone, Copy)]
pub struct StopRules {
    pub on_error: bool,
    pub after_failures: u32,
}

impl StopRules {
    pub fn new(on_error: bool, after_failures: Option<u32>) -> Self {
        Self {
            on_error,
            after_failures: after_failures.unwrap_or(FAILURES),
        }
    }
}

/// Failures in a row with one code.
#[derive(Debug, Default)]
pub struct Streak {
    code: &'static str,
    length: u32,
}

impl Streak {
    pub fn success(&mut self) {
        self.length = 0;
    }

    /// Why the run ends with this failure, if it does.
    pub fn failure(&mut self, error: &Error, rules: StopRules) -> Option<Stopped> {
        let code = Some(error.code());
        if rules.on_error {
            let reason = "error";
            return Some(Stopped { reason, code });
        }
        if is_of_user(error) {
            return None;
        }
        if self.code != error.code() {
            *self = Self {
                code: error.code(),
                length: 0,
            };
        }
        self.length += 1;
        let reason = "failures";
        (self.length >= rules.after_failures).then_some(Stopped { reason, code })
    }
}

/// The list is wrong about this user, or there was no room for a request in time: neither says anything about the others.
fn is_of_user(error: &Error) -> bool {
    let is_unsent = error.api().is_some_and(|failure| failure.attempts == 0);
    is_unsent
        || matches!(
            error.kind,
            ErrorKind::UserNotFound { .. }
                | ErrorKind::AmbiguousUser { .. }
                | ErrorKind::InvalidArgument { .. }
                | ErrorKind::AccountProtection { .. }
                | ErrorKind::NoPassword { .. }
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown_user() -> Error {
        Error::new(ErrorKind::UserNotFound { hint: None }, "No user.")
    }

    fn refused(code: u32) -> Error {
        match code {
            0 => Error::internal("a bug"),
            _ => Error::configuration("clientSecret", "is wrong", "Fix it"),
        }
    }

    #[test]
    fn only_failures_in_a_row_with_one_code_count() {
        let mut streak = Streak::default();
        let rules = StopRules::new(false, Some(3));
        for code in [0, 0, 1, 1] {
            assert_eq!(streak.failure(&refused(code), rules), None);
        }
        streak.success();
        for _ in 0..2 {
            assert_eq!(streak.failure(&refused(1), rules), None);
        }
        let stopped = streak.failure(&refused(1), rules);
        assert_eq!(stopped.unwrap().code, Some("ERR_CONFIGURATION"));
    }

    #[test]
    fn failures_of_single_users_neither_count_nor_interrupt() {
        let mut streak = Streak::default();
        let rules = StopRules::new(false, Some(2));
        assert_eq!(streak.failure(&refused(0), rules), None);
        for _ in 0..5 {
            assert_eq!(streak.failure(&unknown_user(), rules), None);
        }
        assert!(streak.failure(&refused(0), rules).is_some());
    }

    #[test]
    fn the_first_reason_counts() {
        let stop = Stop::default();
        stop.cancel();
        stop.stop(Stopped {
            reason: "error",
            code: None,
        });
        assert_eq!(stop.reason().unwrap().reason, "cancelled");
    }
}
