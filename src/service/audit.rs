//! One structured audit event for each operation that changes something, whatever its outcome.

use std::time::Instant;

use chrono::Utc;
use serde_json::{Value, json};

use crate::error::{Result, Step};
use crate::service::Service;
use crate::service::operation::Operation;
use crate::transport::call::Call;
use crate::user::UserRef;

/// The `action` of an audit event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    RevokeSession,
    RevokeAllSessions,
    RevokeOtherSessions,
    LinkAccount,
    UnlinkAccount,
    PasswordTicket,
    BlockUser,
    UnblockUser,
    ClearUserBlocks,
    RemoveFactor,
    RemoveAllFactors,
    RevokeApplication,
    LimitSessions,
    EndAccess,
    EmailTicket,
    SendVerificationEmail,
}

impl Action {
    fn as_str(self) -> &'static str {
        match self {
            Self::RevokeSession => "session.revoke",
            Self::RevokeAllSessions => "session.revoke_all",
            Self::RevokeOtherSessions => "session.revoke_others",
            Self::LinkAccount => "account.link",
            Self::UnlinkAccount => "account.unlink",
            Self::PasswordTicket => "password.ticket",
            Self::BlockUser => "user.block",
            Self::UnblockUser => "user.unblock",
            Self::ClearUserBlocks => "user.clear_blocks",
            Self::RemoveFactor => "factor.remove",
            Self::RemoveAllFactors => "factor.remove_all",
            Self::RevokeApplication => "application.revoke",
            Self::LimitSessions => "session.limit",
            Self::EndAccess => "access.end",
            Self::EmailTicket => "email.ticket",
            Self::SendVerificationEmail => "email.send_verification",
        }
    }
}

impl Service {
    /// Runs the operation under an audit guard, and adds to its error what had been changed.
    pub(super) async fn audited<T>(
        &self,
        action: Action,
        user: &UserRef,
        operation: &Operation,
        call: Call,
        run: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        name_user(operation, user);
        let _reservation = self.api.operation(call);
        let mut event = Event {
            service: self,
            action,
            operation,
            call,
            started: Instant::now(),
            outcome: ("cancelled", None),
        };
        let result = run.await.map_err(|error| operation.explain(error));
        if !operation.is_aborted() {
            event.outcome = match &result {
                Ok(_) => ("success", None),
                Err(error) => ("failure", Some(error.code())),
            };
        }
        if result.is_ok() {
            for (message, details) in std::mem::take(&mut operation.record().warnings) {
                self.warn(call, &message, details);
            }
        }
        result
    }

    /// A warning about a call, with the details that correlate it with other logs.
    pub(super) fn warn(&self, call: Call, message: &str, details: Value) {
        self.logger.warn(message, &call.details(details));
    }
}

/// Records the user as the caller named them. The id is added once an email is resolved.
fn name_user(operation: &Operation, user: &UserRef) {
    match user {
        UserRef::Id { id, .. } => operation.name("userId", id.as_str()),
        UserRef::Email { email, .. } => operation.name("email", email.as_str()),
        UserRef::Impossible => operation.name("userId", Value::Null),
        UserRef::ImpossibleEmail(_) => operation.name("email", Value::Null),
    }
}

/// The audit guard of an operation. It reports on drop, so an operation that is dropped halfway is reported too.
struct Event<'a> {
    service: &'a Service,
    action: Action,
    operation: &'a Operation,
    call: Call,
    started: Instant,
    outcome: (&'static str, Option<&'static str>),
}

impl Drop for Event<'_> {
    fn drop(&mut self) {
        let (outcome, code) = self.outcome;
        let record = self.operation.record();
        let mut event = json!({
            "action": self.action.as_str(),
            "actor": self.operation.actor(),
            "tenant": self.service.config.domain.host(),
            "target": record.target,
            "outcome": outcome,
            "code": code,
            "effects": record.effects,
            "durationMs": u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
            "correlationId": self.call.correlation_id(),
            "at": Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        });
        let sessions_ended = record.ended(&[Step::Session, Step::Sessions]);
        let facts = [
            ("refreshTokens", record.refresh_tokens().map(Value::from)),
            ("sessionsEnded", sessions_ended.map(Value::from)),
            (
                "refreshTokensEnded",
                record.refresh_tokens_ended().map(Value::from),
            ),
        ];
        for (name, value) in facts {
            if let Some(value) = value {
                event[name] = value;
            }
        }
        let message = format!("audit: {} {outcome}", self.action.as_str());
        self.service.logger.audit(&message, &event);
    }
}
