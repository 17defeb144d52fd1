//! Requests as values: what is asked of which endpoint, built without any I/O.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::config::Secret;
use crate::error::{ApiCategory, ApiFailure, Error, ErrorKind, Result};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Delete,
}

impl Method {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// Whether sending a request twice does the same as sending it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    Safe,
    /// Only when it is certain that the first sending changed nothing.
    Unsafe,
}

/// One endpoint of Auth0, with everything that is known about it before a call.
#[derive(Debug)]
pub struct Endpoint {
    pub method: Method,
    /// Path with `{name}` for each id; errors show it instead of the path.
    pub template: &'static str,
    /// Scopes that the access token must hold.
    pub scopes: &'static [&'static str],
    pub replay: Replay,
    /// Offered on some plans only: a 403 that is not about scopes then means "not available".
    pub plan_bound: bool,
    /// The answer as a person would describe it, for the error about any other answer.
    pub answer: &'static str,
}

#[derive(Debug, Clone)]
pub enum Body {
    Empty,
    Json(Value),
    /// Form fields, which may be secret: they are wiped when dropped and never printed.
    Form(Secret),
    /// A form that is written for each attempt, because Auth0 accepts a part of it once only.
    FreshForm(FormWriter),
}

type WriteForm = dyn Fn() -> Result<Secret> + Send + Sync;

/// Writes a form at the moment it is sent. What it writes from may be secret and is never printed.
#[derive(Clone)]
pub struct FormWriter(Arc<WriteForm>);

impl FormWriter {
    pub fn new(write: impl Fn() -> Result<Secret> + Send + Sync + 'static) -> Self {
        Self(Arc::new(write))
    }

    pub fn write(&self) -> Result<Secret> {
        (self.0)()
    }
}

impl fmt::Debug for FormWriter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

#[derive(Debug, Clone)]
pub struct Request {
    pub endpoint: &'static Endpoint,
    /// Path and query, encoded.
    pub target: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Body,
    /// Set before the first attempt is sent.
    pub sent: Vec<Arc<AtomicBool>>,
}

/// All but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method.as_str(), self.template)
    }
}

impl Endpoint {
    /// An error about this endpoint that no answer of Auth0 stands behind.
    pub fn error(
        &'static self,
        category: ApiCategory,
        attempts: u32,
        message: impl Into<Cow<'static, str>>,
    ) -> Error {
        let failure = ApiFailure {
            category,
            status: 0,
            error_code: None,
            method: self.method.as_str(),
            endpoint: self.template,
            attempts,
            retry_after_ms: None,
            may_have_acted: false,
        };
        Error::new(ErrorKind::Api(Box::new(failure)), message)
    }

    /// A request with each `{name}` of the template replaced by one id, in order.
    pub fn request(&'static self, ids: &[&str]) -> Result<Request> {
        let mut ids = ids.iter();
        let mut target = String::with_capacity(self.template.len() + 32);
        for segment in self.template.split('/').skip(1) {
            target.push('/');
            if segment.starts_with('{') {
                let id = ids
                    .next()
                    .ok_or_else(|| Error::internal("A path has fewer ids than its template."))?;
                target.push_str(&segment_of(id)?);
            } else {
                target.push_str(segment);
            }
        }
        Ok(Request {
            endpoint: self,
            target,
            headers: Vec::new(),
            body: Body::Empty,
            sent: Vec::new(),
        })
    }
}

impl Request {
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.target
            .push(if self.target.contains('?') { '&' } else { '?' });
        self.target.push_str(name);
        self.target.push('=');
        self.target.extend(utf8_percent_encode(value, RESERVED));
        self
    }

    #[must_use]
    pub fn header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    #[must_use]
    pub fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// Sets the flag once the request leaves, so that its caller knows that something may have changed.
    #[must_use]
    pub fn marking(mut self, sent: Arc<AtomicBool>) -> Self {
        self.sent.push(sent);
        self
    }

    pub fn mark_sent(&self) {
        for sent in &self.sent {
            sent.store(true, Ordering::Release);
        }
    }
}

/// One id as one path segment. Ids were validated before; this is the last gate, because an empty
/// or dotted segment would silently address another route.
fn segment_of(id: &str) -> Result<String> {
    if matches!(id, "" | "." | "..") {
        return Err(Error::internal(
            "An id that cannot be in a path reached the request.",
        ));
    }
    Ok(utf8_percent_encode(id, RESERVED).to_string())
}

/// Form fields as `application/x-www-form-urlencoded`.
pub fn form(fields: &[(&str, &str)]) -> Secret {
    // Room for the longest encoding: a text that grows leaves copies of itself behind.
    let longest = |(name, value): &(&str, &str)| name.len() + 3 * value.len() + 2;
    let mut text = String::with_capacity(fields.iter().map(longest).sum());
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        text.extend(utf8_percent_encode(value, RESERVED));
    }
    Secret::new(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    static IDENTITY: Endpoint = Endpoint {
        method: Method::Delete,
        template: "/api/v2/users/{id}/identities/{provider}/{user_id}",
        scopes: &[],
        replay: Replay::Safe,
        plan_bound: false,
        answer: "",
    };

    #[test]
    fn hostile_ids_stay_one_segment_each() {
        for id in [
            "a/b",
            "../..",
            "%2e%2e",
            "%2E",
            "a?b",
            "a#b",
            "a\\b",
            "a;b",
            "ü|😀 +&=",
            "...",
        ] {
            let request = IDENTITY.request(&[id, "auth0", id]).expect(id);
            let url = reqwest::Url::parse(&format!("https://t.example{}", request.target))
                .expect("a URL");
            assert_eq!(url.path(), request.target, "{id}");
            assert_eq!(url.path_segments().expect("segments").count(), 7, "{id}");
        }
    }

    #[test]
    fn segments_that_would_vanish_are_refused() {
        for id in ["", ".", ".."] {
            assert!(IDENTITY.request(&["auth0|1", "auth0", id]).is_err());
        }
    }

    #[test]
    fn query_values_cannot_add_parameters() {
        let request = IDENTITY.request(&["a", "b", "c"]).expect("a request");
        let target = request
            .query("email", "a+b&x=1@é")
            .query("page", "0")
            .target;
        assert!(
            target.ends_with("?email=a%2Bb%26x%3D1%40%C3%A9&page=0"),
            "{target}"
        );
    }
}
