//! Sends one attempt of a request. Only this folder knows the HTTP client.

mod cause;
mod client;
mod connections;
mod connector;
mod failure;
mod memory;
mod pool;
mod response;
mod tls;

pub use connections::ConnectionPermit;
pub use failure::SendError;
pub use response::{MediaType, Response};

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use reqwest::Version;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};

use crate::config::{Config, Secret};
use crate::transport::pacing::queue::QueueClass;
use crate::transport::pacing::rate_limit_headers::RateLimitHeaders;
use crate::transport::request::{Body, Method, RawRequest};
use client::ClientSettings;
use connections::{Connections, Fate, Protocol};
use connector::{CONNECTION_USE, UseGuard};
use memory::wiped;
use pool::CurrentPool;
use response::read_body;

/// A busy connection would otherwise stay open indefinitely, to an address that DNS may no longer return.
const RENEW_AFTER: Duration = Duration::from_secs(300);

/// The HTTP client of one service. Its connections are replaced every few minutes.
#[derive(Debug)]
pub struct Http {
    settings: ClientSettings,
    renew_after: Duration,
    pool: Arc<CurrentPool>,
}

impl Http {
    pub fn new(config: &Config) -> Self {
        Self {
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

    /// Waits until a request of this class may use a connection to the origin. It counts as in flight until
    /// the permit is dropped.
    pub async fn acquire(&self, origin: &str, class: QueueClass) -> ConnectionPermit {
        let connections = Connections::of_origin(origin);
        let max = self.settings.max_connections;
        connections.acquire(max, class).await
    }

    pub async fn send(
        &self,
        origin: &str,
        request: &RawRequest,
        bearer: Option<&Secret>,
    ) -> Result<Response, SendError> {
        let pool = self.pool.get(self.renew_after);
        let client = pool.client(&self.settings, origin).await?;
        let failed = |error| SendError::of_client(&error, client.http.is_proxied);
        let prepared = prepare(&client.http.http, origin, request, bearer)?;
        let mut guard = UseGuard::begin(client.share.clone());
        let sent = CONNECTION_USE.scope(guard.usage.clone(), prepared.send());
        let response = sent.await.map_err(failed)?;
        client
            .share
            .connections
            .set_protocol(protocol(response.version()));
        let status = response.status().as_u16();
        let headers = response.headers();
        let fate = fate(response.version(), headers);
        let response = Response {
            status,
            media_type: MediaType::of(text(headers, "content-type")),
            rate_limit: RateLimitHeaders::parse(|name| text(headers, name), Utc::now()),
            body: read_body(response).await?,
        };
        guard.fate = fate;
        Ok(response)
    }
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

fn prepare(
    client: &reqwest::Client,
    origin: &str,
    request: &RawRequest,
    bearer: Option<&Secret>,
) -> Result<reqwest::RequestBuilder, SendError> {
    let url = reqwest::Url::parse(&format!("{origin}{}", request.target))
        .map_err(|_| SendError::not_sent("the URL of the request cannot be parsed"))?;
    if request.target.split('?').next() != Some(url.path()) {
        return Err(SendError::not_sent(
            "the HTTP client would normalize the path",
        ));
    }
    let method = match request.route.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Delete => reqwest::Method::DELETE,
    };
    let mut builder = client
        .request(method, url)
        .header(ACCEPT, "application/json");
    for (name, value) in &request.headers {
        builder = builder.header(*name, value);
    }
    if let Some(token) = bearer {
        let mut value = HeaderValue::from_maybe_shared(wiped(&["Bearer ", token.expose()]))
            .map_err(|_| SendError::invalid_token())?;
        value.set_sensitive(true);
        builder = builder.header(AUTHORIZATION, value);
    }
    Ok(match &request.body {
        Body::Empty => builder,
        Body::Json(value) => builder
            .header(CONTENT_TYPE, "application/json")
            .body(value.to_string()),
        Body::Form(form) => with_form(builder, form),
        Body::FreshForm(writer) => {
            with_form(builder, &writer.write().map_err(SendError::not_sent)?)
        }
    })
}

fn with_form(builder: reqwest::RequestBuilder, form: &Secret) -> reqwest::RequestBuilder {
    builder
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(wiped(&[form.expose()]))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
