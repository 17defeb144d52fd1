//! What can go wrong, in terms that callers know; independent of HTTP clients and JavaScript.

mod api;
mod cause;
mod context;
mod doubt;
mod effect;
mod reason;
mod setting;

pub use api::{ApiCategory, ApiFailure, NetworkReason};
pub use cause::{Cause, Words};
use context::Context;
pub use effect::{Effect, EffectState, Step};
pub use reason::{LinkingReason, ProtectionReason};
pub use setting::SettingProblem;

use std::borrow::Cow;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure as the caller sees it. Messages and fields never contain a secret, a token or an id that
/// the caller did not pass.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    pub kind: ErrorKind,
    pub message: Cow<'static, str>,
    /// What the operation had changed, if anything, when it failed.
    pub effects: Box<[Effect]>,
    cause: Option<Box<Cause>>,
    context: Option<Box<Context>>,
    /// Auth0 may have made a change although it did not report success.
    is_in_doubt: bool,
}

#[derive(Debug, Clone)]
pub enum ErrorKind {
    /// The program passed a value of the wrong type or shape: a `TypeError` in JavaScript.
    InvalidArgument {
        code: ArgumentCode,
    },
    Configuration {
        field: Option<Cow<'static, str>>,
        hint: Cow<'static, str>,
    },
    UserNotFound {
        /// What may be wrong with the id or email that was passed.
        hint: Option<&'static str>,
    },
    AmbiguousUser {
        user_ids: Vec<String>,
    },
    SessionNotFound,
    AccountLinking {
        reason: LinkingReason,
    },
    AccountProtection {
        reason: ProtectionReason,
    },
    Api(Box<ApiFailure>),
    /// The user has no password that a ticket of this endpoint could change, as determined without a request.
    NoPassword {
        method: &'static str,
        endpoint: &'static str,
    },
    /// The caller cancelled; JavaScript rejects with the reason of its own signal.
    Cancelled,
    /// A bug in this library, never a response of Auth0.
    Internal,
}

/// Node's own codes for wrong arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentCode {
    Type,
    Value,
}

