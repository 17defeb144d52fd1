//! Failed calls to Auth0, as values built in one expression.

use std::borrow::Cow;
use std::time::Duration;

use super::{Error, ErrorKind};

/// A call to Auth0 that did not return what was requested.
#[derive(Debug, Clone)]
pub struct ApiFailure {
    pub category: ApiCategory,
    /// `None` if there was no response.
    pub status: Option<u16>,
    /// Auth0's machine-readable code, if it sent one.
    pub error_code: Option<String>,
    pub method: &'static str,
    /// The path template, without ids.
    pub endpoint: &'static str,
    pub attempts: u32,
    pub retry_after_ms: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiCategory {
    /// Auth0 responded, with a refusal or with something that cannot be read.
    Response,
    /// Something in front of Auth0 responded: it is unknown what Auth0 did, if anything.
    Foreign,
    InsufficientScope {
        required: &'static [&'static str],
    },
    FeatureUnavailable,
    RateLimit,
    Network {
        reason: Option<NetworkReason>,
    },
    Timeout,
}

/// Why there was no response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetworkReason {
    Dns,
    Refused,
    Reset,
    /// No connection was open in time, or one no longer responds.
    Timeout,
    Tls,
    Proxy,
    Closed,
}

impl NetworkReason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Refused => "refused",
            Self::Reset => "reset",
            Self::Timeout => "timeout",
            Self::Tls => "tls",
            Self::Proxy => "proxy",
            Self::Closed => "closed",
        }
    }
}

impl ApiCategory {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Response | Self::Foreign => "ERR_AUTH0_API",
            Self::InsufficientScope { .. } => "ERR_INSUFFICIENT_SCOPE",
            Self::FeatureUnavailable => "ERR_FEATURE_UNAVAILABLE",
            Self::RateLimit => "ERR_RATE_LIMIT",
            Self::Network { .. } => "ERR_NETWORK",
            Self::Timeout => "ERR_TIMEOUT",
        }
    }
}

impl ApiFailure {
    #[must_use]
    pub fn with_status(self, status: Option<u16>) -> Self {
        Self { status, ..self }
    }

    #[must_use]
    pub fn with_error_code(self, error_code: Option<String>) -> Self {
        Self { error_code, ..self }
    }

    #[must_use]
    pub fn with_retry_after(self, wait: Option<Duration>) -> Self {
        let millis = |wait: Duration| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        Self {
            retry_after_ms: wait.map(millis),
            ..self
        }
    }

    pub fn into_error(self, message: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::Api(Box::new(self)), message)
    }
}
