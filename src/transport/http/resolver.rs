//! Resolves host names with the system resolver.

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};
use std::vec::IntoIter;

use futures_util::future::{BoxFuture, FutureExt};
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower_service::Service;

use super::connector::BoxError;
use crate::config::is_nearby;

/// The host name has no address, or resolution failed. The client does not distinguish this from other connection
/// failures.
#[derive(Debug, thiserror::Error)]
#[error("the host name could not be resolved")]
pub(super) struct Unresolved(#[from] io::Error);

/// At least one address of a test tenant is neither loopback nor private.
#[derive(Debug, thiserror::Error)]
#[error("an address is neither loopback nor private")]
pub(super) struct NotNearby;

#[derive(Clone)]
pub(super) struct Resolver {
    system: GaiResolver,
    only_nearby: bool,
}

impl Resolver {
    pub fn new(only_nearby: bool) -> Self {
        Self {
            system: GaiResolver::new(),
            only_nearby,
        }
    }
}

impl Service<Name> for Resolver {
    type Response = IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<IntoIter<SocketAddr>, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.system
            .poll_ready(context)
            .map_err(|error| Unresolved(error).into())
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let resolving = self.system.call(name);
        let only_nearby = self.only_nearby;
        async move {
            let addresses: Vec<_> = resolving.await.map_err(Unresolved)?.collect();
            if only_nearby && !addresses.iter().all(|address| is_nearby(address.ip())) {
                return Err(NotNearby.into());
            }
            Ok(addresses.into_iter())
        }
        .boxed()
    }
}
