//! Writes a request for the HTTP client.

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, USER_AGENT};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Request, Uri};
use http_body_util::Full;

use super::SendError;
use super::memory::wiped;
use crate::config::Secret;
use crate::transport::request::{Body, Method, RawRequest};

pub(super) const AGENT: &str = concat!("archie-auth0-user-security/", env!("CARGO_PKG_VERSION"));
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
/// More than any request has, so that the map never grows.
const HEADERS: usize = 8;

pub(super) fn prepare(
    origin: &Uri,
    request: &RawRequest,
    bearer: Option<&Secret>,
) -> Result<Request<Full<Bytes>>, SendError> {
    let (content_type, body) = body(&request.body)?;
    let mut outgoing = Request::new(Full::new(body));
    *outgoing.method_mut() = match request.route.method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Patch => http::Method::PATCH,
        Method::Delete => http::Method::DELETE,
    };
    *outgoing.uri_mut() = target(origin, &request.target)?;
    *outgoing.headers_mut() = headers(request, bearer, content_type)?;
    Ok(outgoing)
}

/// The path is sent as it is: the client does not normalize it.
fn target(origin: &Uri, target: &str) -> Result<Uri, SendError> {
    let invalid = || SendError::not_sent("the path of the request is not valid");
    let mut parts = origin.clone().into_parts();
    let path = PathAndQuery::from_maybe_shared(Bytes::copy_from_slice(target.as_bytes()));
    parts.path_and_query = Some(path.map_err(|_| invalid())?);
    Uri::from_parts(parts).map_err(|_| invalid())
}

fn headers(
    request: &RawRequest,
    bearer: Option<&Secret>,
    content_type: Option<HeaderValue>,
) -> Result<HeaderMap, SendError> {
    let mut headers = HeaderMap::with_capacity(HEADERS);
    headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    headers.insert(ACCEPT, JSON);
    for (name, value) in &request.headers {
        let invalid = "a header of the request is not valid";
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_str(value);
        let (Ok(name), Ok(value)) = (name, value) else {
            return Err(SendError::not_sent(invalid));
        };
        headers.insert(name, value);
    }
    if let Some(token) = bearer {
        let mut value = HeaderValue::from_maybe_shared(wiped(&["Bearer ", token.expose()]))
            .map_err(|_| SendError::invalid_token())?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    if let Some(content_type) = content_type {
        headers.insert(CONTENT_TYPE, content_type);
    }
    Ok(headers)
}

/// The type and the content of a body. A form may be secret, so it is wiped when the client drops it.
fn body(body: &Body) -> Result<(Option<HeaderValue>, Bytes), SendError> {
    let form = |form: &Secret| (Some(FORM), wiped(&[form.expose()]));
    Ok(match body {
        Body::Empty => (None, Bytes::new()),
        Body::Json(value) => (Some(JSON), value.to_string().into()),
        Body::Form(fields) => form(fields),
        Body::FreshForm(writer) => form(&writer.write().map_err(SendError::not_sent)?),
    })
}
