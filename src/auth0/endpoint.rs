//! Endpoints of Auth0, and requests to them that know the type of their response.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::encoding::{add_query, path};
use super::response::{FromResponse, HasScopes, decode};
use crate::error::{ApiCategory, Error, Result};
use crate::transport::pipeline::Exchange;
use crate::transport::request::{Body, Method, RawRequest, Replay, Route};

/// One endpoint of Auth0, whose response becomes a `T`.
pub struct Endpoint<T> {
    pub route: Route,
    response: PhantomData<fn() -> T>,
}

impl<T> Endpoint<T> {
    pub const fn get(template: &'static str) -> Self {
        Self::new(Method::Get, template, Replay::Safe)
    }

    pub const fn post(template: &'static str, replay: Replay) -> Self {
        Self::new(Method::Post, template, replay)
    }

    pub const fn patch(template: &'static str, replay: Replay) -> Self {
        Self::new(Method::Patch, template, replay)
    }

    pub const fn delete(template: &'static str, replay: Replay) -> Self {
        Self::new(Method::Delete, template, replay)
    }

    const fn new(method: Method, template: &'static str, replay: Replay) -> Self {
        Self {
            route: Route {
                method,
                template,
                scopes: &[],
                replay,
                plan_bound: false,
                is_change: !matches!(method, Method::Get),
            },
            response: PhantomData,
        }
    }

    /// Scopes that the access token must have.
    #[must_use]
    pub const fn scopes(mut self, scopes: &'static [&'static str]) -> Self {
        self.route.scopes = scopes;
        self
    }

    /// Available on some plans only: a 403 that is not about scopes then means "not available".
    #[must_use]
    pub const fn plan_bound(mut self) -> Self {
        self.route.plan_bound = true;
        self
    }

    /// For a request other than GET that changes nothing.
    #[must_use]
    pub const fn changing_nothing(mut self) -> Self {
        self.route.is_change = false;
        self
    }

    /// An error about this endpoint, raised without a response from Auth0.
    pub fn error(
        &self,
        category: ApiCategory,
        attempts: u32,
        message: impl Into<Cow<'static, str>>,
    ) -> Error {
        self.route.error(category, attempts, message)
    }
}

impl<T> fmt::Display for Endpoint<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.route.fmt(formatter)
    }
}

impl<T: FromResponse> Endpoint<T> {
    /// A request with each `{name}` of the template replaced by one id, in order.
    pub fn request(&'static self, ids: &[&str]) -> Result<Request<T>>
    where
        T::Reader: Default,
    {
        self.request_for(T::Reader::default(), ids)
    }

    /// The same, with a reader that needs more than the type to decode the response.
    pub fn request_for(&'static self, reader: T::Reader, ids: &[&str]) -> Result<Request<T>> {
        let target = path(self.route.template, ids)?;
        Ok(Request {
            raw: RawRequest::new(&self.route, target),
            reader,
        })
    }
}

/// A request whose response becomes a `T`.
pub struct Request<T: FromResponse> {
    pub raw: RawRequest,
    pub reader: T::Reader,
}

impl<T: FromResponse> Request<T> {
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        add_query(&mut self.raw.target, name, value);
        self
    }

    #[must_use]
    pub fn header(mut self, name: &'static str, value: String) -> Self {
        self.raw.headers.push((name, value));
        self
    }

    #[must_use]
    pub fn body(mut self, body: Body) -> Self {
        self.raw.body = body;
        self
    }

    /// Sets the flag when the request is sent, so that its caller knows that something may have changed.
    #[must_use]
    pub fn marking(mut self, sent: Arc<AtomicBool>) -> Self {
        self.raw.sent.push(sent);
        self
    }

    /// Decodes the response to this request.
    pub fn decode(self, exchange: &Exchange, has_scopes: HasScopes) -> Result<T> {
        decode(self.reader, exchange, has_scopes)
    }
}
