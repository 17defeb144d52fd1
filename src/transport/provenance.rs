//! Decides whether a response can be Auth0's. A proxy, gateway or CDN in front of a tenant can respond in its place,
//! and its responses prove nothing.
//!
//! The format of a body cannot prove that Auth0 sent it, because a gateway may use the same format; it can only prove
//! that Auth0 did not. So a refusal in Auth0's format ends a call, but never counts as a change that was made.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::http::{MediaType, Response};
use super::pacing::limit::{ApiFamily, limited_api};
use super::request::Route;

/// Auth0's error bodies have a few hundred bytes.
const LARGEST_REFUSAL: usize = 64 * 1024;

/// A refusal in the format of the API that was called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Auth0's machine-readable code. The Management API often sends none.
    pub code: Option<String>,
}

/// The error codes of Auth0's token endpoint that the library draws conclusions from.
const TOKEN_CODES: [&str; 8] = [
    "access_denied",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_uri",
    "unauthorized_client",
    "unsupported_grant_type",
];

/// The body of a refusal of the Management API.
#[derive(Deserialize)]
struct ManagementBody {
    #[serde(rename = "statusCode")]
    status: u16,
    #[serde(default, rename = "errorCode")]
    code: Option<String>,
}

/// The body of a refusal of the Authentication API, as OAuth defines it.
#[derive(Deserialize)]
struct AuthenticationBody {
    error: String,
}

/// The refusal, or `None` if the response cannot be a refusal of Auth0's.
pub fn refusal(route: &Route, response: &Response) -> Option<Refusal> {
    read(route.template, response.status, &response.body)
}

/// The sentence with which Auth0 explains its refusal, if it sent one. Any other type than text does not make a refusal
/// someone else's.
pub fn reason(route: &Route, response: &Response) -> Option<String> {
    if response.status < 400 {
        return None;
    }
    refusal(route, response)?;
    let mut body: Map<String, Value> = object(&response.body)?;
    match body.remove(reason_field(route))? {
        Value::String(reason) if !reason.is_empty() => Some(reason),
        _ => None,
    }
}

/// The body of a refusal with another sentence.
pub fn with_reason(route: &Route, body: &[u8], reason: String) -> Option<Vec<u8>> {
    let mut body: Map<String, Value> = object(body)?;
    body.insert(reason_field(route).to_owned(), reason.into());
    serde_json::to_vec(&body).ok()
}

fn reason_field(route: &Route) -> &'static str {
    match limited_api(route.template) {
        Some(ApiFamily::Management) => "message",
        _ => "error_description",
    }
}

/// Whether a response of any status may be Auth0's. A success is only proven by the body that its endpoint expects.
pub fn may_be_auth0s(route: &Route, response: &Response) -> bool {
    response.status < 400 || refusal(route, response).is_some()
}

fn read(template: &str, status: u16, body: &[u8]) -> Option<Refusal> {
    if body.len() > LARGEST_REFUSAL {
        return None;
    }
    if is_bare_userinfo_refusal(template, status, body) {
        return Some(Refusal::default());
    }
    let refusal = match limited_api(template) {
        Some(ApiFamily::Management) => management(status, body)?,
        _ => authentication(template, status, body)?,
    };
    let is_known_form = refusal.code.as_deref().is_none_or(is_machine_code);
    is_known_form.then_some(refusal)
}

fn management(status: u16, body: &[u8]) -> Option<Refusal> {
    let body: ManagementBody = object(body)?;
    (body.status == status).then_some(Refusal { code: body.code })
}

/// A gateway without such a route may send an error code too, but one of its own.
fn authentication(template: &str, status: u16, body: &[u8]) -> Option<Refusal> {
    let AuthenticationBody { error } = object(body)?;
    let is_missing_route = template == "/oauth/token" && status == 404;
    let is_auth0s = !is_missing_route || TOKEN_CODES.contains(&error.as_str());
    is_auth0s.then_some(Refusal { code: Some(error) })
}

/// The code of a refusal of the token endpoint. With other statuses than these, a code is an accident of whatever
/// failed.
pub fn token_refusal(route: &Route, response: &Response) -> Option<String> {
    let decides = matches!(response.status, 400 | 401 | 403);
    let refusal = decides.then(|| refusal(route, response)).flatten();
    refusal?.code
}

/// Accepts objects only; serde would also read a struct from an array.
fn object<'de, T: Deserialize<'de>>(body: &'de [u8]) -> Option<T> {
    let is_object = body.trim_ascii_start().starts_with(b"{");
    is_object
        .then(|| serde_json::from_slice(body).ok())
        .flatten()
}

