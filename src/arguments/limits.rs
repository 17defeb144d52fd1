//! How long the texts, lists and objects of a caller may be. They are measured before they are copied.

use crate::error::Error;

/// The sessions of one user. `findUserSessions` returns no more than these.
pub const MAX_SESSIONS: u32 = 10_000;
/// The sign-in methods of one user. Auth0 links some ten.
pub const MAX_METHODS: u32 = 1_000;
/// More properties than any options object or configuration has.
pub const MAX_PROPERTIES: u32 = 100;
pub const MAX_PROPERTY_NAME: usize = 100;
/// More origins than an application has.
pub const MAX_SETTING_ITEMS: u32 = 1_000;

/// The longest texts, in UTF-16 units, and what to do instead of passing a longer one.
const TEXTS: &[(&str, usize, &str)] = &[
    ("redirectUrl", 2_048, SHORT_URL),
    ("redirectUri or provider", 2_048, SHORT_URL),
    ("scope", 2_048, "Ask for fewer scopes."),
    (
        "authorizationParams",
        2_048,
        "Pass a reference to what the login needs, not the thing itself.",
    ),
    ("authorizationCode", 2_048, AS_SENT),
    ("accessToken", 16_384, AS_SENT),
    ("actor", 512, "Pass an id, not a record."),
];
const SHORT_URL: &str = "Keep what your application needs to remember in its own session, and pass a \
                         short URL.";
const AS_SENT: &str = "It must be the text that Auth0 sent.";
/// For ids and names: Auth0 has none that long.
const OTHER_TEXT: (usize, &str) = (1_024, "Pass the name or the id alone.");

/// The longest text of an argument. `name` is the one that errors show, such as `options.scope`.
pub fn max_text(name: &str) -> usize {
    text_limit(name).0
}

pub fn text_too_long(name: &str) -> Error {
    let (most, fix) = text_limit(name);
    let most = with_commas(most);
    Error::argument_value(format!("{name} has more than {most} characters. {fix}"))
}

fn text_limit(name: &str) -> (usize, &'static str) {
    let name = name.strip_prefix("options.").unwrap_or(name);
    let name = name.split('.').next().unwrap_or_default();
    let found = TEXTS.iter().find(|(limited, ..)| *limited == name);
    found.map_or(OTHER_TEXT, |(_, most, fix)| (*most, fix))
}

/// For a list of what belongs to one user.
pub fn too_many_items(name: &str, count: u32, most: u32) -> Error {
    let (count, most) = (with_commas(count as usize), with_commas(most as usize));
    Error::argument_value(format!(
        "{name} has {count} items, and may have {most}. Pass those of one user."
    ))
}

/// The longest text of a setting. A bundle of certificate authorities has some 200,000 characters.
pub fn max_setting_text(name: &str) -> usize {
    match name.rsplit('.').next() {
        Some("ca") => 2 * 1024 * 1024,
        Some("privateKey") => 65_536,
        _ => 4_096,
    }
}

pub fn with_commas(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_found_by_the_name_in_the_message() {
        assert_eq!(max_text("options.scope"), 2_048);
        assert_eq!(max_text("options.authorizationParams.login_hint"), 2_048);
        assert_eq!(max_text("options.authorizationParams.scope"), 2_048);
        assert_eq!(max_text("user.email"), 1_024);
    }

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(with_commas(number), text);
        }
    }
}
