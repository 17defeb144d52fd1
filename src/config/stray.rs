//! Characters that a copied setting often includes by accident: line breaks, spaces and quotes, which no name, secret
//! or URL contains. Auth0 would report them as wrong credentials.

use crate::error::SettingProblem;

pub(super) fn check(text: &str) -> Result<(), SettingProblem> {
    if text.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        return Err((
            "contains a line break",
            "Pass one line; for the content of a file, pass readFileSync(path, \"utf8\").trim()",
        ));
    }
    if text.starts_with(is_blank) || text.ends_with(is_blank) {
        return Err((
            "begins or ends with a space or an invisible character",
            "Pass the value without it, such as value.trim()",
        ));
    }
    if text.chars().any(char::is_control) {
        return Err((
            "contains a control character",
            "Copy the value again; for a file, check that its encoding is UTF-8",
        ));
    }
    if text.starts_with(QUOTES) || text.ends_with(QUOTES) {
        return Err((
            "begins or ends with a quote",
            "Pass the value without quotes; docker --env-file, for one, does not remove those of a .env file",
        ));
    }
    Ok(())
}

const QUOTES: &[char] = &[
    '"', '\'', '`', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}',
];

/// White space, a byte order mark, and zero-width spaces, as found on web pages.
fn is_blank(character: char) -> bool {
    let is_invisible = matches!(character, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    character.is_whitespace() || is_invisible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_the_text_is_left_alone() {
        for text in [
            "a",
            "a b",
            "a\"b",
            "a+b&c=d%26é 😀",
            "https://x/api?x=1&y=ü",
            "C:\\geo.mmdb",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn each_kind_has_a_problem_of_its_own() {
        for (text, problem) in [
            ("a\n", "contains a line break"),
            ("a\r\nb", "contains a line break"),
            ("a\u{0}b", "contains a control character"),
            ("a\tb", "contains a control character"),
            (
                "a\t",
                "begins or ends with a space or an invisible character",
            ),
            (
                " a",
                "begins or ends with a space or an invisible character",
            ),
            (
                "a\u{feff}",
                "begins or ends with a space or an invisible character",
            ),
            ("\"a\"", "begins or ends with a quote"),
            ("a'", "begins or ends with a quote"),
        ] {
            assert_eq!(check(text).map_err(|(problem, _)| problem), Err(problem));
        }
    }
}
