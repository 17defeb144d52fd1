//! One attempt over the wire; the only place that knows the HTTP client.

use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER,
};
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

use crate::config::Secret;
use crate::transport::request::{Body, Method, Request};
use crate::transport::retry::Failure;

/// The largest answer that is read. A page of 50 sessions is some 60 kB.
const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(55);
const USER_AGENT: &str = concat!("archie-auth0-user-security/", env!("CARGO_PKG_VERSION"));
const RATE_LIMIT_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// An answer of any status, read to its end. The body may hold tokens: it is wiped when dropped.
pub struct Response {
    pub status: u16,
    pub is_json: bool,
    /// `Retry-After` in seconds, where sent as a number.
    pub retry_after: Option<u64>,
    /// `X-RateLimit-Reset` in UNIX seconds.
    pub rate_limit_reset: Option<u64>,
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

/// No answer, or none that can be read.
#[derive(Debug)]
pub struct SendError {
    pub failure: Failure,
    pub problem: &'static str,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl fmt::Display for SendError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.problem)
    }
}

impl StdError for SendError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl SendError {
    pub fn timed_out() -> Self {
        Self {
            failure: Failure::TimedOut,
            problem: "did not answer in time",
            source: None,
        }
    }

    fn not_sent(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            failure: Failure::NotSent,
            problem: "could not be reached",
            source: Some(source.into()),
        }
    }
}

impl From<reqwest::Error> for SendError {
    fn from(error: reqwest::Error) -> Self {
        // The URL may hold ids, and the caller of this library knows which endpoint was called.
        let error = error.without_url();
        if error.is_connect() || error.is_builder() {
            return Self::not_sent(error);
        }
        Self {
            failure: Failure::Ambiguous,
            problem: "broke the connection before its answer was complete",
            source: Some(Box::new(error)),
        }
    }
}

/// A connection pool to one host. It is made at the first request, because reading the system's
/// root certificates takes too long for a constructor.
#[derive(Debug, Default)]
pub struct Http {
    client: Mutex<Arc<OnceCell<reqwest::Client>>>,
}

impl Http {
    /// Ends idle connections now and busy ones with their requests. The next request begins anew.
    pub fn close(&self) {
        *self.cell() = Arc::default();
    }

    fn cell(&self) -> MutexGuard<'_, Arc<OnceCell<reqwest::Client>>> {
        self.client.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub async fn send(
        &self,
        origin: &str,
        request: &Request,
        bearer: Option<&Secret>,
    ) -> Result<Response, SendError> {
        let cell = self.cell().clone();
        let client = cell.get_or_try_init(|| build_client(origin)).await?;
        let response = prepare(client, origin, request, bearer)?.send().await?;
        let status = response.status().as_u16();
        let headers = response.headers();
        Ok(Response {
            status,
            is_json: text(headers, &CONTENT_TYPE).is_some_and(is_json),
            retry_after: text(headers, &RETRY_AFTER).and_then(number),
            rate_limit_reset: text(headers, &RATE_LIMIT_RESET).and_then(number),
            body: read_body(response).await?,
        })
    }
}

async fn build_client(origin: &str) -> Result<reqwest::Client, SendError> {
    // A tenant on this machine is never behind a proxy, which would get to see the secret.
    let is_direct = is_loopback(origin);
    let built = tokio::task::spawn_blocking(move || {
        // Fails only when a provider is installed already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder();
        let builder = if is_direct {
            builder.no_proxy()
        } else {
            builder
        };
        builder
            .user_agent(USER_AGENT)
            // A redirect would carry the secret or the token to another place.
            .redirect(reqwest::redirect::Policy::none())
            // Retries are decided in one place only.
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(POOL_IDLE_TIMEOUT)
            .build()
    });
    Ok(built.await.map_err(SendError::not_sent)??)
}

fn is_loopback(origin: &str) -> bool {
    let url = reqwest::Url::parse(origin).ok();
    let host = url.as_ref().and_then(reqwest::Url::host_str);
    matches!(host, Some("localhost" | "127.0.0.1" | "[::1]"))
}

fn prepare(
    client: &reqwest::Client,
    origin: &str,
    request: &Request,
    bearer: Option<&Secret>,
) -> Result<reqwest::RequestBuilder, SendError> {
    let url =
        reqwest::Url::parse(&format!("{origin}{}", request.target)).map_err(SendError::not_sent)?;
    if request.target.split('?').next() != Some(url.path()) {
        return Err(SendError::not_sent("the path would change on its way"));
    }
    let method = match request.endpoint.method {
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
        let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose()))
            .map_err(SendError::not_sent)?;
        value.set_sensitive(true);
        builder = builder.header(AUTHORIZATION, value);
    }
    Ok(match &request.body {
        Body::Empty => builder,
        Body::Json(value) => builder
            .header(CONTENT_TYPE, "application/json")
            .body(value.to_string()),
        Body::Form(form) => builder
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.expose().to_owned()),
    })
}

async fn read_body(mut response: reqwest::Response) -> Result<Zeroizing<Vec<u8>>, SendError> {
    let mut body = Zeroizing::new(Vec::new());
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(SendError {
                failure: Failure::Status(response.status().as_u16()),
                problem: "sent an answer larger than 8 MiB",
                source: None,
            });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Whether a `Content-Type` names JSON.
pub fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") || essence.ends_with("+json")
}

/// A header that is a whole number.
pub fn number(header: &str) -> Option<u64> {
    header.trim().parse().ok()
}
