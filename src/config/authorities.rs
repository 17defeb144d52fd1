//! `tls`: the certificate authorities that are trusted in place of the system's.

use std::fmt;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::Value;
use zeroize::Zeroizing;

use super::fields::Fields;
use crate::error::{Result, SettingProblem};

const HINT: &str = "Pass one or more certificates in PEM, each from -----BEGIN CERTIFICATE----- to \
                    -----END CERTIFICATE-----";

/// At least one authority. Cheap to clone.
#[derive(Clone)]
pub struct Authorities(Arc<RootCertStore>);

impl Authorities {
    pub fn roots(&self) -> Arc<RootCertStore> {
        self.0.clone()
    }

    fn parse(pem: &str) -> Result<Self, SettingProblem> {
        if pem.contains("PRIVATE KEY-----") {
            return Err((
                "contains a private key, which no client needs",
                "Pass the authority's certificate alone",
            ));
        }
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let certificate = certificate.map_err(|_| ("is malformed PEM", HINT))?;
            roots
                .add(certificate)
                .map_err(|_| ("contains a certificate that cannot be read", HINT))?;
        }
        if roots.is_empty() {
            return Err(("contains no certificate", hint_for(pem)));
        }
        Ok(Self(Arc::new(roots)))
    }
}

impl fmt::Debug for Authorities {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Authorities({})", self.0.len())
    }
}

pub(super) fn authorities(fields: &mut Fields) -> Result<Option<Authorities>> {
    let Some(mut fields) = fields.object("tls", "{ ca: pem }")? else {
        return Ok(None);
    };
    let parsed = match fields.take("ca") {
        None => Ok(None),
        // Wiped, because a key may have been passed by mistake.
        Some(Value::String(pem)) => Authorities::parse(&Zeroizing::new(pem)).map(Some),
        Some(_) => Err((
            "is not a string",
            "Pass PEM text; join several certificates with \"\\n\"",
        )),
    };
    let authorities = parsed.map_err(|(problem, hint)| fields.invalid("ca", problem, hint))?;
    fields.finish()?;
    Ok(authorities)
}

/// What was passed in place of PEM, if it is recognizable.
fn hint_for(text: &str) -> &'static str {
    // The tag of every DER certificate. The byte after it is not UTF-8, so decoding has replaced it.
    let is_der = text.starts_with('0') && text.chars().any(|c| c.is_control() || !c.is_ascii());
    let is_path = !text.contains('\n') && text.contains(['/', '\\', '.']);
    if is_der {
        "It looks like DER. Convert it: openssl x509 -inform der -in ca.der"
    } else if is_path {
        "It looks like a path. Pass the content of the file: readFileSync(path, \"utf8\")"
    } else {
        HINT
    }
}
