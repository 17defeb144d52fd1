//! The Management API as a function: a request in, the decoded answer or an error out.

use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{DeserializeOwned, DeserializeSeed};

use crate::auth0::answer;
use crate::config::Config;
use crate::cpu;
use crate::credentials::access_token::AccessToken;
use crate::credentials::shared_token::SharedToken;
use crate::credentials::token_source::{ClientCredentials, TokenSource};
use crate::error::Result;
use crate::transport::pipeline::{Call, Channel, Exchange, timed_out};
use crate::transport::request::{Method, Request};

/// Bytes that are read in less time than it takes to hand them to another thread and back.
const READ_AT_ONCE: usize = 128 * 1024;

#[derive(Debug)]
pub struct Api {
    channel: Arc<Channel>,
    tokens: TokenSource,
}

impl Api {
    pub fn new(config: &Config, channel: Arc<Channel>, shared: Option<SharedToken>) -> Self {
        let credentials = ClientCredentials {
            client_id: config.client_id.clone(),
            authentication: config.authentication.clone(),
            audience: config.audience.clone(),
        };
        Self {
            tokens: TokenSource::new(channel.clone(), credentials, shared, config.timeout),
            channel,
        }
    }

    pub fn close(&self) {
        self.channel.http.close();
    }

    pub async fn token(&self, call: Call) -> Result<Arc<AccessToken>> {
        self.tokens.token(call).await
    }

    /// Sends the request and decodes its JSON answer.
    pub async fn json<T>(&self, request: Request, call: Call) -> Result<T>
    where
        T: DeserializeOwned + Send + 'static,
    {
        self.read(PhantomData::<T>, request, call).await
    }

    /// The same with a reader that knows more than its type. A long response is read beside the threads
    /// that serve requests.
    pub async fn read<R, T>(&self, reader: R, request: Request, call: Call) -> Result<T>
    where
        R: for<'de> DeserializeSeed<'de, Value = T> + Send + 'static,
        T: Send + 'static,
    {
        let exchange = self.send(&request, call).await?;
        let endpoint = request.endpoint;
        if exchange.response.body.len() <= READ_AT_ONCE {
            return answer::json_with(reader, endpoint, &exchange);
        }
        let attempts = exchange.attempts;
        let read = move || answer::json_with(reader, endpoint, &exchange);
        let read = cpu::run(call.instant(), read).await;
        read.unwrap_or_else(|| Err(timed_out(endpoint, attempts)))
    }

    /// Sends the request and checks that Auth0 accepted it.
    pub async fn accepted(&self, request: Request, call: Call) -> Result<()> {
        let exchange = self.send(&request, call).await?;
        answer::accepted(request.endpoint, &exchange)
    }

    /// Changes carry the id of the call into the tenant's log.
    async fn send(&self, request: &Request, call: Call) -> Result<Exchange> {
        if request.endpoint.method == Method::Get {
            return self.send_authorized(request, call).await;
        }
        let request = request
            .clone()
            .header("x-correlation-id", call.correlation_id());
        self.send_authorized(&request, call).await
    }

    /// A refused token is renewed: it may have been issued under a rotated secret or key.
    async fn send_authorized(&self, request: &Request, call: Call) -> Result<Exchange> {
        let mut attempts = 0;
        let mut refused = 0;
        loop {
            let token = self.tokens.token(call).await?;
            let bearer = Some(&token.secret);
            let exchange = self.channel.exchange(request, bearer, call).await?;
            attempts += exchange.attempts;
            let is_refused = exchange.response.status == 401;
            if !is_refused || !self.tokens.refused(&token, refused) {
                return Ok(Exchange {
                    attempts,
                    ..exchange
                });
            }
            refused += 1;
        }
    }
}
