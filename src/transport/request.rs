//! Requests as the transport sends them, and what it knows about their endpoints. Plain values, built without I/O.

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::config::Secret;
use crate::error::{ApiCategory, ApiFailure, Error, Result};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

impl Method {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Whether sending a request twice has the same effect as sending it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    Safe,
    /// May be repeated only if the first request certainly changed nothing.
    Unsafe,
}

/// What is known about an endpoint of Auth0 before a call.
#[derive(Debug)]
pub struct Route {
    pub method: Method,
    /// Path with `{name}` for each id; errors show it instead of the path.
    pub template: &'static str,
    /// Scopes that the access token must have.
    pub scopes: &'static [&'static str],
    pub replay: Replay,
    /// Available on some plans only: a 403 that is not about scopes then means "not available".
    pub plan_bound: bool,
    /// May change something, so the Management API takes it only as part of an operation.
    pub is_change: bool,
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

    /// Like `error`, for an error with more details.
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
    /// Form fields, which may be secret: they are wiped on drop and never printed.
    Form(Secret),
    /// A form that is written for each attempt, because Auth0 accepts part of it only once.
    FreshForm(FormWriter),
}

type WriteForm = dyn Fn() -> Result<Secret> + Send + Sync;

/// Writes a form when it is sent. Its inputs may be secret and are never printed.
#[derive(Clone)]
pub struct FormWriter {
    write: Arc<WriteForm>,
    /// What was last sent, so that it can be recognized in a response.
    written: Arc<Mutex<Option<Secret>>>,
}

impl FormWriter {
    pub fn new(write: impl Fn() -> Result<Secret> + Send + Sync + 'static) -> Self {
        Self {
            write: Arc::new(write),
            written: Arc::default(),
        }
    }

    pub fn write(&self) -> Result<Secret> {
        let form = (self.write)()?;
        *self.last() = Some(form.clone());
        Ok(form)
    }

    pub(super) fn written(&self) -> Option<Secret> {
        self.last().clone()
    }

    fn last(&self) -> MutexGuard<'_, Option<Secret>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for FormWriter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// A request without the type of its response, which the transport does not need.
pub struct RawRequest {
    pub route: &'static Route,
    /// Path and query, encoded.
    pub target: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Body,
    /// Set before the first attempt is sent.
    pub sent: Vec<Arc<AtomicBool>>,
}

/// The target can be a credential.
impl fmt::Debug for RawRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RawRequest({})", self.route)
    }
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
