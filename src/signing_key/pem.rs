//! Reads a private key from PEM, and recognizes what may have been passed instead.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::error::SettingProblem;

/// The two encodings that ring reads.
pub enum Document {
    Pkcs1(Zeroizing<Vec<u8>>),
    Pkcs8(Zeroizing<Vec<u8>>),
}

impl Document {
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Pkcs1(der) | Self::Pkcs8(der) => der,
        }
    }
}

struct Section<'a> {
    label: &'a str,
    body: &'a str,
}

pub fn read(text: &str) -> Result<Document, SettingProblem> {
    let Some(section) = private_section(text) else {
        return Err(no_section(text));
    };
    match section.label {
        _ if section.body.contains("\\n") => Err((
            "contains \\n as two characters instead of line breaks",
            "Replace them: privateKey.replaceAll(\"\\\\n\", \"\\n\")",
        )),
        "PRIVATE KEY" => decode(section.body).map(Document::Pkcs8),
        "ENCRYPTED PRIVATE KEY" => Err(ENCRYPTED),
        "RSA PRIVATE KEY" | "EC PRIVATE KEY" if section.body.contains("ENCRYPTED") => {
            Err(ENCRYPTED)
        }
        "RSA PRIVATE KEY" => decode(section.body).map(Document::Pkcs1),
        "EC PRIVATE KEY" => Err((
            "is an EC key in SEC1 format",
            "Convert it: openssl pkcs8 -topk8 -nocrypt -in key.pem -out pkcs8.pem",
        )),
        "PUBLIC KEY" | "RSA PUBLIC KEY" => Err((
            "is a public key",
            "Pass the private key that belongs to it; the public one is for Auth0",
        )),
        "CERTIFICATE" => Err((
            "is a certificate",
            "Pass the private key that belongs to it",
        )),
        _ => Err((
            "is PEM, but not a private key in PKCS#8 or PKCS#1 format",
            "Pass the text from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----, including both",
        )),
    }
}

/// The first private key, else the first section: a file may also contain parameters or a certificate.
fn private_section(text: &str) -> Option<Section<'_>> {
    let mut sections = text.split("-----BEGIN ").skip(1).filter_map(section);
    let first = sections.next()?;
    if first.label.ends_with("PRIVATE KEY") {
        return Some(first);
    }
    let private = sections.find(|section| section.label.ends_with("PRIVATE KEY"));
    private.or(Some(first))
}

fn section(text: &str) -> Option<Section<'_>> {
    let (label, rest) = text.split_once("-----")?;
    let (body, _) = rest.split_once("-----END ")?;
    Some(Section { label, body })
}

/// Wipes the text without line breaks and the key itself from memory.
fn decode(body: &str) -> Result<Zeroizing<Vec<u8>>, SettingProblem> {
    let mut compact = Zeroizing::new(Vec::with_capacity(body.len()));
    compact.extend(body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    let mut der = Zeroizing::new(vec![0; compact.len()]);
    let length = STANDARD
        .decode_slice(&*compact, &mut der)
        .map_err(|_| DAMAGED)?;
    der.truncate(length);
    Ok(der)
}

fn no_section(text: &str) -> SettingProblem {
    if text.contains("-----BEGIN ") {
        return (
            "is PEM without its -----END line",
            "Pass the whole text of the file, including its -----END line",
        );
    }
    let is_one_line = !text.trim().contains(char::is_whitespace);
    let looks_like_a_path = [".pem", ".key", ".der", ".p8"]
        .iter()
        .any(|ending| text.trim().ends_with(ending))
        || text.starts_with(['/', '.', '~']);
    if is_one_line && looks_like_a_path {
        return (
            "looks like a file path",
            "Pass the text of that file: readFileSync(path, \"utf8\")",
        );
    }
    (
        "is not PEM",
        "Pass the text that begins with -----BEGIN PRIVATE KEY-----",
    )
}

const DAMAGED: SettingProblem = (
    "is PEM with damaged content",
    "Pass the whole text of the file, unchanged",
);
const ENCRYPTED: SettingProblem = (
    "is encrypted with a passphrase",
    "Pass it without one: openssl pkey -in key.pem -out plain.pem",
);
