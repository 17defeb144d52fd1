//! Opens sockets: to the origin, or to a proxy that tunnels to it.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use tokio::io::BufReader;
use tokio::net::TcpStream;
use tower_service::Service;

use super::connector::{BoxError, Opening};
use super::resolver::Resolver;

const KEEPALIVE: Duration = Duration::from_secs(15);
const KEEPALIVE_RETRIES: u32 = 3;
/// How long sent data may stay unacknowledged.
#[cfg(target_os = "linux")]
const USER_TIMEOUT: Duration = Duration::from_secs(30);
/// rustls reads 4 KiB at a time, which would be a system call for each response.
const READ_BUFFER: usize = 32 * 1024;

/// Opens TCP connections.
#[derive(Clone)]
pub(super) struct Sockets(HttpConnector<Resolver>);

impl Sockets {
    /// `only_nearby`: names of hosts beyond this machine and its private networks are refused.
    pub fn new(connect_timeout: Duration, only_nearby: bool) -> Self {
        let mut connector = HttpConnector::new_with_resolver(Resolver::new(only_nearby));
        connector.enforce_http(false);
        connector.set_nodelay(true);
        // Divided among the addresses of the host.
        connector.set_connect_timeout(Some(connect_timeout));
        connector.set_keepalive(Some(KEEPALIVE));
        connector.set_keepalive_interval(Some(KEEPALIVE));
        connector.set_keepalive_retries(Some(KEEPALIVE_RETRIES));
        #[cfg(target_os = "linux")]
        connector.set_tcp_user_timeout(Some(USER_TIMEOUT));
        Self(connector)
    }
}

impl Service<Uri> for Sockets {
    type Response = Socket;
    type Error = BoxError;
    type Future = Opening<Socket>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, target: Uri) -> Opening<Socket> {
        let opening = self.0.call(target);
        Box::pin(async move {
            let stream = opening.await?.into_inner();
            let buffered = BufReader::with_capacity(READ_BUFFER, stream);
            Ok(Socket(TokioIo::new(buffered)))
        })
    }
}

/// A TCP connection whose reads are buffered.
pub(super) struct Socket(TokioIo<BufReader<TcpStream>>);

impl Connection for Socket {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl Write for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(context, slices)
    }
}

/// Opens a connection to the origin, beneath its TLS.
#[derive(Clone)]
pub(super) enum Dial {
    Direct(Sockets),
    /// Speaks TLS with the proxy if its URL says so.
    Proxy(Box<Tunnel<HttpsConnector<Sockets>>>),
}

impl Service<Uri> for Dial {
    type Response = MaybeHttpsStream<Socket>;
    type Error = BoxError;
    type Future = Opening<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        match self {
            Self::Direct(sockets) => sockets.poll_ready(context),
            Self::Proxy(tunnel) => tunnel.poll_ready(context).map_err(Into::into),
        }
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        match self {
            Self::Direct(sockets) => {
                let opening = sockets.call(target);
                Box::pin(async move { Ok(MaybeHttpsStream::Http(opening.await?)) })
            }
            Self::Proxy(tunnel) => {
                let opening: Pin<Box<dyn Future<Output = _> + Send>> =
                    Box::pin(tunnel.call(target));
                Box::pin(async move { Ok(opening.await?) })
            }
        }
    }
}
