//! Describes why a request failed, without quoting a server or a proxy: errors of known types are
//! described in our own words, all others are left out.

use std::error::Error as StdError;
use std::io;

use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use rustls::{CertificateError, Error as TlsError};
use tower_service::Service;

use super::connector::ConnectTimedOut;
use crate::error::Cause;

/// Connection errors. Their types are private, so they are named through the connector's trait.
type ConnectError = <HttpConnector as Service<http::Uri>>::Error;
pub(super) type TunnelError = <Tunnel<HttpConnector> as Service<http::Uri>>::Error;
pub(super) type Source = dyn StdError + 'static;

/// Describes the error and its sources.
pub(super) fn cause_of(error: &Source) -> Option<Cause> {
    let next = beneath(error).and_then(cause_of);
    if let Some(error) = error.downcast_ref::<io::Error>() {
        // An I/O error that wraps another error adds nothing to it.
        return next.or_else(|| Some(Cause::of_system(error)));
    }
    if error.is::<ConnectError>() {
        let source = find::<io::Error>(error);
        return source.map(Cause::of_connecting).or(next);
    }
    match described(error) {
        Some(cause) => Some(cause.because(next)),
        None => next,
    }
}

/// The first error of this type in the chain of sources.
pub(super) fn find<T: StdError + 'static>(error: &Source) -> Option<&T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = beneath(error);
    }
    None
}

/// `source` does not return what an `io::Error` wraps.
fn beneath(error: &Source) -> Option<&Source> {
    match error.downcast_ref().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

fn described(error: &Source) -> Option<Cause> {
    if let Some(error) = error.downcast_ref::<TunnelError>() {
        return tunnel(error).map(Cause::from);
    }
    if let Some(error) = error.downcast_ref::<TlsError>() {
        return Some(tls(error));
    }
    if let Some(error) = error.downcast_ref::<h2::Error>() {
        return Some(http2(error));
    }
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        return http(error).map(Cause::from);
    }
    let timed_out = error.is::<ConnectTimedOut>();
    timed_out.then(|| Cause::from("the time limit was exceeded"))
}

fn tunnel(error: &TunnelError) -> Option<&'static str> {
    match error {
        TunnelError::ConnectFailed(_) | TunnelError::Io(_) => None,
        TunnelError::MissingHost => Some("CONNECT has no host"),
        TunnelError::ProxyAuthRequired => Some("the proxy responded with 407"),
        TunnelError::ProxyHeadersTooLong => Some("the proxy's response to CONNECT is too long"),
        TunnelError::TunnelUnexpectedEof => Some("the proxy closed the connection after CONNECT"),
        TunnelError::TunnelUnsuccessful => Some("the proxy rejected CONNECT"),
    }
}

fn tls(error: &TlsError) -> Cause {
    let words = match error {
        TlsError::InvalidCertificate(problem) => certificate(problem),
        TlsError::AlertReceived(alert) => {
            return Cause::from("the server sent a TLS alert")
                .because(alert.as_str().map(Cause::from));
        }
        TlsError::InvalidMessage(_) => "a message is not valid TLS",
        TlsError::InappropriateMessage { .. } | TlsError::InappropriateHandshakeMessage { .. } => {
            "the server sent an unexpected TLS message"
        }
        TlsError::PeerIncompatible(_) => "no TLS version or feature in common with the server",
        TlsError::PeerMisbehaved(_) => "the server violated the TLS protocol",
        TlsError::NoCertificatesPresented => "the server sent no certificate",
        TlsError::DecryptError => "a TLS record cannot be decrypted",
        TlsError::PeerSentOversizedRecord => "the server sent an oversized TLS record",
        TlsError::NoApplicationProtocol => "no application protocol (ALPN) in common",
        _ => "TLS failed",
    };
    Cause::from(words)
}

fn certificate(problem: &CertificateError) -> &'static str {
    use CertificateError as E;
    match problem {
        E::BadEncoding => "certificate is not correctly encoded",
        E::Expired | E::ExpiredContext { .. } => "certificate expired",
        E::NotValidYet | E::NotValidYetContext { .. } => "certificate not valid yet",
        E::Revoked => "certificate revoked",
        E::UnhandledCriticalExtension => "certificate has an unknown critical extension",
        E::UnknownIssuer => "certificate has an unknown issuer",
        E::BadSignature => "certificate has a bad signature",
        E::NotValidForName | E::NotValidForNameContext { .. } => {
            "certificate not valid for the host name"
        }
        E::InvalidPurpose | E::InvalidPurposeContext { .. } => {
            "certificate not valid for this purpose"
        }
        _ => "certificate cannot be verified",
    }
}

/// The debug data of a GOAWAY is chosen by the server; its reason comes from a fixed list.
fn http2(error: &h2::Error) -> Cause {
    if let Some(error) = error.get_io() {
        return Cause::of_system(error);
    }
    let words = match (error.is_go_away(), error.is_reset(), error.is_remote()) {
        (true, _, true) => "the server closed the HTTP/2 connection (GOAWAY)",
        (_, true, true) => "the server reset the HTTP/2 stream",
        (_, _, true) => "the server ended the HTTP/2 exchange",
        _ => "the response violates HTTP/2",
    };
    Cause::from(words).because(error.reason().and_then(reason).map(Cause::from))
}

fn reason(reason: h2::Reason) -> Option<&'static str> {
    use h2::Reason as R;
    [
        (R::NO_ERROR, "NO_ERROR"),
        (R::PROTOCOL_ERROR, "PROTOCOL_ERROR"),
        (R::INTERNAL_ERROR, "INTERNAL_ERROR"),
        (R::FLOW_CONTROL_ERROR, "FLOW_CONTROL_ERROR"),
        (R::SETTINGS_TIMEOUT, "SETTINGS_TIMEOUT"),
        (R::STREAM_CLOSED, "STREAM_CLOSED"),
        (R::FRAME_SIZE_ERROR, "FRAME_SIZE_ERROR"),
        (R::REFUSED_STREAM, "REFUSED_STREAM"),
        (R::CANCEL, "CANCEL"),
        (R::COMPRESSION_ERROR, "COMPRESSION_ERROR"),
        (R::CONNECT_ERROR, "CONNECT_ERROR"),
        (R::ENHANCE_YOUR_CALM, "ENHANCE_YOUR_CALM"),
        (R::INADEQUATE_SECURITY, "INADEQUATE_SECURITY"),
        (R::HTTP_1_1_REQUIRED, "HTTP_1_1_REQUIRED"),
    ]
    .into_iter()
    .find_map(|(known, name)| (known == reason).then_some(name))
}

fn http(error: &hyper::Error) -> Option<&'static str> {
    if error.is_incomplete_message() {
        Some("the connection was closed before the response was complete")
    } else if error.is_parse() {
        Some("the response is not valid HTTP")
    } else if error.is_timeout() {
        Some("the server did not respond to an HTTP/2 ping")
    } else if error.is_canceled() || error.is_closed() {
        Some("the connection was closed")
    } else {
        None
    }
}
