//! Classifies why there is no response, by the types of the underlying errors and never by their text.

use std::io;

use hyper_util::client::legacy::Error as ClientError;
use rustls::Error as TlsError;

use super::cause::{Source, TunnelError, cause_of, find};
use super::connector::ConnectTimedOut;
use super::handshake::{no_handshake, refused_certificate};
use super::resolver::{NotNearby, Unresolved};
use crate::error::{Cause, NetworkReason};
use crate::transport::retry::Failure;

/// There was no response, or none that can be read.
#[derive(Debug)]
pub struct SendError {
    pub failure: Failure,
    /// The predicate of a sentence about Auth0.
    pub problem: &'static str,
    /// What the caller can do about it, as a sentence.
    pub remedy: Option<&'static str>,
    pub reason: Option<NetworkReason>,
    cause: Option<Cause>,
}

impl From<SendError> for Cause {
    fn from(error: SendError) -> Self {
        Self::from(error.problem).because(error.cause)
    }
}

impl SendError {
    pub fn new(failure: Failure, problem: &'static str) -> Self {
        Self {
            failure,
            problem,
            remedy: None,
            reason: None,
            cause: None,
        }
    }

    pub fn timed_out() -> Self {
        Self::new(Failure::TimedOut, "did not respond in time")
    }

    /// The deadline passed while all connections were in use.
    pub fn no_connection() -> Self {
        Self::new(
            Failure::NotSent,
            "was not called, because all connections were in use",
        )
        .with_remedy("Pass a longer timeoutMs, or a larger maxConnections.")
    }

    pub(super) fn not_sent(cause: impl Into<Cause>) -> Self {
        Self::new(Failure::NotSent, "could not be reached").caused_by(Some(cause.into()))
    }

    pub(super) fn barred(problem: &'static str, remedy: &'static str) -> Self {
        Self::new(Failure::Barred, problem).with_remedy(remedy)
    }

    /// The access token cannot be sent, so retrying is pointless.
    pub(super) fn invalid_token() -> Self {
        Self::barred(
            "was not called, because the access token contains characters that headers cannot contain",
            "Check the source of the token.",
        )
    }

    /// An error before the head of a response. `is_proxied`: the request went through a proxy.
    pub(super) fn of_client(error: &ClientError, is_proxied: bool) -> Self {
        let found = if error.is_connect() {
            not_connected(error, is_proxied)
        } else if is_unprocessed(error) {
            Self::new(
                Failure::Unprocessed,
                "closed the connection before it processed the request",
            )
            .with_reason(NetworkReason::Closed)
        } else {
            broken(error)
        };
        found.caused_by(cause_of(error))
    }

    /// An error after the head of a response: Auth0 has seen the request, whatever the error says.
    pub(super) fn of_body(error: &hyper::Error) -> Self {
        broken(error).caused_by(cause_of(error))
    }

    fn with_remedy(mut self, remedy: &'static str) -> Self {
        self.remedy = Some(remedy);
        self
    }

    fn with_reason(mut self, reason: NetworkReason) -> Self {
        self.reason = Some(reason);
        self
    }

    /// For a failure of the proxy.
    pub(super) fn by_proxy(self) -> Self {
        self.with_reason(NetworkReason::Proxy)
    }

    /// For a failure of TLS.
    pub(super) fn by_tls(self) -> Self {
        self.with_reason(NetworkReason::Tls)
    }

    pub(super) fn caused_by(mut self, cause: Option<Cause>) -> Self {
        self.cause = cause;
        self
    }
}

/// There may have been a response, but not all of it.
fn broken(error: &Source) -> SendError {
    let kind = find::<io::Error>(error).map(io::Error::kind);
    let is_reset = find::<h2::Error>(error).is_some_and(h2::Error::is_reset)
        || kind == Some(io::ErrorKind::ConnectionReset);
    let is_timeout = find::<hyper::Error>(error).is_some_and(hyper::Error::is_timeout);
    let (problem, reason) = if is_timeout {
        (
            "did not respond on an open connection",
            NetworkReason::Timeout,
        )
    } else if is_reset {
        (
            "reset the connection before its response was complete",
            NetworkReason::Reset,
        )
    } else {
        (
            "closed the connection before its response was complete",
            NetworkReason::Closed,
        )
    };
    SendError::new(Failure::Ambiguous, problem).with_reason(reason)
}

