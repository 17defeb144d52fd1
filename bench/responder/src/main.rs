//! A tenant for benchmarks: answers the requests of the comparison over TLS, with HTTP/2 and HTTP/1.1, as fast as one
//! core can. It checks nothing, and every user exists.
//!
//! Prints one line of JSON when it listens, and ends when its standard input does.

mod agents;
mod api;
mod certificates;
mod ids;
mod people;
mod sessions;

use std::io::{Read, stdin};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use serde_json::json;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::api::Api;

type Failure = Box<dyn std::error::Error>;

/// As many connections as one round opens at once.
const BACKLOG: u32 = 4096;
/// What Auth0's edge allows on one connection.
const MAX_STREAMS: u32 = 100;

fn main() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve())
}

async fn serve() -> Result<(), Failure> {
    let certificates = certificates::create()?;
    let acceptor = TlsAcceptor::from(Arc::new(certificates.server));
    let api = Arc::new(Api::new());
    let listener = listen()?;
    let port = listener.local_addr()?.port();
    println!("{}", json!({ "port": port, "ca": certificates.authority }));
    std::thread::spawn(exit_with_parent);
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(connection(stream, acceptor.clone(), api.clone()));
    }
}

fn listen() -> std::io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    socket.listen(BACKLOG)
}

async fn connection(stream: TcpStream, acceptor: TlsAcceptor, api: Arc<Api>) {
    // A client that hangs up early ends its own round; the others go on.
    let Ok(()) = stream.set_nodelay(true) else {
        return;
    };
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    let service = service_fn(move |request| {
        let api = api.clone();
        async move { api.respond(request).await }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http2().max_concurrent_streams(MAX_STREAMS);
    let _ = builder
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// Nothing is left running when the benchmark is killed.
fn exit_with_parent() {
    let _ = stdin().read_to_end(&mut Vec::new());
    std::process::exit(0);
}
