//! What a failed TLS handshake says about the server, and what to do about it.

use rustls::{AlertDescription, CertificateError, Error as TlsError, OtherError};

use super::cause::find;

pub(super) fn refused_certificate(error: &CertificateError) -> (&'static str, &'static str) {
    use CertificateError as E;
    match error {
        E::Other(other) if is_authority(other) => (
            "has a certificate of an authority as its own",
            "Issue a certificate for the server with that authority (not CA:TRUE), and pass the authority's as `tls.ca`.",
        ),
        E::UnknownIssuer => (
            "has a certificate from an authority that is not trusted",
            "If it is your own certificate authority, pass it as `tls.ca` or in NODE_EXTRA_CA_CERTS.",
        ),
        E::Expired | E::ExpiredContext { .. } => (
            "has a certificate that has expired",
            "Renew the certificate, or correct the clock of this machine.",
        ),
        E::NotValidYet | E::NotValidYetContext { .. } => (
            "has a certificate that is not valid yet",
            "Correct the clock of this machine.",
        ),
        E::NotValidForName | E::NotValidForNameContext { .. } => (
            "has a certificate for another host name",
            "Check the domain, and which server responds to it in this network.",
        ),
        _ => (
            "has a certificate that cannot be verified",
            "Check the domain, and which server responds to it in this network.",
        ),
    }
}

/// Development tools often make a self-signed certificate that is an authority and the server's at once.
fn is_authority(error: &OtherError) -> bool {
    find::<webpki::Error>(&*error.0)
        .is_some_and(|error| matches!(error, webpki::Error::CaUsedAsEndEntity))
}

pub(super) fn no_handshake(error: &TlsError) -> (&'static str, &'static str) {
    match error {
        TlsError::InvalidMessage(_) => (
            "does not speak TLS",
            "Check the domain, and which server responds to it in this network.",
        ),
        TlsError::PeerIncompatible(_)
        | TlsError::AlertReceived(
            AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure,
        ) => (
            "does not support a secure TLS version",
            "TLS 1.2 or 1.3 is required: fix the server or the proxy in front of it.",
        ),
        _ => (
            "aborted the TLS handshake",
            "Try again, and check which server responds to the domain in this network.",
        ),
    }
}