fn not_connected(error: &Source, is_proxied: bool) -> SendError {
    if let Some(tunnel) = find::<TunnelError>(error) {
        return no_tunnel(tunnel).by_proxy();
    }
    match find::<TlsError>(error) {
        Some(TlsError::InvalidCertificate(problem)) => {
            let (problem, remedy) = refused_certificate(problem);
            SendError::barred(problem, remedy).by_tls()
        }
        Some(problem) => {
            let (problem, remedy) = no_handshake(problem);
            let failed = SendError::new(Failure::NotSent, problem);
            failed.with_remedy(remedy).by_tls()
        }
        None => no_connection(error, is_proxied),
    }
}

fn no_connection(error: &Source, is_proxied: bool) -> SendError {
    use io::ErrorKind as Kind;
    if find::<NotNearby>(error).is_some() {
        return SendError::barred(
            "was not called, because an address of its host is neither loopback nor private",
            "insecureTestTenant is for tenants on this machine or its private networks: leave it out, and \
             pass an https:// domain.",
        );
    }
    let kind = find::<io::Error>(error).map(io::Error::kind);
    let is_late = kind == Some(Kind::TimedOut) || find::<ConnectTimedOut>(error).is_some();
    if is_late && is_proxied {
        let problem = "could not be reached through the proxy in time";
        let late = SendError::new(Failure::NotSent, problem);
        return late.with_remedy(CHECK_PROXY).by_proxy();
    }
    let (problem, reason) = match kind {
        _ if find::<Unresolved>(error).is_some() => (
            "could not be reached: its host name could not be resolved",
            Some(NetworkReason::Dns),
        ),
        _ if is_late => (
            "could not be reached: the connection attempt timed out",
            Some(NetworkReason::Timeout),
        ),
        Some(Kind::ConnectionRefused) => (
            "could not be reached: the connection was refused",
            Some(NetworkReason::Refused),
        ),
        Some(Kind::ConnectionReset | Kind::ConnectionAborted) => (
            "could not be reached: the connection was reset",
            Some(NetworkReason::Reset),
        ),
        Some(Kind::UnexpectedEof | Kind::BrokenPipe) => (
            "could not be reached: the connection was closed",
            Some(NetworkReason::Closed),
        ),
        _ => ("could not be reached", None),
    };
    let failed = SendError::new(Failure::NotSent, problem).with_remedy(CHECK_NETWORK);
    SendError { reason, ..failed }
}

const CHECK_NETWORK: &str = "Check the domain, and whether this machine can reach it: DNS, firewall, and \
                             the setting `proxy`.";
const CHECK_PROXY: &str = "Check the setting `proxy`, or HTTPS_PROXY and NO_PROXY.";

fn no_tunnel(error: &TunnelError) -> SendError {
    match error {
        TunnelError::ProxyAuthRequired => SendError::barred(
            "could not be reached: the proxy requires authentication or rejected the credentials",
            "Pass credentials in the URL of the proxy: http://user:password@host:port.",
        ),
        TunnelError::ConnectFailed(cause) => match find::<TlsError>(&**cause) {
            Some(TlsError::InvalidCertificate(_)) => SendError::barred(
                "could not be reached: the certificate of the proxy cannot be trusted",
                "If your own certificate authority issued it, pass that authority as `tls.ca` or in \
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
        .with_remedy("Allow CONNECT to port 443 of the tenant's host in the proxy."),
    }
}

/// HTTP/2 reports which requests a closing server did not process.
fn is_unprocessed(error: &Source) -> bool {
    find::<h2::Error>(error).is_some_and(|error| {
        let reason = error.reason();
        let is_beyond_last = error.is_go_away() && reason == Some(h2::Reason::NO_ERROR);
        let is_refused = error.is_reset() && reason == Some(h2::Reason::REFUSED_STREAM);
        error.is_remote() && (is_beyond_last || is_refused)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_cannot_be_resolved_is_named_as_the_reason() {
        let unresolved = Unresolved::from(io::Error::other("failed to lookup address information"));
        let failed = no_connection(&unresolved, false);
        assert_eq!(failed.reason, Some(NetworkReason::Dns));
        assert!(failed.problem.contains("host name"), "{}", failed.problem);
    }
}
