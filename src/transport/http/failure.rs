//! Why no answer came, told from the types of the errors underneath, never from their texts.

use rustls::{AlertDescription, CertificateError, Error as TlsError};

use super::cause::{Source, TunnelError, cause_of, find};
use crate::error::Cause;
use crate::transport::retry::Failure;

/// No answer, or none that can be read.
#[derive(Debug)]
pub struct SendError {
    pub failure: Failure,
    /// What Auth0 did or did not, as the rest of a sentence.
    pub problem: &'static str,
    /// What the caller can do about it, as a sentence.
    pub remedy: Option<&'static str>,
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
            cause: None,
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

    pub(super) fn not_sent(cause: impl Into<Cause>) -> Self {
        Self::new(Failure::NotSent, "could not be reached").caused_by(Some(cause.into()))
    }

    pub(super) fn barred(problem: &'static str, remedy: &'static str) -> Self {
        Self::new(Failure::Barred, problem).with_remedy(remedy)
    }

    /// An access token that cannot be sent, however often it is tried.
    pub(super) fn no_header() -> Self {
        Self::barred(
            "was not asked, because the access token cannot be sent in a header",
            "Get a new token, and check what issued this one.",
        )
    }

    /// An error before the head of a response. `is_proxied`: it had to go through a proxy.
    pub(super) fn of_client(error: &reqwest::Error, is_proxied: bool) -> Self {
        let found = if error.is_connect() {
            not_connected(error, error.is_timeout() && is_proxied)
        } else if error.is_builder() {
            Self::new(Failure::NotSent, "could not be reached")
        } else if is_unprocessed(error) {
            Self::new(
                Failure::Unprocessed,
                "closed the connection before the request",
            )
        } else {
            Self::broken()
        };
        found.caused_by(cause_of(error))
    }

    /// An error after the head of a response. Auth0 has seen the request, whatever the error says.
    pub(super) fn of_body(error: &reqwest::Error) -> Self {
        Self::broken().caused_by(cause_of(error))
    }

    fn broken() -> Self {
        Self::new(
            Failure::Ambiguous,
            "broke the connection before its answer was complete",
        )
    }

    fn with_remedy(mut self, remedy: &'static str) -> Self {
        self.remedy = Some(remedy);
        self
    }

    pub(super) fn caused_by(mut self, cause: Option<Cause>) -> Self {
        self.cause = cause;
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
