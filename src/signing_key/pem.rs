//! Takes a private key out of PEM, and tells what else it was given.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// What is wrong with the text, and how to mend it.
pub type Fault = (&'static str, &'static str);

/// The two forms that ring reads.
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

pub fn read(text: &str) -> Result<Document, Fault> {
    let Some(section) = private_section(text) else {
        return Err(no_section(text));
    };
    match section.label {
        _ if section.body.contains("\\n") => Err((
            "has \\n as two characters where its lines should end",
            "Put line breaks there: privateKey.replaceAll(\"\\\\n\", \"\\n\")",
        )),
        "PRIVATE KEY" => decode(section.body).map(Document::Pkcs8),
        "ENCRYPTED PRIVATE KEY" => Err(ENCRYPTED),
        "RSA PRIVATE KEY" | "EC PRIVATE KEY" if section.body.contains("ENCRYPTED") => {
            Err(ENCRYPTED)
        }
        "RSA PRIVATE KEY" => decode(section.body).map(Document::Pkcs1),
        "EC PRIVATE KEY" => Err((
            "is an EC key in the form SEC1",
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
            "is PEM, but no private key in the form PKCS#8 or PKCS#1",
            "Pass the text between and with -----BEGIN PRIVATE KEY----- and -----END PRIVATE KEY-----",
        )),
    }
}

/// The first private key, or else the first section: a file may hold parameters or a certificate too.
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

/// Neither the text without its line breaks nor the key itself stays in memory.
fn decode(body: &str) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let mut compact = Zeroizing::new(Vec::with_capacity(body.len()));
    compact.extend(body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    let mut der = Zeroizing::new(vec![0; compact.len()]);
    let length = STANDARD
        .decode_slice(&*compact, &mut der)
        .map_err(|_| DAMAGED)?;
    der.truncate(length);
    Ok(der)
}

fn no_section(text: &str) -> Fault {
    if text.contains("-----BEGIN ") {
        return (
            "is PEM without an end",
            "Pass the whole text of the file, up to and with its -----END line",
        );
    }
    let is_one_line = !text.trim().contains(char::is_whitespace);
    let looks_like_a_path = [".pem", ".key", ".der", ".p8"]
        .iter()
        .any(|ending| text.trim().ends_with(ending))
        || text.starts_with(['/', '.', '~']);
    if is_one_line && looks_like_a_path {
        return (
            "looks like the path of a file",
            "Pass the text of that file: readFileSync(path, \"utf8\")",
        );
    }
    (
        "is not PEM",
        "Pass the text that begins with -----BEGIN PRIVATE KEY-----",
    )
}

const DAMAGED: Fault = (
    "is PEM whose content is damaged",
    "Pass the whole text of the file, unchanged",
);
const ENCRYPTED: Fault = (
    "is encrypted with a passphrase",
    "Pass it without one: openssl pkey -in key.pem -out plain.pem",
);
