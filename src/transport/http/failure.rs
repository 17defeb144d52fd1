//! Why no answer came, told from the types of the errors underneath, never from their texts.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use rustls::{AlertDescription, CertificateError, Error as TlsError};
use tower_service::Service;

use crate::transport::retry::Failure;

/// The error of a CONNECT, which has no name of its own outside its crate.
type TunnelError = <Tunnel<HttpConnector> as Service<http::Uri>>::Error;
type Source = dyn StdError + 'static;

/// No answer, or none that can be read.
#[derive(Debug)]
pub struct SendError {
    pub failure: Failure,
    /// What Auth0 did or did not, as the rest of a sentence.
    pub problem: &'static str,
    /// What the caller can do about it, as a sentence.
    pub remedy: Option<&'static str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl fmt::Display for SendError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.problem)
    }
}

impl StdError for SendError {
    fn source(&self) -> Option<&Source> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl SendError {
    pub fn new(failure: Failure, problem: &'static str) -> Self {
        Self {
            failure,
            problem,
            remedy: None,
            source: None,
        }
    }

    pub fn timed_out() -> Self {
        Self::new(Failure::TimedOut, "did not answer in time")
    }

    /// The deadline came while other requests had all connections.
    pub fn not_begun() -> Self {
        Self::new(
            Failure::NotSent,
            "was not asked: all connections were in use",
        )
        .with_remedy("Pass a longer timeoutMs, or a larger maxConnections.")
    }

    pub(super) fn not_sent(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Failure::NotSent, "could not be reached").caused_by(source)
    }

    pub(super) fn barred(problem: &'static str, remedy: &'static str) -> Self {
        Self::new(Failure::Barred, problem).with_remedy(remedy)
    }

    /// An error of the HTTP client. `is_proxied`: it had to go through a proxy.
    pub(super) fn of_client(error: reqwest::Error, is_proxied: bool) -> Self {
        // The URL may hold ids, and the caller of this library knows which endpoint was called.
        let error = error.without_url();
        let found = if error.is_connect() {
            not_connected(&error, error.is_timeout() && is_proxied)
        } else if error.is_builder() {
            Self::new(Failure::NotSent, "could not be reached")
        } else if is_unprocessed(&error) {
            Self::new(Failure::NotSent, "closed the connection before the request")
        } else {
            Self::new(
                Failure::Ambiguous,
                "broke the connection before its answer was complete",
            )
        };
        found.caused_by(error)
    }

    fn with_remedy(mut self, remedy: &'static str) -> Self {
        self.remedy = Some(remedy);
        self
    }

    pub(super) fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

fn not_connected(error: &Source, is_slow_proxy: bool) -> SendError {
    if let Some(tunnel) = find::<TunnelError>(error) {
        return no_tunnel(tunnel);
    }
    if is_slow_proxy {
        return SendError::new(
            Failure::NotSent,
            "could not be reached through the proxy in time",
        )
        .with_remedy(CHECK_PROXY);
    }
    match find::<TlsError>(error) {
        Some(TlsError::InvalidCertificate(problem)) => refused_certificate(problem),
        Some(problem) => no_handshake(problem),
        None => SendError::new(Failure::NotSent, "could not be reached").with_remedy(CHECK_WAY),
    }
}

const CHECK_WAY: &str = "Check the domain, and whether this machine may reach it: its name service, \
                         its firewall, and the setting `proxy`.";
const CHECK_PROXY: &str = "Check the setting `proxy`, or HTTPS_PROXY and NO_PROXY.";

fn no_tunnel(error: &TunnelError) -> SendError {
    match error {
        TunnelError::ProxyAuthRequired => SendError::barred(
            "could not be reached: the proxy wants credentials, or refused those that it got",
            "Put them into the URL of the proxy: http://user:password@host:port.",
        ),
        TunnelError::ConnectFailed(cause) => match find::<TlsError>(&**cause) {
            Some(TlsError::InvalidCertificate(_)) => SendError::barred(
                "could not be reached: the certificate of the proxy cannot be trusted",
                "If an authority of your own issued it, pass that authority as `tls.ca` or in \
                 NODE_EXTRA_CA_CERTS.",
            ),
            _ => SendError::new(
                Failure::NotSent,
                "could not be reached: no connection to the proxy",
            )
            .with_remedy(CHECK_PROXY),
        },
        _ => SendError::new(
            Failure::NotSent,
            "could not be reached: the proxy refused to connect to it",
        )
        .with_remedy("Let the proxy allow CONNECT to the tenant's host, port 443."),
    }
}

fn refused_certificate(error: &CertificateError) -> SendError {
    use CertificateError as E;
    let (problem, remedy) = match error {
        E::UnknownIssuer => (
            "has a certificate from an authority that is not trusted",
            "If it is an authority of your own, pass it as `tls.ca` or in NODE_EXTRA_CA_CERTS.",
        ),
        E::Expired | E::ExpiredContext { .. } => (
            "has a certificate that has expired",
            "Have it renewed, or set the clock of this machine.",
        ),
        E::NotValidYet | E::NotValidYetContext { .. } => (
            "has a certificate that is not valid yet",
            "Set the clock of this machine.",
        ),
        E::NotValidForName | E::NotValidForNameContext { .. } => (
            "has a certificate for another host name",
            "Check the domain, and who answers for it in this network.",
        ),
        _ => (
            "has a certificate that cannot be verified",
            "Check the domain, and who answers for it in this network.",
        ),
    };
    SendError::barred(problem, remedy)
}

fn no_handshake(error: &TlsError) -> SendError {
    let (problem, remedy) = match error {
        TlsError::InvalidMessage(_) => (
            "does not speak TLS",
            "Check the domain, and who answers for it in this network.",
        ),
        TlsError::PeerIncompatible(_)
        | TlsError::AlertReceived(
            AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure,
        ) => (
            "offers no TLS that is safe",
            "TLS 1.2 or 1.3 is needed: mend the server, or what stands before it.",
        ),
        _ => (
            "broke off the TLS handshake",
            "Try again, and check who answers for the domain in this network.",
        ),
    };
    SendError::new(Failure::NotSent, problem).with_remedy(remedy)
}

/// HTTP/2 tells which requests a closing server did not look at.
fn is_unprocessed(error: &Source) -> bool {
    find::<h2::Error>(error).is_some_and(|error| {
        let reason = error.reason();
        let is_left_out = error.is_go_away() && reason == Some(h2::Reason::NO_ERROR);
        let is_refused = error.is_reset() && reason == Some(h2::Reason::REFUSED_STREAM);
        error.is_remote() && (is_left_out || is_refused)
    })
}

/// The first cause of this type. An `io::Error` hides what it wraps from `source`.
fn find<T: StdError + 'static>(error: &Source) -> Option<&T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        let wrapped = error.downcast_ref().and_then(io::Error::get_ref);
        next = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}
