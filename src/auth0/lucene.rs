//! Queries in the syntax of Lucene, which Auth0's searches take.

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

/// Matches everything whose date in this field is not before `from` and not after `to`; `*` is no limit.
pub fn between(field: &str, from: &str, to: &str) -> String {
    format!("{field}:[{from} TO {to}]")
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
}
