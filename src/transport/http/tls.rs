//! TLS trust configuration. Verification is never disabled, whatever the environment says.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::SendError;
use super::cause::cause_of;
use crate::config::Authorities;

/// TLS 1.2 and 1.3, preferring HTTP/2 over HTTP/1.1. Reads files, so it may block.
pub(super) fn client_config(
    origin: &str,
    authorities: Option<&Authorities>,
) -> Result<ClientConfig, SendError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|_| SendError::not_sent("the TLS client could not be configured"))?;
    let builder = match authorities {
        Some(authorities) => builder.with_root_certificates(authorities.roots()),
        // Plain HTTP to a tenant on this machine needs no certificates, which may be missing here.
        None if origin.starts_with("http://") => {
            builder.with_root_certificates(RootCertStore::empty())
        }
        None => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(system_verifier(provider)?)),
    };
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// Trusts the system's authorities, or those in `SSL_CERT_FILE` and `SSL_CERT_DIR`, and Node's extra ones.
fn system_verifier(provider: Arc<CryptoProvider>) -> Result<Verifier, SendError> {
    Verifier::new_with_extra_roots(node_extra_roots(), provider).map_err(|error| {
        SendError::barred(
            "cannot be trusted, because no root certificate was found on this system",
            "Install the package ca-certificates, set SSL_CERT_FILE, or pass \
             tls: { ca: rootCertificates.join(\"\\n\") } with the rootCertificates of node:tls.",
        )
        .by_tls()
        .caused_by(cause_of(&error))
    })
}

/// Unreadable certificates are skipped; Node itself warns about them.
fn node_extra_roots() -> Vec<CertificateDer<'static>> {
    let file = std::env::var_os("NODE_EXTRA_CA_CERTS").filter(|file| !file.is_empty());
    let certificates = file.and_then(|file| CertificateDer::pem_file_iter(file).ok());
    let is_root = |root: &CertificateDer| RootCertStore::empty().add(root.clone()).is_ok();
    certificates
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter(is_root)
        .map(CertificateDer::into_owned)
        .collect()
}
