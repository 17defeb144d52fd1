//! A failure as a plain object, from which the JavaScript layer creates the error it throws.

use serde_json::{Map, Value, json};

use crate::error::{ApiCategory, ApiFailure, Cause, Error, ErrorKind, NetworkReason};

/// The marker property, which no result has.
const MARKER: &str = "$failure";
/// Causes of causes: deep enough for every layer of a network stack.
const MAX_CAUSES: u32 = 8;

pub fn failure(operation: &'static str, error: &Error) -> Value {
    json!({ MARKER: describe(error, Some(operation), MAX_CAUSES) })
}

fn describe(error: &Error, operation: Option<&'static str>, causes_left: u32) -> Value {
    json!({
        "name": class(&error.kind),
        "code": error.code(),
        "message": error.message,
        "operation": operation,
        "fields": fields(error),
        "cause": error.cause().and_then(|next| cause(next, causes_left)),
    })
}

fn cause(cause: &Cause, causes_left: u32) -> Option<Value> {
    let causes_left = causes_left.checked_sub(1)?;
    Some(match cause {
        Cause::Failure(error) => describe(error, None, causes_left),
        Cause::Thrown(number) => json!({ "thrown": number }),
        Cause::Words(words) => json!({
            "message": words.text(),
            "cause": words.next().and_then(|next| self::cause(next, causes_left)),
        }),
    })
}

/// The JavaScript class of an error.
fn class(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidArgument { .. } => "TypeError",
        ErrorKind::Configuration { .. } => "ConfigurationError",
        ErrorKind::UserNotFound { .. } => "UserNotFoundError",
        ErrorKind::AmbiguousUser { .. } => "AmbiguousUserError",
        ErrorKind::SessionNotFound => "SessionNotFoundError",
        ErrorKind::AccountLinking { .. } => "AccountLinkingError",
        ErrorKind::AccountProtection { .. } => "AccountProtectionError",
        ErrorKind::Cancelled => "AbortError",
        ErrorKind::Internal => "Auth0UserSecurityError",
        ErrorKind::NoPassword { .. } => "Auth0ApiError",
        ErrorKind::Api(failure) => match failure.category {
            ApiCategory::Response | ApiCategory::Foreign => "Auth0ApiError",
            ApiCategory::InsufficientScope { .. } => "InsufficientScopeError",
            ApiCategory::FeatureUnavailable => "FeatureUnavailableError",
            ApiCategory::RateLimit => "RateLimitError",
            ApiCategory::Network { .. } => "NetworkError",
            ApiCategory::Timeout => "TimeoutError",
        },
    }
}

fn fields(error: &Error) -> Map<String, Value> {
    let mut fields = fields_of_kind(&error.kind);
    if !error.effects.is_empty() {
        fields.insert("effects".to_owned(), json!(error.effects));
    }
    for (name, value) in [
        ("description", error.description()),
        ("correlationId", error.correlation_id()),
    ] {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value.into());
        }
    }
    fields
}

fn fields_of_kind(kind: &ErrorKind) -> Map<String, Value> {
    let fields = match kind {
        ErrorKind::Configuration { field, hint } => json!({ "field": field, "hint": hint }),
        ErrorKind::UserNotFound { hint } => json!({ "hint": hint }),
        ErrorKind::AmbiguousUser { user_ids } => json!({ "userIds": user_ids }),
        ErrorKind::AccountLinking { reason } => json!({ "reason": reason.as_str() }),
        ErrorKind::AccountProtection { reason } => json!({ "reason": reason.as_str() }),
        ErrorKind::Api(failure) => api_fields(failure),
        // The status that Auth0 itself would have responded with.
        ErrorKind::NoPassword { method, endpoint } => json!({
            "statusCode": 400,
            "errorCode": "operation_not_supported",
            "method": method,
            "endpoint": endpoint,
            "attempts": 0,
        }),
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
    let reason = match failure.category {
        ApiCategory::Network { reason } => reason.map(NetworkReason::as_str),
        _ => None,
    };
    #[expect(
        clippy::cast_precision_loss,
        reason = "a JavaScript number, far below the precision of a double"
    )]
    let retry_after_ms = failure.retry_after_ms.map(|millis| millis as f64);
    json!({
        // JavaScript shows 0 for "no response".
        "statusCode": failure.status.unwrap_or(0),
        "errorCode": failure.error_code,
        "method": failure.method,
        "endpoint": failure.endpoint,
        "attempts": failure.attempts,
        "retryAfterMs": retry_after_ms,
        "requiredScopes": required_scopes,
        "reason": reason,
    })
}

fn without_nulls(mut fields: Map<String, Value>) -> Map<String, Value> {
    fields.retain(|_, value| !value.is_null());
    fields
}
