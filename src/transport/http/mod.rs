//! Sends one attempt of a request. Only this folder knows the HTTP client.

mod cause;
mod client;
mod connections;
mod connector;
mod dial;
mod download;
mod failure;
mod handshake;
mod memory;
mod outgoing;
mod pool;
mod proxy;
mod resolver;
mod response;
mod tls;

pub use connections::ConnectionPermit;
pub use download::NotDownloaded;
pub use failure::SendError;
pub use memory::Wiped;
pub use response::{MediaType, Response};

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use http::response::Parts;
use http::{HeaderMap, Version};
use hyper::body::Incoming;
use tokio::time::{Instant, timeout_at};

use crate::config::{Config, Secret};
use crate::transport::pacing::queue::QueueClass;
use crate::transport::pacing::rate_limit_headers::RateLimitHeaders;
use crate::transport::request::RawRequest;
use client::ClientSettings;
use connections::{Connections, Fate, Protocol};
use connector::{CONNECTION_USE, UseGuard};
use pool::CurrentPool;
use response::read_body;

/// A busy connection would otherwise stay open indefinitely, to an address that DNS may no longer return.
const RENEW_AFTER: Duration = Duration::from_secs(300);

/// The HTTP client of one service for one origin. Its connections are replaced every few minutes.
#[derive(Debug)]
pub struct Http {
    origin: String,
    connections: Arc<Connections>,
    settings: ClientSettings,
    renew_after: Duration,
    pool: Arc<CurrentPool>,
}

impl Http {
    pub fn new(config: &Config, origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            connections: Connections::of_origin(origin),
            settings: ClientSettings::of(config),
            renew_after: RENEW_AFTER,
            pool: CurrentPool::new(),
        }
    }

    /// Sets the age at which connections stop taking new requests and are replaced.
    #[must_use]
    pub fn renewed_after(mut self, time: Duration) -> Self {
        self.renew_after = time;
        self
    }

    /// Closes idle connections now, and busy ones when their requests end. The next request opens new ones.
    pub fn close(&self) {
        self.pool.renew(|_| true);
    }

    /// Waits until a request of this class may use a connection; `None` if the deadline passes first. The request
    /// counts as in flight until the permit is dropped.
    pub async fn acquire(&self, class: QueueClass, deadline: Instant) -> Option<ConnectionPermit> {
        let max = self.settings.max_connections;
        if let Some(permit) = self.connections.try_acquire(max) {
            return Some(permit);
        }
        // Boxed, because few requests wait, and all would carry the space for it.
        let waiting = Box::pin(timeout_at(deadline, self.connections.acquire(max, class)));
        waiting.await.ok()
    }

    pub async fn send(
        &self,
        request: &RawRequest,
        bearer: Option<&Secret>,
    ) -> Result<Response, SendError> {
        let Begun {
            head,
            body,
            mut guard,
        } = self.begin(request, bearer).await?;
        let status = head.status.as_u16();
        let headers = &head.headers;
        let response = Response {
            status,
            media_type: MediaType::of(text(headers, "content-type")),
            rate_limit: RateLimitHeaders::parse(|name| text(headers, name), Utc::now()),
            body: read_body(status, body).await?,
        };
        guard.fate = fate(head.version, headers);
        Ok(response)
    }

    async fn begin(
        &self,
        request: &RawRequest,
        bearer: Option<&Secret>,
    ) -> Result<Begun, SendError> {
        let pool = self.pool.get(self.renew_after);
        let client = pool.client(&self.settings, &self.origin).await?;
        let outgoing = outgoing::prepare(&client.http.origin, request, bearer)?;
        let guard = UseGuard::begin(client.share.clone());
        let sent = CONNECTION_USE.scope(guard.usage.clone(), client.http.http.request(outgoing));
        let sent = sent.await;
        let (head, body) = sent
            .map_err(|error| SendError::of_client(&error, client.http.is_proxied))?
            .into_parts();
        self.connections.set_protocol(protocol(head.version));
        Ok(Begun { head, body, guard })
    }
}

/// The head of a response whose body is on its way.
struct Begun {
    head: Parts,
    body: Incoming,
    guard: UseGuard,
}

fn protocol(version: Version) -> Protocol {
    match version {
        Version::HTTP_2 => Protocol::Http2,
        _ => Protocol::Http1,
    }
}

/// Whether the server accepts another request on the connection.
fn fate(version: Version, headers: &HeaderMap) -> Fate {
    let says = |token: &str| {
        let mut values = text(headers, "connection").unwrap_or_default().split(',');
        values.any(|value| value.trim().eq_ignore_ascii_case(token))
    };
    let is_kept = match version {
        Version::HTTP_09 | Version::HTTP_10 => says("keep-alive"),
        _ => !says("close"),
    };
    if is_kept {
        Fate::Kept
    } else {
        Fate::ClosedByServer
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
