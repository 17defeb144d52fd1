//! One attempt over the wire; this file and its folder are the only place that knows the HTTP client.

mod cause;
mod client;
mod failure;
mod memory;
mod opening;
mod pool;
mod tls;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use reqwest::Version;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use zeroize::Zeroizing;

use crate::config::{Config, Secret};
use crate::transport::connections::{Connections, Permit, Protocol};
use crate::transport::line::Queue;
use crate::transport::open_connections::Fate;
use crate::transport::pace::Pace;
use crate::transport::request::{Body, Method, RawRequest};
use crate::transport::retry::Failure;
use client::Settings;
pub use failure::SendError;
use memory::{append, wiped};
use opening::{Exchange, USE};
use pool::CurrentPool;

/// The largest answer that is read. A page of 50 sessions is some 60 kB.
const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;
/// The room made at once for an answer that tells its length.
const MAX_RESERVED_BYTES: usize = 256 * 1024;
/// A busy connection never ends by itself, and so would keep an address that DNS has long changed.
const RENEW_AFTER: Duration = Duration::from_secs(300);

/// An answer of any status, read to its end. The body may hold tokens: it is wiped when dropped.
pub struct Response {
    pub status: u16,
    pub media_type: MediaType,
    pub pace: Pace,
    pub body: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Response {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Response({}, {} bytes)",
            self.status,
            self.body.len()
        )
    }
}

/// The connections to one origin, begun anew every few minutes.
#[derive(Debug)]
pub struct Http {
    settings: Settings,
    renew_after: Duration,
    pool: Arc<CurrentPool>,
}

impl Http {
    pub fn new(config: &Config) -> Self {
        Self {
            settings: Settings::of(config),
            renew_after: RENEW_AFTER,
            pool: CurrentPool::begin(),
        }
    }

    /// After this time connections serve the requests that they have, and new ones take their place.
    #[must_use]
    pub fn renewed_after(mut self, time: Duration) -> Self {
        self.renew_after = time;
        self
    }

    /// Ends idle connections now and busy ones with their requests. The next request begins anew.
    pub fn close(&self) {
        self.pool.renew(|_| true);
    }

    /// Waits until a request of that queue may go to the origin, by the connections that it may use. It counts as
    /// under way for as long as the permit is kept.
    pub async fn enter(&self, origin: &str, queue: Queue) -> Permit {
        let connections = Connections::of_origin(origin);
        connections
            .enter(self.settings.max_connections, queue)
            .await
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
        let mut exchange = Exchange::begin(client.share.clone());
        let sent = USE.scope(exchange.usage.clone(), prepared.send());
        let response = sent.await.map_err(failed)?;
        client
            .share
            .connections
            .learned(protocol(response.version()));
        let status = response.status().as_u16();
        let headers = response.headers();
        let fate = fate(response.version(), headers);
        let response = Response {
            status,
            media_type: MediaType::of(text(headers, "content-type")),
            pace: Pace::read(|name| text(headers, name), Utc::now()),
            body: read_body(response).await?,
        };
        exchange.fate = fate;
        Ok(response)
    }
}

fn protocol(version: Version) -> Protocol {
    match version {
        Version::HTTP_2 => Protocol::Http2,
        _ => Protocol::Http1,
    }
}

/// Whether the server takes another request on the connection.
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
        return Err(SendError::not_sent("the path would change on its way"));
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
            .map_err(|_| SendError::no_header())?;
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

async fn read_body(mut response: reqwest::Response) -> Result<Zeroizing<Vec<u8>>, SendError> {
    let length = response.content_length().unwrap_or_default();
    let reserved =
        usize::try_from(length).map_or(MAX_RESERVED_BYTES, |length| length.min(MAX_RESERVED_BYTES));
    let mut body = Zeroizing::new(Vec::with_capacity(reserved));
    let failed = |error| SendError::of_body(&error);
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            // Auth0 sends nothing of this size, so neither success nor absence is concluded from its status.
            let failure = Failure::Foreign(response.status().as_u16());
            return Err(SendError::new(failure, "sent a response larger than 8 MiB"));
        }
        append(&mut body, &chunk);
    }
    Ok(body)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// What the `Content-Type` of a response says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaType {
    Json,
    /// Another type, such as `text/html`, without its parameters.
    Other(Box<str>),
    Missing,
}

impl MediaType {
    /// A text that is no media type counts as missing: the server chose it, and errors show this one.
    pub fn of(content_type: Option<&str>) -> Self {
        let essence = content_type.and_then(|text| text.split(';').next());
        let essence = essence.unwrap_or_default().trim().to_ascii_lowercase();
        if essence == "application/json" || essence.ends_with("+json") {
            return Self::Json;
        }
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+-./".contains(&byte);
        let is_type = essence.len() <= 64 && essence.contains('/') && essence.bytes().all(is_plain);
        if is_type {
            Self::Other(essence.into())
        } else {
            Self::Missing
        }
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Json => "JSON",
            Self::Other(essence) => essence,
            Self::Missing => "no content type",
        })
    }
}
