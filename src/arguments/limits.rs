//! Length limits for the caller's strings, arrays and objects, checked before anything is copied.

use crate::error::Error;

/// Sessions of one user; also the most that `findUserSessions` returns.
pub const MAX_SESSIONS: u32 = 10_000;
/// Sign-in methods of one user. Auth0 links about ten.
pub const MAX_METHODS: u32 = 1_000;
/// Names in a list among the options: more than any call needs.
pub const MAX_NAMES: u32 = 1_000;
/// 30 days.
pub const MAX_TTL_SECONDS: u32 = 30 * 86_400;
/// Log events of one user; Auth0 returns at most 1,000 of a search.
pub const MAX_EVENTS: u32 = 10_000;
/// More properties than any options object or configuration has.
pub const MAX_PROPERTIES: u32 = 100;
pub const MAX_PROPERTY_NAME: usize = 100;
/// More origins than any application has.
pub const MAX_SETTING_ITEMS: u32 = 1_000;

/// Maximum lengths of strings, in UTF-16 units, and what to do instead of passing a longer one.
const TEXTS: &[(&str, usize, &str)] = &[
    ("redirectUrl", 2_048, SHORT_URL),
    ("redirectUri or provider", 2_048, SHORT_URL),
    ("scope", 2_048, "Ask for fewer scopes."),
    (
        "authorizationParams",
        2_048,
        "Pass a reference to the data that the login needs, not the data itself.",
    ),
    ("authorizationCode", 2_048, AS_SENT),
    ("accessToken", 16_384, AS_SENT),
    ("actor", 512, "Pass an id, not a record."),
];
const SHORT_URL: &str = "Keep what your application needs to remember in its own session, and pass a \
                         short URL.";
const AS_SENT: &str = "It must be the value that Auth0 sent.";
/// For ids and names, which are never that long at Auth0.
const OTHER_TEXT: (usize, &str) = (1_024, "Pass only the name or the id.");

/// The maximum length of a string argument. `name` is its name in error messages, such as `options.scope`.
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

/// For an array of one user's items.
pub fn too_many_items(name: &str, count: u32, most: u32) -> Error {
    let (count, most) = (with_commas(count as usize), with_commas(most as usize));
    Error::argument_value(format!(
        "{name} has {count} items; the maximum is {most}. Pass the items of one user."
    ))
}

/// The maximum length of a setting. A bundle of certificate authorities has about 200,000 characters.
pub fn max_setting_text(name: &str) -> usize {
    match name.rsplit('.').next() {
        Some("ca") => 2 * 1024 * 1024,
        Some("privateKey") => 65_536,
        Some("accessToken") => 16_384,
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
