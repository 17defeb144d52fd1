//! The Authentication API at the host of the login pages, which takes no access token of the application.

use std::sync::Arc;

use crate::auth0::endpoint::Request;
use crate::auth0::response::FromResponse;
use crate::config::Secret;
use crate::error::Result;
use crate::transport::call::Call;
use crate::transport::pipeline::{Channel, Exchange};
use crate::transport::request::RawRequest;

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct AuthenticationApi(Arc<Channel>);

impl AuthenticationApi {
    pub fn new(channel: Arc<Channel>) -> Self {
        Self(channel)
    }

    pub fn close(&self) {
        self.0.http.close();
    }

    pub async fn send<T: FromResponse>(&self, request: Request<T>, call: Call) -> Result<T> {
        let exchange = self.exchange(&request.raw, call).await?;
        request.decode(&exchange, None)
    }

    /// Sends the access token of the person whom the request is about.
    pub async fn send_as<T: FromResponse>(
        &self,
        person: &Secret,
        request: Request<T>,
        call: Call,
    ) -> Result<T> {
        let exchange = self.0.exchange(&request.raw, Some(person), call).await?;
        request.decode(&exchange, None)
    }

    /// For a response whose status and code imply more than other refusals do.
    pub async fn exchange(&self, request: &RawRequest, call: Call) -> Result<Exchange> {
        self.0.exchange(request, None, call).await
    }
}
