//! JSON from an untrusted server, as Unicode: a single string that is not valid Unicode must not make the whole
//! document unreadable.

use std::ops::Deref;

use memchr::memchr;
use zeroize::Zeroizing;

/// Replaces anything that is not Unicode, as JavaScript's `toWellFormed()` does.
pub const REPLACEMENT: char = '\u{fffd}';
const REPLACEMENT_ESCAPE: &[u8; 6] = b"\\ufffd";
/// `\ud800`: a backslash, a letter and four digits.
const ESCAPE_LENGTH: usize = REPLACEMENT_ESCAPE.len();

/// The text of a document. A repaired copy is wiped, because it may contain tokens.
pub enum Text<'a> {
    Sound(&'a str),
    Repaired(Zeroizing<String>),
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Sound(text) => text,
            Self::Repaired(text) => text,
        }
    }
}

/// The document with U+FFFD in place of bytes that are not UTF-8 and of lone surrogates, which JSON
/// can escape and strings cannot contain.
pub fn text(body: &[u8]) -> Text<'_> {
    match std::str::from_utf8(body) {
        Ok(text) if lone_surrogates(body).is_empty() => Text::Sound(text),
        _ => {
            let decoded = String::from_utf8_lossy(body).into_owned();
            Text::Repaired(Zeroizing::new(repaired(decoded)))
        }
    }
}

/// Both are ASCII of the same length, so the bytes around them keep their positions.
fn repaired(text: String) -> String {
    let places = lone_surrogates(text.as_bytes());
    let mut bytes = text.into_bytes();
    for place in places {
        bytes[place..place + ESCAPE_LENGTH].copy_from_slice(REPLACEMENT_ESCAPE);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The positions at which escapes of unpaired surrogates begin.
fn lone_surrogates(body: &[u8]) -> Vec<usize> {
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr(b'\\', &body[at..]) {
        at += found;
        match (surrogate(body, at), surrogate(body, at + ESCAPE_LENGTH)) {
            (Some(Half::High), Some(Half::Low)) => at += 2 * ESCAPE_LENGTH,
            (Some(_), _) => {
                places.push(at);
                at += ESCAPE_LENGTH;
            }
            // The byte after the backslash may itself be a backslash, in which case no surrogate is escaped.
            (None, _) => at = (at + 2).min(body.len()),
        }
    }
    places
}

enum Half {
    High,
    Low,
}

/// Which half of a pair is escaped here, if any.
fn surrogate(body: &[u8], at: usize) -> Option<Half> {
    let [b'\\', b'u', b'd' | b'D', kind, third, fourth] = body.get(at..at + ESCAPE_LENGTH)? else {
        return None;
    };
    if !third.is_ascii_hexdigit() || !fourth.is_ascii_hexdigit() {
        return None;
    }
    match kind {
        b'8' | b'9' | b'a' | b'b' | b'A' | b'B' => Some(Half::High),
        b'c'..=b'f' | b'C'..=b'F' => Some(Half::Low),
        _ => None,
    }
}
