//! Which proxy a request to an origin goes through.

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;

use super::SendError;
use super::memory::wiped;
use crate::config::{Proxy, ProxyUrl};

/// A proxy that connects to the origin by CONNECT.
pub(super) struct ProxyRoute {
    pub uri: Uri,
    pub authorization: Option<HeaderValue>,
}

impl ProxyRoute {
    /// The proxy for this origin. A tenant on this machine is not behind it, so that it never sees the secret in
    /// plain text.
    pub fn of(origin: &Uri, proxy: &Proxy) -> Result<Option<Self>, SendError> {
        if origin.scheme() == Some(&http::uri::Scheme::HTTP) {
            return Ok(None);
        }
        match proxy {
            Proxy::None => Ok(None),
            Proxy::Url(url) => explicit(url).map(Some),
            Proxy::Environment if is_loopback(origin) => Ok(None),
            Proxy::Environment => from_environment(origin),
        }
    }
}

fn is_loopback(origin: &Uri) -> bool {
    matches!(origin.host(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

fn explicit(url: &ProxyUrl) -> Result<ProxyRoute, SendError> {
    let uri = url.origin.parse().map_err(|_| unusable_proxy())?;
    let authorization = match &url.authorization {
        None => None,
        Some(value) => Some(
            HeaderValue::from_maybe_shared(wiped(&[value.expose()]))
                .map_err(|_| unusable_proxy())?,
        ),
    };
    Ok(ProxyRoute { uri, authorization })
}

fn unusable_proxy() -> SendError {
    SendError::not_sent("the URL of the proxy cannot be used")
}

fn from_environment(origin: &Uri) -> Result<Option<ProxyRoute>, SendError> {
    let Some(found) = Matcher::from_system().intercept(origin) else {
        return Ok(None);
    };
    if !matches!(found.uri().scheme_str(), Some("http" | "https")) {
        return Err(SendError::barred(
            "could not be reached: the proxy of the environment is neither HTTP nor HTTPS",
            "Pass an HTTP proxy as `proxy`, or `proxy: false` for none.",
        ));
    }
    Ok(Some(ProxyRoute {
        uri: found.uri().clone(),
        authorization: found.basic_auth().cloned(),
    }))
}
