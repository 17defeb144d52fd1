//! Builds the HTTP client of one origin: its proxy, its TLS trust, and its timeouts.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::USER_AGENT;
use http::{HeaderMap, HeaderValue, Uri};
use http_body_util::Full;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;

use super::connector::{Counted, PoolShare};
use super::dial::{Dial, Sockets};
use super::outgoing::AGENT;
use super::proxy::ProxyRoute;
use super::{SendError, tls};
use crate::config::{Authorities, Config, Proxy};

const MAX_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(55);
const PING_RANGE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(4));

/// Never resends what may have been sent, and follows no redirect, which would take the secret or the token elsewhere.
pub(super) type HttpClient = Client<Counted<HttpsConnector<Dial>>, Full<Bytes>>;

/// What a client is built from.
#[derive(Debug, Clone)]
pub(super) struct ClientSettings {
    authorities: Option<Authorities>,
    proxy: Proxy,
    attempt_timeout: Duration,
    only_nearby: bool,
    pub max_connections: usize,
}

#[derive(Debug)]
pub(super) struct OriginClient {
    pub http: HttpClient,
    pub origin: Uri,
    pub is_proxied: bool,
}

impl ClientSettings {
    pub(super) fn of(config: &Config) -> Self {
        Self {
            authorities: config.authorities.clone(),
            proxy: config.proxy.clone(),
            attempt_timeout: config.attempt_timeout,
            only_nearby: config.is_test_tenant,
            max_connections: config.max_connections,
        }
    }

    /// May block: it reads root certificates.
    pub(super) fn build(
        &self,
        origin: &str,
        share: Arc<PoolShare>,
    ) -> Result<OriginClient, SendError> {
        let tls = tls::client_config(origin, self.authorities.as_ref())?;
        let origin: Uri = origin
            .parse()
            .map_err(|_| SendError::not_sent("the origin is not a URL"))?;
        let route = ProxyRoute::of(&origin, &self.proxy)?;
        let is_proxied = route.is_some();
        // Shorter than the attempt, because a failure to connect certainly had no effect.
        let connect_timeout = MAX_CONNECT_TIMEOUT.min(self.attempt_timeout / 2);
        let sockets = Sockets::new(connect_timeout, self.only_nearby);
        let dial = dial(route, &tls, sockets);
        let connector = HttpsConnector::from((dial, tls));
        let connector = Counted::new(share, connector, connect_timeout);
        let http = self.client(connector);
        Ok(OriginClient {
            http,
            origin,
            is_proxied,
        })
    }

    fn client(&self, connector: Counted<HttpsConnector<Dial>>) -> HttpClient {
        // A dead connection is detected within one attempt, so that the next attempt opens another.
        let ping = (self.attempt_timeout * 2 / 5).clamp(PING_RANGE.0, PING_RANGE.1);
        Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(POOL_IDLE_TIMEOUT)
            .http2_keep_alive_interval(ping)
            .http2_keep_alive_timeout(ping)
            .http2_keep_alive_while_idle(true)
            .build(connector)
    }
}

fn dial(route: Option<ProxyRoute>, tls: &ClientConfig, sockets: Sockets) -> Dial {
    let Some(ProxyRoute { uri, authorization }) = route else {
        return Dial::Direct(sockets);
    };
    let mut tls = tls.clone();
    // CONNECT is sent as HTTP/1.1.
    tls.alpn_protocols.clear();
    let agent = HeaderMap::from_iter([(USER_AGENT, HeaderValue::from_static(AGENT))]);
    let tunnel = Tunnel::new(uri, HttpsConnector::from((sockets, tls))).with_headers(agent);
    Dial::Proxy(Box::new(match authorization {
        Some(authorization) => tunnel.with_auth(authorization),
        None => tunnel,
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
        let origin = "https://127.0.0.1:1";
        let share = PoolShare::new(Connections::of_origin(origin), 1, |_| {});
        let client = settings.build(origin, Arc::new(share)).expect("a client");
        assert!(client.is_proxied);
        let shown = format!("{settings:?} {client:?}");
        for secret in ["canary", "Y2FuYXJ5"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
