//! Reads answers: the documented JSON on success, the right error otherwise.

use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_path_to_error::{Deserializer as Tracking, Track};

use super::{json, lenient};
use crate::error::{ApiCategory, ApiFailure, Error, ErrorKind, Result};
use crate::transport::pipeline::{Exchange, wait_hint};
use crate::transport::request::Endpoint;

/// The error body of the Management API; everything in it is optional decoration.
#[derive(Deserialize, Default)]
struct ManagementErrorBody {
    #[serde(default, rename = "errorCode", deserialize_with = "lenient::text")]
    error_code: Option<String>,
}

/// More than a token, a key set or a person's details ever take up.
const LONGEST_SHORT_BODY: usize = 1024 * 1024;

/// The short body of a 2xx answer, read on the thread that serves the request.
pub fn json<T: DeserializeOwned>(endpoint: &'static Endpoint, exchange: &Exchange) -> Result<T> {
    succeeded(endpoint, exchange)?;
    if exchange.response.body.len() > LONGEST_SHORT_BODY {
        return Err(unreadable(endpoint, exchange, "is larger than 1 MiB", ""));
    }
    json_with(PhantomData::<T>, endpoint, exchange)
}

/// The body of a 2xx answer, read by a reader that knows more than its type.
pub fn json_with<R, T>(reader: R, endpoint: &'static Endpoint, exchange: &Exchange) -> Result<T>
where
    R: for<'de> DeserializeSeed<'de, Value = T>,
{
    succeeded(endpoint, exchange)?;
    if !exchange.response.is_json {
        return Err(unreadable(
            endpoint,
            exchange,
            "is not JSON by its content type",
            "",
        ));
    }
    let text = json::text(&exchange.response.body);
    let mut document = serde_json::Deserializer::from_str(&text);
    let mut track = Track::new();
    match reader.deserialize(Tracking::new(&mut document, &mut track)) {
        Ok(value) => match document.end() {
            Ok(()) => Ok(value),
            Err(_) => Err(unreadable(endpoint, exchange, "goes on after its end", "")),
        },
        // serde's own text would quote values of the body, which may be tokens.
        Err(error) => {
            let path = track.path().to_string();
            let problem = if error.is_data() {
                "has another shape"
            } else if error.is_eof() {
                "ends too early"
            } else {
                "is not valid JSON"
            };
            Err(unreadable(endpoint, exchange, problem, &path))
        }
    }
}

/// A 2xx answer whose body does not matter, unless it shows that something in between has spoken.
pub fn accepted(endpoint: &'static Endpoint, exchange: &Exchange) -> Result<()> {
    succeeded(endpoint, exchange)?;
    if is_page(&exchange.response.body) {
        return Err(unreadable(endpoint, exchange, "is a page in HTML", ""));
    }
    Ok(())
}

fn succeeded(endpoint: &'static Endpoint, exchange: &Exchange) -> Result<()> {
    match exchange.response.status {
        200..=299 => Ok(()),
        _ => Err(refusal(endpoint, exchange)),
    }
}

fn is_page(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

fn refusal(endpoint: &'static Endpoint, exchange: &Exchange) -> Error {
    let status = exchange.response.status;
    let body: ManagementErrorBody = json::refusal(&exchange.response.body).unwrap_or_default();
    let error_code = body.error_code.filter(|code| is_machine_code(code));
    let category = match (status, error_code.as_deref()) {
        (403, Some("insufficient_scope")) => ApiCategory::InsufficientScope {
            required: endpoint.scopes,
        },
        (403, _) if endpoint.plan_bound => ApiCategory::FeatureUnavailable,
        (429, _) => ApiCategory::RateLimit,
        _ => ApiCategory::Response,
    };
    let message = refusal_message(endpoint, status, error_code.as_deref(), category);
    Error::new(api_kind(endpoint, exchange, category, error_code), message)
}

fn refusal_message(
    call: &Endpoint,
    status: u16,
    error_code: Option<&str>,
    category: ApiCategory,
) -> String {
    let code = error_code.map_or(String::new(), |code| format!(", {code}"));
    match category {
        ApiCategory::InsufficientScope { required } => format!(
            "{call}: the access token lacks a scope. Grant {} to the application for the \
             Management API.",
            required.join(" and ")
        ),
        ApiCategory::FeatureUnavailable => format!(
            "{call}: the tenant's plan or settings do not offer this feature ({status}{code}). \
             Session and refresh-token management need an Enterprise plan."
        ),
        ApiCategory::RateLimit => {
            format!("{call}: Auth0's rate limit is reached ({status}{code}). Try again later.")
        }
        _ if (300..400).contains(&status) => format!(
            "{call}: Auth0 answered with a redirect ({status}), which is never followed. Check \
             the domain."
        ),
        _ => format!("{call}: Auth0 refused ({status}{code})."),
    }
}

fn unreadable(
    endpoint: &'static Endpoint,
    exchange: &Exchange,
    problem: &str,
    path: &str,
) -> Error {
    // A key is as much the server's choice as a value.
    let place = if is_machine_code(&path.replace(['.', '[', ']'], "")) {
        format!(" at `{path}`")
    } else {
        String::new()
    };
    let message = format!(
        "{endpoint}: expected {}, but the answer ({}, {} bytes) {problem}{place}.",
        endpoint.answer,
        exchange.response.status,
        exchange.response.body.len(),
    );
    Error::new(
        api_kind(endpoint, exchange, ApiCategory::Response, None),
        message,
    )
}

pub(super) fn api_kind(
    endpoint: &'static Endpoint,
    exchange: &Exchange,
    category: ApiCategory,
    error_code: Option<String>,
) -> ErrorKind {
    let retry_after = wait_hint(&exchange.response);
    ErrorKind::Api(Box::new(ApiFailure {
        category,
        status: exchange.response.status,
        error_code,
        method: endpoint.method.as_str(),
        endpoint: endpoint.template,
        attempts: exchange.attempts,
        retry_after_ms: retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
    }))
}

/// Machine codes are short words; anything else may be an echo of what was sent.
pub(super) fn is_machine_code(code: &str) -> bool {
    (1..=64).contains(&code.len())
        && code
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
