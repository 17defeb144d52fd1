//! Builds the HTTP client of one origin: its proxy, its TLS trust, and its timeouts.

use std::sync::Arc;
use std::time::Duration;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::header::HeaderValue;
use reqwest::{Proxy as Route, Url};

use super::connector::{CountedLayer, PoolShare};
use super::memory::wiped;
use super::{SendError, tls};
use crate::config::{Authorities, Config, Proxy, ProxyUrl};

const MAX_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(55);
const PING_RANGE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(4));
const USER_AGENT: &str = concat!("archie-auth0-user-security/", env!("CARGO_PKG_VERSION"));

/// What a client is built from.
#[derive(Debug, Clone)]
pub(super) struct ClientSettings {
    authorities: Option<Authorities>,
    proxy: Proxy,
    attempt_timeout: Duration,
    pub max_connections: usize,
}

#[derive(Debug)]
pub(super) struct OriginClient {
    pub http: reqwest::Client,
    pub is_proxied: bool,
}

impl ClientSettings {
    pub(super) fn of(config: &Config) -> Self {
        Self {
            authorities: config.authorities.clone(),
            proxy: config.proxy.clone(),
            attempt_timeout: config.attempt_timeout,
            max_connections: config.max_connections,
        }
    }

    /// May block: it reads root certificates.
    pub(super) fn build(
        &self,
        origin: &str,
        share: Arc<PoolShare>,
    ) -> Result<OriginClient, SendError> {
        let route = route(origin, &self.proxy)?;
        let is_proxied = route.is_some();
        // Shorter than the attempt, because a failure to connect certainly had no effect.
        let connect_timeout = MAX_CONNECT_TIMEOUT.min(self.attempt_timeout / 2);
        // A dead connection is detected within one attempt, so that the next attempt opens another.
        let ping = (self.attempt_timeout * 2 / 5).clamp(PING_RANGE.0, PING_RANGE.1);
        let builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .tls_backend_preconfigured(tls::client_config(origin, self.authorities.as_ref())?)
            // Following a redirect would send the secret or the token elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            // Only the pipeline retries.
            .retry(reqwest::retry::never())
            .connect_timeout(connect_timeout)
            .connector_layer(CountedLayer(share))
            .pool_idle_timeout(POOL_IDLE_TIMEOUT)
            .http2_keep_alive_interval(ping)
            .http2_keep_alive_timeout(ping)
            .http2_keep_alive_while_idle(true)
            .no_proxy();
        let http = match route {
            Some(route) => builder.proxy(route),
            None => builder,
        }
        .build()
        .map_err(|_| SendError::not_sent("the HTTP client could not be built"))?;
        Ok(OriginClient { http, is_proxied })
    }
}

fn route(origin: &str, proxy: &Proxy) -> Result<Option<Route>, SendError> {
    match proxy {
        Proxy::None => Ok(None),
        Proxy::Url(url) => explicit(url).map(Some),
        // A tenant on this machine is not behind the proxy, which must not see the secret.
        Proxy::Environment if is_loopback(origin) => Ok(None),
        Proxy::Environment => from_environment(origin),
    }
}

fn is_loopback(origin: &str) -> bool {
    let url = Url::parse(origin).ok();
    let host = url.as_ref().and_then(Url::host_str);
    matches!(host, Some("localhost" | "127.0.0.1" | "[::1]"))
}

fn explicit(url: &ProxyUrl) -> Result<Route, SendError> {
    let route = Route::https(&url.origin).map_err(|_| unusable_proxy())?;
    let Some(authorization) = &url.authorization else {
        return Ok(route);
    };
    let value = HeaderValue::from_maybe_shared(wiped(&[authorization.expose()]))
        .map_err(|_| unusable_proxy())?;
    Ok(route.custom_http_auth(value))
}

fn unusable_proxy() -> SendError {
    SendError::not_sent("the URL of the proxy cannot be used")
}

fn from_environment(origin: &str) -> Result<Option<Route>, SendError> {
    let target = origin.parse().map_err(|_| unusable_proxy())?;
    let Some(found) = Matcher::from_system().intercept(&target) else {
        return Ok(None);
    };
    if !matches!(found.uri().scheme_str(), Some("http" | "https")) {
        return Err(SendError::barred(
            "could not be reached: the proxy of the environment is neither HTTP nor HTTPS",
            "Pass an HTTP proxy as `proxy`, or `proxy: false` for none.",
        ));
    }
    let route = Route::https(found.uri().to_string()).map_err(|_| unusable_proxy())?;
    Ok(Some(match found.basic_auth() {
        Some(value) => route.custom_http_auth(value.clone()),
        None => route,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::connections::Connections;
    use super::*;
    use serde_json::json;

    #[test]
    fn neither_settings_nor_client_show_the_credentials_of_the_proxy() {
        let config = json!({
            "domain": "tenant.eu.auth0.com", "clientId": "id", "clientSecret": "secret",
            "proxy": "http://canary-user:canary-password@127.0.0.1:1",
        });
        let config = Config::from_object(config.as_object().expect("an object").clone());
        let settings = ClientSettings::of(&config.expect("valid"));
        let origin = "http://127.0.0.1:1";
        let share = PoolShare::new(Connections::of_origin(origin), 1, |_| {});
        let client = settings.build(origin, Arc::new(share)).expect("a client");
        assert!(client.is_proxied);
        let shown = format!("{settings:?} {client:?}");
        for secret in ["canary", "Y2FuYXJ5"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
