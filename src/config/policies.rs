//! The types of settings that are neither a string nor a number.

use std::time::Duration;

use super::authentication::ClientAuthentication;

/// A day. A longer deadline suggests a mistake in the units.
pub(super) const MAX_TIMEOUT_MS: u64 = 86_400_000;

/// How refresh tokens of a revoked session are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevokeRefreshTokens {
    /// Revoke them where the granted scopes allow it, otherwise warn.
    Auto,
    Always,
    Never,
}

/// Whether `revoke-access` is sent in place of two deletes to end all of a user's sessions and refresh tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevokeAccess {
    /// Once this process has observed that it ends everything in this tenant.
    Verified,
    Always,
    Never,
}

/// Which accounts an email matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailLookup {
    /// Those stored in lower case, and those stored as given.
    Exact,
    /// Those stored in any case, as far as Auth0's search returns them.
    AnyCase,
}

/// The severity of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Debug,
    Info,
    Warn,
    /// As a threshold only: failures reject the call, and are not logged.
    Error,
}

impl Level {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    pub max_attempts: u32,
    pub max_delay: Duration,
}

/// The application that people sign in through when they link accounts.
#[derive(Debug, Clone)]
pub struct Application {
    pub client_id: String,
    /// `None` for a public application, which authenticates by PKCE alone.
    pub authentication: Option<ClientAuthentication>,
}
