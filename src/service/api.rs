//! The Management API as a function: a request in, the decoded response or an error out.

use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{DeserializeOwned, DeserializeSeed};

use crate::auth0::answer::{self, Acceptance, HasScopes};
use crate::config::Config;
use crate::cpu;
use crate::credentials::access_token::AccessToken;
use crate::credentials::shared_token::SharedToken;
use crate::credentials::token_source::{ClientCredentials, TokenSource};
use crate::error::{Error, Result};
use crate::service::operation::Operation;
use crate::transport::call::Call;
use crate::transport::pacing::pacer::OperationGuard;
use crate::transport::pipeline::{Channel, Exchange, timed_out};
use crate::transport::provenance::may_be_auth0s;
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

    /// Held while an operation runs: room in the rate limit that it was promised and did not need is released.
    pub fn operation(&self, call: Call) -> OperationGuard {
        self.channel.operation(call)
    }

    pub async fn token(&self, call: Call) -> Result<Arc<AccessToken>> {
        self.tokens.token(call).await
    }

    /// Whether the token has these scopes; `None` when Auth0 did not name its scopes.
    pub async fn has_scopes(&self, scopes: &[&str], call: Call) -> Result<HasScopes> {
        Ok(self.token(call).await?.grants_all(scopes))
    }

    /// Sends the request and decodes its JSON response.
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
        let (exchange, has_scopes) = self.send(&request, call).await?;
        let endpoint = request.endpoint;
        if exchange.response.body.len() <= READ_AT_ONCE {
            return answer::json_with(reader, endpoint, &exchange, has_scopes);
        }
        let attempts = exchange.attempts;
        let read = move || answer::json_with(reader, endpoint, &exchange, has_scopes);
        let read = cpu::run(call.deadline(), read).await;
        read.unwrap_or_else(|| {
            // A response came: what it says of a change is what nobody knows now.
            let is_change = endpoint.method != Method::Get;
            Err(timed_out(endpoint, attempts).in_doubt_if(is_change))
        })
    }

    /// As `json`, for a value that is not passed on before it was checked. The problem that `check`
    /// finds is the rest of a sentence.
    pub async fn checked_json<T: DeserializeOwned>(
        &self,
        request: Request,
        call: Call,
        check: impl FnOnce(&T) -> Result<(), String>,
    ) -> Result<T> {
        let (exchange, has_scopes) = self.send(&request, call).await?;
        let value = answer::json(request.endpoint, &exchange, has_scopes)?;
        match check(&value) {
            Ok(()) => Ok(value),
            Err(problem) => Err(answer::unusable(request.endpoint, &exchange, &problem)),
        }
    }

    /// Sends a request for a change that has no result.
    pub async fn accepted(&self, request: Request, call: Call) -> Result<Acceptance> {
        let (exchange, has_scopes) = self.send(&request, call).await?;
        answer::accepted(request.endpoint, &exchange, has_scopes)
    }

    /// The same for a change that an operation makes.
    pub async fn change(
        &self,
        request: Request,
        operation: &Operation,
        call: Call,
    ) -> Result<Acceptance> {
        let request = request.marking(operation.begun());
        self.accepted(request, operation.turn(call)).await
    }

    /// Changes carry the id of the call into the tenant's log.
    async fn send(&self, request: &Request, call: Call) -> Result<(Exchange, HasScopes)> {
        if request.endpoint.method == Method::Get {
            return self.send_authorized(request, call).await;
        }
        let request = request
            .clone()
            .header("x-correlation-id", call.correlation_id());
        self.send_authorized(&request, call).await
    }

    /// A token that Auth0 refused is renewed: it may have been issued under a rotated secret or key. What was sent
    /// with the refused one may have acted all the same, if an attempt before the refusal did.
    async fn send_authorized(
        &self,
        request: &Request,
        call: Call,
    ) -> Result<(Exchange, HasScopes)> {
        let mut attempts = 0;
        let mut may_have_acted = false;
        let mut refused = 0;
        loop {
            let doubted = |error: Error| error.in_doubt_if(may_have_acted);
            let token = self.tokens.token(call).await.map_err(doubted)?;
            let exchange = self.channel.exchange(request, Some(&token.secret), call);
            let mut exchange = exchange.await.map_err(doubted)?;
            attempts += exchange.attempts;
            exchange.attempts = attempts;
            may_have_acted |= exchange.may_have_acted;
            exchange.may_have_acted = may_have_acted;
            let response = &exchange.response;
            let is_refused = response.status == 401 && may_be_auth0s(request.endpoint, response);
            if !is_refused || !self.tokens.refused(&token, refused) {
                return Ok((exchange, token.grants_all(request.endpoint.scopes)));
            }
            refused += 1;
        }
    }
}
