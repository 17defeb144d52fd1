//! Queries in the syntax of Lucene, which Auth0's searches take.

use chrono::{DateTime, SecondsFormat};

/// The characters that Lucene's own `QueryParser.escape` escapes.
const SPECIAL: &str = r#"\+-!():^[]"{}~*?|&/"#;

/// A phrase that matches exactly this text.
pub fn quoted(text: &str) -> String {
    let mut phrase = String::with_capacity(text.len() + 2);
    phrase.push('"');
    for character in text.chars() {
        if SPECIAL.contains(character) {
            phrase.push('\\');
        }
        phrase.push(character);
    }
    phrase.push('"');
    phrase
}

/// A span of time in milliseconds since 1970, with both ends in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: i64,
    pub to: i64,
}

impl Span {
    /// Matches everything whose date in this field is within the span.
    pub fn of(self, field: &str) -> String {
        format!("{field}:[{} TO {}]", iso(self.from), iso(self.to))
    }

    /// Both halves; `None` for a single millisecond, which Auth0 does not divide.
    pub fn halves(self) -> Option<[Self; 2]> {
        let Self { from, to } = self;
        let middle = from + (to - from) / 2;
        (from < to).then_some([
            Self { from, to: middle },
            Self {
                from: middle + 1,
                to,
            },
        ])
    }
}

fn iso(millis: i64) -> String {
    let date = DateTime::from_timestamp_millis(millis).unwrap_or_default();
    date.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_leaves_its_phrase() {
        for (text, phrase) in [
            ("ada@example.com", r#""ada@example.com""#),
            ("a+b@example.com", r#""a\+b@example.com""#),
            (r#"" OR email:*@x"#, r#""\" OR email\:\*@x""#),
            (r#"\"@x"#, r#""\\\"@x""#),
            (r"a\@x", r#""a\\@x""#),
        ] {
            assert_eq!(quoted(text), phrase);
        }
    }

    #[test]
    fn halves_cover_a_span_without_an_overlap() {
        let span = Span { from: 0, to: 1_001 };
        let [first, second] = span.halves().unwrap();
        assert_eq!((first.from, second.to), (span.from, span.to));
        assert_eq!(first.to + 1, second.from);
        assert_eq!(Span { from: 5, to: 5 }.halves(), None);
        assert_eq!(
            span.of("date"),
            "date:[1970-01-01T00:00:00.000Z TO 1970-01-01T00:00:01.001Z]"
        );
    }
}
