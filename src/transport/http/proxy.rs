//! Which proxy a request to an origin goes through.

use std::env;

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
    /// The proxy for this origin. A plain-HTTP tenant is never reached through one, which would see the secret.
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
    SendError::not_sent("the URL of the proxy cannot be used").by_proxy()
}

fn from_environment(origin: &Uri) -> Result<Option<ProxyRoute>, SendError> {
    let excluded = env::var("NO_PROXY").or_else(|_| env::var("no_proxy"));
    if excluded.is_ok_and(|list| excludes(&list, origin) || excludes_in_commas(&list, origin)) {
        return Ok(None);
    }
    let Some(found) = Matcher::from_system().intercept(origin) else {
        return Ok(None);
    };
    if !matches!(found.uri().scheme_str(), Some("http" | "https")) {
        return Err(SendError::barred(
            "could not be reached: the proxy of the environment is neither HTTP nor HTTPS",
            "Pass an HTTP proxy as `proxy`, or `proxy: false` for none.",
        )
        .by_proxy());
    }
    Ok(Some(ProxyRoute {
        uri: found.uri().clone(),
        authorization: found.basic_auth().cloned(),
    }))
}

/// What the matcher accepts, in a list that spaces separate: it knows commas only.
fn excludes_in_commas(list: &str, origin: &Uri) -> bool {
    let list = list.split_whitespace().collect::<Vec<_>>().join(",");
    let any = "http://proxy.invalid";
    let matcher = Matcher::builder().https(any).no(list).build();
    matcher.intercept(origin).is_none()
}

/// Whether `NO_PROXY` names this origin in a form that curl, undici or Go accept and the matcher does not: with a port,
/// or with `*.` in front.
fn excludes(list: &str, origin: &Uri) -> bool {
    let host = origin.host().unwrap_or_default().to_ascii_lowercase();
    let port = origin.port_u16().unwrap_or(443).to_string();
    let entries = list.split(|separator: char| separator == ',' || separator.is_whitespace());
    entries.filter(|entry| !entry.is_empty()).any(|entry| {
        let (name, only_port) = match entry.rsplit_once(':') {
            Some((name, port)) if !name.contains(':') => (name, Some(port)),
            _ => (entry, None),
        };
        let name = name.strip_prefix('*').unwrap_or(name);
        let name = name.strip_prefix('.').unwrap_or(name).to_ascii_lowercase();
        let is_host = host == name
            || host
                .strip_suffix(&name)
                .is_some_and(|sub| sub.ends_with('.'));
        is_host && !name.is_empty() && only_port.is_none_or(|only| only == port)
    })
}
