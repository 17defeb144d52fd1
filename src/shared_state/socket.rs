//! Opens a stream to Redis, with TLS if the URL asks for it.

use std::io::{Error, ErrorKind, Result};
use std::sync::Arc;

use futures_util::future::select_ok;
use redis::ConnectionAddr;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;

pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

pub async fn open(address: &ConnectionAddr) -> Result<Box<dyn Stream>> {
    match address {
        ConnectionAddr::Tcp(host, port) => Ok(Box::new(connect(host, *port).await?)),
        ConnectionAddr::TcpTls { host, port, .. } => {
            let name = ServerName::try_from(host.clone()).map_err(Error::other)?;
            let config = tokio::task::spawn_blocking(client_config).await??;
            let connector = TlsConnector::from(Arc::new(config));
            let stream = connect(host, *port).await?;
            Ok(Box::new(connector.connect(name, stream).await?))
        }
        ConnectionAddr::Unix(_) => Err(ErrorKind::Unsupported.into()),
    }
}

/// Connects to whichever address of the host responds first.
async fn connect(host: &str, port: u16) -> Result<TcpStream> {
    let addresses = lookup_host((host, port)).await?;
    let attempts: Vec<_> = addresses
        .map(|address| Box::pin(TcpStream::connect(address)))
        .collect();
    if attempts.is_empty() {
        return Err(ErrorKind::NotFound.into());
    }
    let (stream, _) = select_ok(attempts).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Trusts the system's authorities, or those of `SSL_CERT_FILE` and `SSL_CERT_DIR`. Reads files.
fn client_config() -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(Error::other)?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
