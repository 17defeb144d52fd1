//! The Management API as a function: a request in, the decoded answer or an error out.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::auth0::answer;
use crate::config::Config;
use crate::credentials::token_source::{AccessToken, ClientCredentials, TokenSource};
use crate::error::Result;
use crate::transport::pipeline::{Channel, Deadline, Exchange};
use crate::transport::request::Request;

#[derive(Debug)]
pub struct Api {
    channel: Arc<Channel>,
    tokens: TokenSource,
}

impl Api {
    pub fn new(config: &Config, channel: Arc<Channel>) -> Self {
        let credentials = ClientCredentials {
            client_id: config.client_id.clone(),
            client_secret: config.client_secret.clone(),
            audience: config.audience.clone(),
        };
        Self {
            tokens: TokenSource::new(channel.clone(), credentials, config.timeout),
            channel,
        }
    }

    pub async fn token(&self, deadline: Deadline) -> Result<Arc<AccessToken>> {
        self.tokens.token(deadline).await
    }

    /// Sends the request and decodes its JSON answer.
    pub async fn json<T: DeserializeOwned>(&self, request: Request, until: Deadline) -> Result<T> {
        let exchange = self.send(&request, until).await?;
        answer::json(request.endpoint, &exchange)
    }

    /// Sends the request and checks that Auth0 accepted it.
    pub async fn accepted(&self, request: Request, until: Deadline) -> Result<()> {
        let exchange = self.send(&request, until).await?;
        answer::accepted(request.endpoint, &exchange)
    }

    /// A refused token is renewed once: it may have been issued under a rotated secret or key.
    async fn send(&self, request: &Request, until: Deadline) -> Result<Exchange> {
        let token = self.tokens.token(until).await?;
        let first = self
            .channel
            .exchange(request, Some(&token.secret), until)
            .await?;
        if first.response.status != 401 {
            return Ok(first);
        }
        self.tokens.forget(&token);
        let token = self.tokens.token(until).await?;
        let second = self
            .channel
            .exchange(request, Some(&token.secret), until)
            .await?;
        Ok(Exchange {
            attempts: first.attempts + second.attempts,
            ..second
        })
    }
}
