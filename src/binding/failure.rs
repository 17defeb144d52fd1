//! A failure as a plain object, out of which the JavaScript layer makes the error it throws.

use std::error::Error as StdError;

use serde_json::{Map, Value, json};

use crate::error::{ApiCategory, ApiFailure, ArgumentCode, Error, ErrorKind};

/// The marker that no result has.
const MARKER: &str = "$failure";
/// Causes of causes: deep enough for every layer of a network stack.
const MAX_CAUSES: u32 = 8;

pub fn failure(operation: &'static str, error: &Error) -> Value {
    json!({ MARKER: describe(error, Some(operation), MAX_CAUSES) })
}

fn describe(error: &Error, operation: Option<&'static str>, causes_left: u32) -> Value {
    let (name, code) = class(&error.kind);
    json!({
        "name": name,
        "code": code,
        "message": error.message,
        "operation": operation,
        "fields": fields(&error.kind),
        "cause": error.cause().and_then(|source| cause(source, causes_left)),
    })
}

fn cause(source: &(dyn StdError + 'static), causes_left: u32) -> Option<Value> {
    let causes_left = causes_left.checked_sub(1)?;
    if let Some(error) = source.downcast_ref::<Error>() {
        return Some(describe(error, None, causes_left));
    }
    Some(json!({
        "message": source.to_string(),
        "cause": source.source().and_then(|source| cause(source, causes_left)),
    }))
}

/// The JavaScript class and the `code` of an error.
fn class(kind: &ErrorKind) -> (&'static str, &'static str) {
    match kind {
        ErrorKind::InvalidArgument { code } => match code {
            ArgumentCode::Type => ("TypeError", "ERR_INVALID_ARG_TYPE"),
            ArgumentCode::Value => ("TypeError", "ERR_INVALID_ARG_VALUE"),
        },
        ErrorKind::Configuration { .. } => ("ConfigurationError", "ERR_CONFIGURATION"),
        ErrorKind::UserNotFound => ("UserNotFoundError", "ERR_USER_NOT_FOUND"),
        ErrorKind::AmbiguousUser { .. } => ("AmbiguousUserError", "ERR_AMBIGUOUS_USER"),
        ErrorKind::SessionNotFound => ("SessionNotFoundError", "ERR_SESSION_NOT_FOUND"),
        ErrorKind::AccountLinking { .. } => ("AccountLinkingError", "ERR_ACCOUNT_LINKING"),
        ErrorKind::Cancelled => ("AbortError", "ABORT_ERR"),
        ErrorKind::Internal => ("Auth0UserSecurityError", "ERR_INTERNAL"),
        ErrorKind::Api(failure) => match failure.category {
            ApiCategory::Response => ("Auth0ApiError", "ERR_AUTH0_API"),
            ApiCategory::InsufficientScope { .. } => {
                ("InsufficientScopeError", "ERR_INSUFFICIENT_SCOPE")
            }
            ApiCategory::FeatureUnavailable => {
                ("FeatureUnavailableError", "ERR_FEATURE_UNAVAILABLE")
            }
            ApiCategory::RateLimit => ("RateLimitError", "ERR_RATE_LIMIT"),
            ApiCategory::Network => ("NetworkError", "ERR_NETWORK"),
            ApiCategory::Timeout => ("TimeoutError", "ERR_TIMEOUT"),
        },
    }
}

fn fields(kind: &ErrorKind) -> Map<String, Value> {
    let fields = match kind {
        ErrorKind::Configuration { field, hint } => json!({ "field": field, "hint": hint }),
        ErrorKind::AmbiguousUser { user_ids } => json!({ "userIds": user_ids }),
        ErrorKind::AccountLinking { reason } => json!({ "reason": reason.as_str() }),
        ErrorKind::Api(failure) => api_fields(failure),
        _ => json!({}),
    };
    match fields {
        Value::Object(fields) => without_nulls(fields),
        _ => Map::new(),
    }
}

fn api_fields(failure: &ApiFailure) -> Value {
    let required_scopes = match failure.category {
        ApiCategory::InsufficientScope { required } => Some(required),
        _ => None,
    };
    #[expect(
        clippy::cast_precision_loss,
        reason = "a JavaScript number, far below the precision of a double"
    )]
    let retry_after_ms = failure.retry_after_ms.map(|millis| millis as f64);
    json!({
        "statusCode": failure.status,
        "errorCode": failure.error_code,
        "method": failure.method,
        "endpoint": failure.endpoint,
        "attempts": failure.attempts,
        "retryAfterMs": retry_after_ms,
        "requiredScopes": required_scopes,
    })
}

fn without_nulls(mut fields: Map<String, Value>) -> Map<String, Value> {
    fields.retain(|_, value| !value.is_null());
    fields
}