/// `/userinfo` rejects some tokens with this single word instead of JSON.
fn is_bare_userinfo_refusal(template: &str, status: u16, body: &[u8]) -> bool {
    template == "/userinfo" && status == 401 && body == b"Unauthorized"
}

/// Codes are short lower-case words; anything else may echo what was sent.
pub fn is_machine_code(code: &str) -> bool {
    let mut bytes = code.bytes();
    let is_first = bytes.next().is_some_and(|byte| byte.is_ascii_lowercase());
    let is_next = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    is_first && code.len() <= 64 && bytes.all(is_next)
}

/// Whether a response says nothing but "accepted", like Auth0's 202 and 204. A response that says more is not Auth0's.
pub fn is_plain_acceptance(response: &Response) -> bool {
    matches!(response.status, 202 | 204) && is_empty(&response.body)
}

/// Whether the rate-limit headers of a response may be Auth0's. A captive portal's page is a success too, and a
/// redirect is never Auth0's.
pub fn may_show_limits(route: &Route, response: &Response) -> bool {
    match response.status {
        200..=299 => response.media_type == MediaType::Json || is_plain_acceptance(response),
        300..=399 => false,
        _ => may_be_auth0s(route, response),
    }
}

fn is_empty(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    let fields = body
        .strip_prefix(b"{")
        .and_then(|rest| rest.strip_suffix(b"}"));
    fields.unwrap_or(body).trim_ascii().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: &str = "/api/v2/sessions/{id}";

    fn read(template: &str, status: u16, body: &str) -> Option<Refusal> {
        super::read(template, status, body.as_bytes())
    }

    /// A refusal with this code, or with none.
    fn refusal(code: Option<&str>) -> Refusal {
        let code = code.map(str::to_owned);
        Refusal { code }
    }

    #[test]
    fn the_management_api_repeats_its_status_in_a_json_object() {
        let plain =
            r#"{"statusCode":404,"error":"Not Found","message":"The session does not exist."}"#;
        assert_eq!(read(SESSION, 404, plain), Some(refusal(None)));
        let coded = r#"{"statusCode":403,"errorCode":"insufficient_scope"}"#;
        let code = refusal(Some("insufficient_scope"));
        assert_eq!(read(SESSION, 403, coded), Some(code));
        let odd = r#"{"statusCode":404,"message":"\ud800","errorCode":null}"#;
        assert_eq!(read(SESSION, 404, odd), Some(refusal(None)));
    }

    #[test]
    fn the_authentication_api_names_its_error_by_a_code() {
        let body = r#"{"error":"invalid_grant","error_description":"Invalid authorization code"}"#;
        let code = refusal(Some("invalid_grant"));
        assert_eq!(read("/oauth/token", 403, body), Some(code));
        assert_eq!(read("/userinfo", 401, "Unauthorized"), Some(refusal(None)));
    }

    #[test]
    fn what_others_say_is_no_refusal_of_auth0() {
        for body in [
            "",
            "Not Found",
            "<html><body>404</body></html>",
            r#"{"message":"Not Found"}"#,
            r#"{"statusCode":403,"message":"of another status"}"#,
            r#"{"statusCode":"404"}"#,
            r#"{"statusCode":404.5}"#,
            r#"{"statusCode":404,"errorCode":"Route not found"}"#,
            r#"{"statusCode":404,"errorCode":7}"#,
            r#"{"statusCode":404}x"#,
            r"[404,null]",
            r#""404""#,
            "404",
            "null",
            "\u{feff}{\"statusCode\":404}",
        ] {
            assert_eq!(read(SESSION, 404, body), None, "{body}");
        }
        for body in [
            "Unauthorized",
            r#"{"message":"Forbidden"}"#,
            r#"{"error":"Forbidden"}"#,
            r#"{"error":"access denied"}"#,
            r#"{"error":{"code":"access_denied"}}"#,
            r#"["access_denied"]"#,
        ] {
            assert_eq!(read("/oauth/token", 403, body), None, "{body}");
        }
        let huge = format!(
            r#"{{"statusCode":404,"message":"{}"}}"#,
            "x".repeat(LARGEST_REFUSAL)
        );
        assert_eq!(read(SESSION, 404, &huge), None);
    }

    #[test]
    fn an_acceptance_says_nothing() {
        for body in ["", " \n", "{}", " { } "] {
            assert!(is_empty(body.as_bytes()), "{body:?}");
        }
        for body in [
            "ok",
            "<p>",
            r#"{"error":"x"}"#,
            "[]",
            "null",
            "{",
            "}{",
            "\u{feff}{}",
        ] {
            assert!(!is_empty(body.as_bytes()), "{body:?}");
        }
    }
}