impl Error {
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            message: message.into(),
            effects: Box::default(),
            cause: None,
            context: None,
            is_in_doubt: false,
        }
    }

    #[must_use]
    pub fn with_effects(mut self, effects: Vec<Effect>) -> Self {
        self.effects = effects.into();
        self
    }

    /// What Auth0 said about the cause is said about this error too.
    #[must_use]
    pub fn with_cause(mut self, cause: impl Into<Cause>) -> Self {
        let cause = cause.into();
        if let (None, Cause::Failure(failure)) = (self.description(), &cause) {
            self = self.with_description(failure.description().map(str::to_owned));
        }
        self.cause = Some(Box::new(cause));
        self
    }

    /// Why Auth0 refused, in its own words. A message never contains it: it is the server's, and may be personal.
    pub fn description(&self) -> Option<&str> {
        self.context.as_ref()?.description.as_deref()
    }

    #[must_use]
    pub fn with_description(mut self, description: Option<String>) -> Self {
        if description.is_some() {
            self.context.get_or_insert_default().description = description;
        }
        self
    }

    /// The id of the call that failed.
    pub fn correlation_id(&self) -> Option<&str> {
        self.context.as_ref()?.correlation_id.as_deref()
    }

    #[must_use]
    pub fn with_correlation_id(mut self, id: String) -> Self {
        self.context.get_or_insert_default().correlation_id = Some(id);
        self
    }

    /// The same with a cause, if there is one.
    #[must_use]
    pub fn with_cause_if(self, cause: Option<Self>) -> Self {
        match cause {
            Some(cause) => self.with_cause(cause),
            None => self,
        }
    }

    /// A value of the wrong type, as in Node's `ERR_INVALID_ARG_TYPE`.
    pub fn argument_type(message: impl Into<Cow<'static, str>>) -> Self {
        let code = ArgumentCode::Type;
        Self::new(ErrorKind::InvalidArgument { code }, message)
    }

    /// A value of the right type that is invalid, as in Node's `ERR_INVALID_ARG_VALUE`.
    pub fn argument_value(message: impl Into<Cow<'static, str>>) -> Self {
        let code = ArgumentCode::Value;
        Self::new(ErrorKind::InvalidArgument { code }, message)
    }

    /// An invalid setting: which field, what is wrong with it, and how to fix it.
    pub fn configuration(
        field: impl Into<Cow<'static, str>>,
        problem: &str,
        hint: impl Into<Cow<'static, str>>,
    ) -> Self {
        let (field, hint) = (field.into(), hint.into());
        let message = format!("{field} {problem}. {hint}.");
        let field = Some(field);
        Self::new(ErrorKind::Configuration { field, hint }, message)
    }

    /// The stable code that JavaScript sees.
    pub fn code(&self) -> &'static str {
        match &self.kind {
            ErrorKind::InvalidArgument { code } => match code {
                ArgumentCode::Type => "ERR_INVALID_ARG_TYPE",
                ArgumentCode::Value => "ERR_INVALID_ARG_VALUE",
            },
            ErrorKind::Configuration { .. } => "ERR_CONFIGURATION",
            ErrorKind::UserNotFound { .. } => "ERR_USER_NOT_FOUND",
            ErrorKind::AmbiguousUser { .. } => "ERR_AMBIGUOUS_USER",
            ErrorKind::SessionNotFound => "ERR_SESSION_NOT_FOUND",
            ErrorKind::AccountLinking { .. } => "ERR_ACCOUNT_LINKING",
            ErrorKind::AccountProtection { .. } => "ERR_ACCOUNT_PROTECTION",
            ErrorKind::Cancelled => "ABORT_ERR",
            ErrorKind::Internal => "ERR_INTERNAL",
            ErrorKind::Api(failure) => failure.category.code(),
            ErrorKind::NoPassword { .. } => ApiCategory::Response.code(),
        }
    }

    pub fn linking(reason: LinkingReason, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::AccountLinking { reason }, message)
    }

    pub fn protection(reason: ProtectionReason, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::AccountProtection { reason }, message)
    }

    pub fn internal(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    /// The underlying failure.
    pub fn cause(&self) -> Option<&Cause> {
        self.cause.as_deref()
    }

    pub fn api(&self) -> Option<&ApiFailure> {
        match &self.kind {
            ErrorKind::Api(failure) => Some(failure),
            _ => None,
        }
    }

    /// The HTTP status of the response, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.api()?.status
    }

    pub fn error_code(&self) -> Option<&str> {
        self.api()?.error_code.as_deref()
    }

    /// Auth0 says that the resource does not exist; for an id that it cannot have issued, it responds with 400. A
    /// gateway can respond in the same format, so this never proves that something ended.
    pub fn is_absent(&self) -> bool {
        let is_auth0s = self
            .api()
            .is_some_and(|failure| failure.category == ApiCategory::Response);
        let reason = (self.status(), self.error_code());
        is_auth0s
            && matches!(
                reason,
                (Some(404), None | Some("inexistent_user")) | (Some(400), Some("invalid_uri"))
            )
    }

    /// The tenant's plan or settings do not include what was requested.
    pub fn is_unavailable(&self) -> bool {
        self.api()
            .is_some_and(|failure| failure.category == ApiCategory::FeatureUnavailable)
    }

    pub fn is_insufficient_scope(&self) -> bool {
        self.api()
            .is_some_and(|f| matches!(f.category, ApiCategory::InsufficientScope { .. }))
    }

    /// Auth0 itself says that the token lacks a scope; not a conclusion from a refusal without a reason.
    pub fn is_proven_insufficient_scope(&self) -> bool {
        self.is_insufficient_scope() && self.error_code() == Some("insufficient_scope")
    }
}
