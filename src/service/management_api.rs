//! The Management API as a function from a request to its decoded response or an error.

use std::sync::Arc;

use crate::auth0::endpoint::Request;
use crate::auth0::response::{self, FromResponse, HasScopes};
use crate::config::{Access, Config};
use crate::cpu;
use crate::credentials::access_token::AccessToken;
use crate::credentials::client_credentials::ClientCredentials;
use crate::credentials::shared_token::SharedToken;
use crate::credentials::token_source::{TokenOrigin, TokenSource};
use crate::error::{Error, Result};
use crate::service::operation::Operation;
use crate::transport::call::Call;
use crate::transport::pacing::pacer::OperationGuard;
use crate::transport::pipeline::{Channel, Exchange, timed_out};
use crate::transport::provenance::may_be_auth0s;
use crate::transport::request::RawRequest;

/// The number of bytes that are decoded in less time than it takes to move them to another thread and back.
const DECODED_AT_ONCE: usize = 128 * 1024;

#[derive(Debug)]
pub struct ManagementApi {
    channel: Arc<Channel>,
    tokens: TokenSource,
}

impl ManagementApi {
    pub fn new(config: &Config, channel: Arc<Channel>, shared: Option<SharedToken>) -> Self {
        let origin = match &config.access {
            Access::Credentials {
                client_id,
                authentication,
            } => TokenOrigin::Credentials {
                credentials: ClientCredentials {
                    client_id: client_id.clone(),
                    authentication: authentication.clone(),
                    audience: config.audience.clone(),
                },
                shared,
            },
            Access::Token(token) => TokenOrigin::Fixed(token.clone()),
            Access::Supplied(supplier) => TokenOrigin::Supplied(supplier.clone()),
        };
        Self {
            tokens: TokenSource::new(channel.clone(), origin, config.timeout),
            channel,
        }
    }

    pub fn close(&self) {
        self.channel.http.close();
    }

    /// Hold this while an operation runs: on drop, capacity in the rate limit that it reserved and did not need is
    /// released.
    pub fn operation(&self, call: Call) -> OperationGuard {
        self.channel.operation(call)
    }

    pub async fn token(&self, call: Call) -> Result<Arc<AccessToken>> {
        self.tokens.token(call).await
    }

    /// Whether the token has these scopes; `None` if Auth0 did not list its scopes.
    pub async fn has_scopes(&self, scopes: &[&str], call: Call) -> Result<HasScopes> {
        Ok(self.token(call).await?.grants_all(scopes))
    }

    /// Sends the request and returns its decoded response.
    pub async fn send<T: FromResponse>(&self, request: Request<T>, call: Call) -> Result<T> {
        let Request { mut raw, reader } = request;
        check_operation(&raw)?;
        let (exchange, has_scopes) = self.exchange(&mut raw, call).await?;
        let Exchange {
            route, attempts, ..
        } = exchange;
        let is_long = exchange.response.body.len() > DECODED_AT_ONCE;
        let decode = move || response::decode(reader, &exchange, has_scopes);
        if !is_long {
            return decode();
        }
        // Off the threads that serve requests.
        let decoded = Box::pin(cpu::run(call.deadline(), decode)).await;
        decoded.unwrap_or_else(|| {
            // There was a response, but what it says about the change is unknown.
            Err(timed_out(route, attempts).in_doubt_if(route.is_change))
        })
    }

    /// Sends a request that makes a change of an operation.
    pub async fn change<T: FromResponse>(
        &self,
        request: Request<T>,
        operation: &Operation,
        call: Call,
    ) -> Result<T> {
        let request = request.marking(operation.begun());
        self.send(request, operation.turn(call)).await
    }

    /// A token that Auth0 refused is renewed: it may have been issued under a rotated secret or key. A request with the
    /// refused one may nonetheless have had an effect, if an attempt before the refusal did.
    async fn exchange(
        &self,
        request: &mut RawRequest,
        call: Call,
    ) -> Result<(Exchange, HasScopes)> {
        if request.route.is_change {
            // Changes carry the correlation id of the call into the tenant's log.
            let correlation_id = ("x-correlation-id", call.correlation_id());
            request.headers.push(correlation_id);
        }
        let mut attempts = 0;
        let mut may_have_acted = false;
        let mut refused = 0;
        loop {
            let doubted = |error: Error| error.in_doubt_if(may_have_acted);
            let token = self.tokens.token(call).await.map_err(doubted)?;
            let exchange = self.channel.exchange(request, Some(&token.secret), call);
            // Boxed, because each function between here and the task would make room for it, and move it.
            let mut exchange = Box::pin(exchange).await.map_err(doubted)?;
            attempts += exchange.attempts;
            exchange.attempts = attempts;
            may_have_acted |= exchange.may_have_acted;
            exchange.may_have_acted = may_have_acted;
            let response = &exchange.response;
            let is_refused = response.status == 401 && may_be_auth0s(request.route, response);
            if !is_refused || !self.tokens.refused(&token, refused) {
                return Ok((exchange, token.grants_all(request.route.scopes)));
            }
            refused += 1;
        }
    }
}

/// A change that belongs to no operation would be made without an audit event.
fn check_operation(request: &RawRequest) -> Result<()> {
    if request.route.is_change && request.sent.is_empty() {
        let message = format!("{} was requested outside an operation.", request.route);
        return Err(Error::internal(message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::auth0::sessions;
    use crate::logging::{LogLine, Logger, Sink};
    use crate::service::{Service, Timing};

    struct NoSink;

    impl Sink for NoSink {
        fn line(&self, _: LogLine) {}
        fn audit(&self, _: Map<String, Value>) {}
    }

    #[test]
    fn a_change_outside_an_operation_is_refused() {
        let change = sessions::delete("session").unwrap();
        let refused = check_operation(&change.raw).unwrap_err();
        assert_eq!(refused.code(), "ERR_INTERNAL");
        let operation = Operation::new(None);
        let marked = change.marking(operation.begun());
        assert!(check_operation(&marked.raw).is_ok());
    }

    #[tokio::test]
    async fn a_change_outside_an_operation_is_never_sent() {
        let config = json!({ "domain": "127.0.0.1:1", "clientId": "a", "clientSecret": "b" });
        let config = Config::from_object(config.as_object().unwrap().clone()).unwrap();
        let service = Service::new(config, Logger::new(None, NoSink));
        let call = service.call("test", Timing::default());
        let sent = service.api.send(sessions::delete("session").unwrap(), call);
        assert_eq!(sent.await.err().unwrap().code(), "ERR_INTERNAL");
    }
}
