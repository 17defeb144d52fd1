//! A user agent as rules see it: every character is one byte, because a rule that matches characters of several bytes
//! takes three times as long to compile. Few user agents are not ASCII.

use std::borrow::Cow;
use std::ops::Range;

/// Stands for a space that is not ASCII. `\s` matches it, and no rule names it.
const SPACE: u8 = b'\x0B';
/// Stands for any other character that is not ASCII.
const OTHER: u8 = 0xFF;

pub struct Subject<'a> {
    text: &'a str,
    bytes: Cow<'a, [u8]>,
}

impl<'a> Subject<'a> {
    pub fn of(text: &'a str) -> Self {
        let bytes = if text.is_ascii() {
            Cow::Borrowed(text.as_bytes())
        } else {
            text.chars().map(byte).collect()
        };
        Self { text, bytes }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text of these bytes.
    pub fn text(&self, range: Range<usize>) -> &'a str {
        let range = match self.bytes {
            Cow::Borrowed(_) => range,
            Cow::Owned(_) => self.offset(range.start)..self.offset(range.end),
        };
        self.text.get(range).unwrap_or_default()
    }

    /// Where the character with this number begins.
    fn offset(&self, character: usize) -> usize {
        let mut characters = self.text.char_indices();
        characters
            .nth(character)
            .map_or(self.text.len(), |(offset, _)| offset)
    }
}

fn byte(character: char) -> u8 {
    match u8::try_from(character) {
        Ok(byte) if byte.is_ascii() => byte,
        _ if character.is_whitespace() => SPACE,
        _ => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_one_byte_and_keeps_its_text() {
        let subject = Subject::of("A\u{a0}é漢z");
        assert_eq!(subject.bytes(), b"A\x0b\xff\xffz");
        assert_eq!(subject.text(0..1), "A");
        assert_eq!(subject.text(2..4), "é漢");
        assert_eq!(subject.text(3..5), "漢z");
        assert_eq!(Subject::of("Az").text(1..2), "z");
    }
}
