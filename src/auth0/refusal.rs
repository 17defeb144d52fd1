//! The errors for responses other than the expected one: all conclusions from Auth0's refusals, and from responses that
//! did not come from Auth0, are drawn here.

use crate::error::{ApiCategory, ApiFailure, Error, Result};
use crate::transport::http::Response;
use crate::transport::pipeline::{Exchange, wait_hint};
use crate::transport::provenance::{self, Refusal};
use crate::transport::request::Route;
use crate::transport::retry::Failure;

/// Whether the access token has every scope that the endpoint asks for; `None` if Auth0 did not list its scopes.
pub type HasScopes = Option<bool>;

/// Fails for every status except 2xx.
pub(super) fn check(exchange: &Exchange, has_scopes: HasScopes) -> Result<()> {
    let refusal = || provenance::refusal(exchange.route, &exchange.response);
    match exchange.response.status {
        200..=299 => Ok(()),
        300..=399 => Err(redirect(exchange)),
        status => Err(match refusal() {
            Some(refusal) if status == 404 && lacks_its_code(exchange.route, &refusal) => {
                foreign(exchange)
            }
            Some(refusal) => refused(exchange, refusal, has_scopes),
            None => foreign(exchange),
        }),
    }
}

/// For a missing user Auth0 sends an error code, except from endpoints that list a user's resources. The 404 of a
/// gateway without such a route has no code.
fn lacks_its_code(route: &Route, refusal: &Refusal) -> bool {
    route.template == "/api/v2/users/{id}" && refusal.code.is_none()
}

/// The error for a response that did not come from Auth0's API.
pub(super) fn foreign(exchange: &Exchange) -> Error {
    let message = format!(
        "{}: the response ({}) did not come from Auth0's API. Check what responds for the domain: a \
         proxy, gateway or firewall in front of it, and the domain itself.",
        exchange.route,
        summary(&exchange.response)
    );
    error(exchange, ApiCategory::Foreign, None, message)
}

/// Following a redirect would send the token elsewhere.
fn redirect(exchange: &Exchange) -> Error {
    let message = format!(
        "{}: the response is a redirect ({}), which is never followed. Check the domain.",
        exchange.route, exchange.response.status
    );
    error(exchange, ApiCategory::Response, None, message)
}

/// Status, type and length: nothing else of a response of unknown origin may be shown.
pub(super) fn summary(response: &Response) -> String {
    let (status, length) = (response.status, response.body.len());
    format!("{status}, {}, {length} bytes", response.media_type)
}

fn refused(exchange: &Exchange, Refusal { code }: Refusal, has_scopes: HasScopes) -> Error {
    let route = exchange.route;
    let (status, required) = (exchange.response.status, route.scopes);
    let category = match (status, code.as_deref()) {
        (403, Some("insufficient_scope")) => ApiCategory::InsufficientScope { required },
        // Auth0 gives no reason: it is the plan only if it cannot be the scopes.
        (403, None | Some("operation_not_supported")) if route.plan_bound => match has_scopes {
            Some(true) => ApiCategory::FeatureUnavailable,
            _ => ApiCategory::InsufficientScope { required },
        },
        (429, _) => ApiCategory::RateLimit,
        _ => ApiCategory::Response,
    };
    let message = refusal_message(route, status, code.as_deref(), category);
    error(exchange, category, code, message)
}

fn refusal_message(
    route: &Route,
    status: u16,
    error_code: Option<&str>,
    category: ApiCategory,
) -> String {
    let code = error_code.map_or(String::new(), |code| format!(", {code}"));
    match category {
        ApiCategory::InsufficientScope { required } => format!(
            "{route}: the access token lacks a scope. Grant {} to the application for the \
             Management API.",
            required.join(" and ")
        ),
        ApiCategory::FeatureUnavailable => format!(
            "{route}: the tenant's plan or settings do not offer this feature ({status}{code}). \
             Session and refresh-token management need an Enterprise plan."
        ),
        ApiCategory::RateLimit => {
            format!("{route}: Auth0's rate limit is reached ({status}{code}). Try again later.")
        }
        _ if status >= 500 => format!("{route}: Auth0 failed ({status}{code})."),
        _ => format!("{route}: Auth0 refused ({status}{code})."),
    }
}

/// The error for a response, in doubt where Auth0 may have carried out the request.
pub(super) fn error(
    exchange: &Exchange,
    category: ApiCategory,
    error_code: Option<String>,
    message: String,
) -> Error {
    let status = exchange.response.status;
    let may_have_acted = exchange.may_have_acted
        || category == ApiCategory::Foreign
        || Failure::Status(status).may_have_acted();
    // Something else may have responded in Auth0's format.
    let is_auth0s = category != ApiCategory::Foreign;
    let description = is_auth0s.then(|| exchange.description()).flatten();
    failure(exchange, category)
        .with_error_code(error_code)
        .into_error(message)
        .with_description(description)
        .in_doubt_if(may_have_acted)
}

pub(super) fn failure(exchange: &Exchange, category: ApiCategory) -> ApiFailure {
    let failure = exchange.route.failure(category, exchange.attempts);
    failure
        .with_status(Some(exchange.response.status))
        .with_retry_after(wait_hint(&exchange.response))
}
