//! Reads responses: the documented JSON on success, the right error otherwise.

use std::marker::PhantomData;

use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_path_to_error::{Deserializer as Tracking, Track};

use super::json;
use crate::error::{ApiCategory, ApiFailure, Error, ErrorKind, Result};
use crate::transport::http::{MediaType, Response};
use crate::transport::pipeline::{Exchange, wait_hint};
use crate::transport::provenance::{self, Refusal};
use crate::transport::request::Endpoint;
use crate::transport::retry::Failure;

/// Whether the access token has every scope that the endpoint asks for; `None` if Auth0 did not name its scopes.
pub type HasScopes = Option<bool>;

/// More than a token, a key set or a person's details ever take up.
const LONGEST_SHORT_BODY: usize = 1024 * 1024;

/// The short body of a 2xx response, read on the thread that serves the request.
pub fn json<T: DeserializeOwned>(
    endpoint: &'static Endpoint,
    exchange: &Exchange,
    has_scopes: HasScopes,
) -> Result<T> {
    succeeded(endpoint, exchange, has_scopes)?;
    if exchange.response.body.len() > LONGEST_SHORT_BODY {
        return Err(unreadable(endpoint, exchange, "is larger than 1 MiB", ""));
    }
    json_with(PhantomData::<T>, endpoint, exchange, has_scopes)
}

/// The body of a 2xx response, read by a reader that knows more than its type.
pub fn json_with<R, T>(
    reader: R,
    endpoint: &'static Endpoint,
    exchange: &Exchange,
    has_scopes: HasScopes,
) -> Result<T>
where
    R: for<'de> DeserializeSeed<'de, Value = T>,
{
    succeeded(endpoint, exchange, has_scopes)?;
    if exchange.response.media_type != MediaType::Json {
        return Err(foreign(endpoint, exchange));
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
            let (problem, path) = if error.is_data() {
                ("has another shape", track.path().to_string())
            } else if error.is_eof() {
                ("ends too early", String::new())
            } else {
                // Such a place can be within a field that is not ours.
                ("is not valid JSON", String::new())
            };
            Err(unreadable(endpoint, exchange, problem, &path))
        }
    }
}

/// The error for a response that was read but contains what must not be passed on. `problem` is the
/// rest of a sentence.
pub fn unusable(endpoint: &'static Endpoint, exchange: &Exchange, problem: &str) -> Error {
    let status = exchange.response.status;
    Error::new(
        api_kind(endpoint, exchange, ApiCategory::Response, None),
        format!("{endpoint}: the response ({status}) {problem}"),
    )
}

/// A 2xx response to a request for a change that has no result.
pub enum Acceptance {
    Accepted,
    /// Something other than Auth0 may have responded: whether the change was made has to be read back. The error
    /// is for the case that it was not.
    Doubtful(Error),
}

pub fn accepted(
    endpoint: &'static Endpoint,
    exchange: &Exchange,
    has_scopes: HasScopes,
) -> Result<Acceptance> {
    succeeded(endpoint, exchange, has_scopes)?;
    Ok(if provenance::is_plain_acceptance(&exchange.response) {
        Acceptance::Accepted
    } else {
        Acceptance::Doubtful(foreign(endpoint, exchange))
    })
}

fn succeeded(
    endpoint: &'static Endpoint,
    exchange: &Exchange,
    has_scopes: HasScopes,
) -> Result<()> {
    match exchange.response.status {
        200..=299 => Ok(()),
        300..=399 => Err(redirect(endpoint, exchange)),
        status => Err(match provenance::refusal(endpoint, &exchange.response) {
            Some(refusal) if status == 404 && lacks_its_code(endpoint, &refusal) => {
                foreign(endpoint, exchange)
            }
            Some(refusal) => refused(endpoint, exchange, refusal, has_scopes),
            None => foreign(endpoint, exchange),
        }),
    }
}

/// Auth0 names the absence of a user by a code, but where it lists what belongs to one. A gateway that knows no
/// route has none to give.
fn lacks_its_code(endpoint: &Endpoint, refusal: &Refusal) -> bool {
    endpoint.template == "/api/v2/users/{id}" && refusal.code.is_none()
}

/// The error for a response that something other than Auth0's API sent.
pub(super) fn foreign(endpoint: &'static Endpoint, exchange: &Exchange) -> Error {
    let message = format!(
        "{endpoint}: the response ({}) did not come from Auth0's API. Check what responds for the domain: a \
         proxy, gateway or firewall in front of it, and the domain itself.",
        summary(&exchange.response)
    );
    Error::new(
        api_kind(endpoint, exchange, ApiCategory::Foreign, None),
        message,
    )
}

/// A redirect would carry the token to another place.
fn redirect(endpoint: &'static Endpoint, exchange: &Exchange) -> Error {
    let message = format!(
        "{endpoint}: the response is a redirect ({}), which is never followed. Check the domain.",
        exchange.response.status
    );
    Error::new(
        api_kind(endpoint, exchange, ApiCategory::Response, None),
        message,
    )
}

/// Status, type and length: all that may be shown of a response of unknown origin.
pub(super) fn summary(response: &Response) -> String {
    let (status, length) = (response.status, response.body.len());
    format!("{status}, {}, {length} bytes", response.media_type)
}

fn refused(
    endpoint: &'static Endpoint,
    exchange: &Exchange,
    Refusal { code }: Refusal,
    has_scopes: HasScopes,
) -> Error {
    let status = exchange.response.status;
    let required = endpoint.scopes;
    let category = match (status, code.as_deref()) {
        (403, Some("insufficient_scope")) => ApiCategory::InsufficientScope { required },
        // Auth0 names no reason: it is the plan only if it cannot be the scopes.
        (403, None | Some("operation_not_supported")) if endpoint.plan_bound => match has_scopes {
            Some(true) => ApiCategory::FeatureUnavailable,
            _ => ApiCategory::InsufficientScope { required },
        },
        (429, _) => ApiCategory::RateLimit,
        _ => ApiCategory::Response,
    };
    let message = refusal_message(endpoint, status, code.as_deref(), category);
    Error::new(api_kind(endpoint, exchange, category, code), message)
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
    let place = if provenance::is_machine_code(&path.replace(['.', '[', ']'], "")) {
        format!(" at `{path}`")
    } else {
        String::new()
    };
    let message = format!(
        "{endpoint}: expected {}, but the response ({}) {problem}{place}.",
        endpoint.answer,
        summary(&exchange.response),
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
    let status = exchange.response.status;
    ErrorKind::Api(Box::new(ApiFailure {
        category,
        status,
        error_code,
        method: endpoint.method.as_str(),
        endpoint: endpoint.template,
        attempts: exchange.attempts,
        retry_after_ms: retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        may_have_acted: exchange.may_have_acted || may_have_acted(category, status),
    }))
}

/// Whether Auth0 may have carried out a request that got this response.
fn may_have_acted(category: ApiCategory, status: u16) -> bool {
    category == ApiCategory::Foreign || Failure::Status(status).may_have_acted()
}
