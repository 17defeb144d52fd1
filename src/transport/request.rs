//! Requests as the transport sends them, and what it knows of their endpoints. Plain values, built without any I/O.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::config::Secret;
use crate::error::{ApiCategory, ApiFailure, Error, Result};

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
    /// Only when it is certain that the first request changed nothing.
    Unsafe,
}

/// Everything that is known about an endpoint of Auth0 before a call.
#[derive(Debug)]
pub struct Route {
    pub method: Method,
    /// Path with `{name}` for each id; errors show it instead of the path.
    pub template: &'static str,
    /// Scopes that the access token must have.
    pub scopes: &'static [&'static str],
    pub replay: Replay,
    /// Offered on some plans only: a 403 that is not about scopes then means "not available".
    pub plan_bound: bool,
}

impl fmt::Display for Route {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method.as_str(), self.template)
    }
}

impl Route {
    /// An error about this endpoint, raised without a response from Auth0.
    pub fn error(
        &self,
        category: ApiCategory,
        attempts: u32,
        message: impl Into<Cow<'static, str>>,
    ) -> Error {
        self.failure(category, attempts).into_error(message)
    }

    /// The same, for an error that says more.
    pub fn failure(&self, category: ApiCategory, attempts: u32) -> ApiFailure {
        ApiFailure {
            category,
            status: None,
            error_code: None,
            method: self.method.as_str(),
            endpoint: self.template,
            attempts,
            retry_after_ms: None,
        }
    }
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

/// A request without the type of its response, which the transport does not look at.
#[derive(Debug)]
pub struct RawRequest {
    pub route: &'static Route,
    /// Path and query, encoded.
    pub target: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Body,
    /// Set before the first attempt is sent.
    pub sent: Vec<Arc<AtomicBool>>,
}

impl RawRequest {
    pub fn new(route: &'static Route, target: String) -> Self {
        Self {
            route,
            target,
            headers: Vec::new(),
            body: Body::Empty,
            sent: Vec::new(),
        }
    }

    pub fn mark_sent(&self) {
        for sent in &self.sent {
            sent.store(true, Ordering::Release);
        }
    }
}
