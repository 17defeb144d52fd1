//! How long the texts and lists of a caller may be. All are measured before they are copied.

use napi::bindgen_prelude::{FromNapiValue, JsObjectValue, Object, Unknown};
use napi::{JsString, ValueType};

use super::arguments::{Decoded, Rejection};
use super::own::own_names;
use crate::error::Error;

/// The sessions of one user. `findUserSessions` returns no more than these.
pub(super) const MAX_SESSIONS: u32 = 10_000;
/// The sign-in methods of one user. Auth0 links some ten.
pub(super) const MAX_METHODS: u32 = 1_000;
/// More names than any options object or configuration has.
const MAX_NAMES: u32 = 100;
const MAX_NAME_LENGTH: usize = 100;

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
/// For ids and names, of which Auth0 has none that long.
const OTHER_TEXT: (usize, &str) = (1_024, "Pass the name or the id alone.");

/// `name` as errors show it, such as `options.scope`.
fn text_limit(name: &str) -> (usize, &'static str) {
    let name = name.strip_prefix("options.").unwrap_or(name);
    let name = name.split('.').next().unwrap_or_default();
    let found = TEXTS.iter().find(|(limited, ..)| *limited == name);
    found.map_or(OTHER_TEXT, |(_, most, fix)| (*most, fix))
}

pub(super) fn is_too_long(name: &str, text: &JsString) -> napi::Result<bool> {
    Ok(text.utf16_len()? > text_limit(name).0)
}

pub(super) fn too_long(name: &str) -> Rejection {
    let (most, fix) = text_limit(name);
    let most = with_commas(most);
    Error::argument_value(format!("{name} has more than {most} characters. {fix}")).into()
}

pub(super) fn too_many(name: &str, count: u32, most: u32, fix: &str) -> Rejection {
    let (count, most) = (with_commas(count as usize), with_commas(most as usize));
    Error::argument_value(format!(
        "{name} has {count} items, and may have {most}. {fix}"
    ))
    .into()
}

/// Why the names of an object are not read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Excess {
    TooMany,
    TooLong,
}

impl Excess {
    /// The rest of a sentence about the object.
    pub(super) fn problem(self) -> &'static str {
        match self {
            Self::TooMany => "has more than 100 properties",
            Self::TooLong => "has a property whose name is longer than 100 characters",
        }
    }

    pub(super) fn of_argument(self, name: &str) -> Rejection {
        let problem = self.problem();
        Error::argument_value(format!("{name} {problem}. Pass only what the call takes.")).into()
    }
}

/// The names of an object's properties, unless there are too many to be meant.
pub(super) fn names(object: &Object) -> napi::Result<Result<Vec<String>, Excess>> {
    let found = own_names(object)?;
    let count = found.get_array_length()?;
    if count > MAX_NAMES {
        return Ok(Err(Excess::TooMany));
    }
    let mut names = Vec::new();
    for index in 0..count {
        let name: Unknown = found.get_element(index)?;
        if name.get_type()? != ValueType::String {
            continue;
        }
        let name = JsString::from_unknown(name)?;
        if name.utf16_len()? > MAX_NAME_LENGTH {
            return Ok(Err(Excess::TooLong));
        }
        names.push(name.into_utf8()?.into_owned()?);
    }
    Ok(Ok(names))
}

/// As `names`, for an object that is an argument.
pub(super) fn argument_names(object: &Object, name: &str) -> Decoded<Vec<String>> {
    names(object)?.map_err(|excess| excess.of_argument(name))
}

/// The longest text of a setting. A bundle of authorities has some 200,000 characters.
pub(super) fn setting_limit(name: &str) -> usize {
    match name.rsplit('.').next() {
        Some("ca") => 2 * 1024 * 1024,
        Some("privateKey") => 65_536,
        _ => 4_096,
    }
}

pub(super) fn with_commas(number: usize) -> String {
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
        assert_eq!(text_limit("options.scope").0, 2_048);
        assert_eq!(
            text_limit("options.authorizationParams.login_hint").0,
            2_048
        );
        assert_eq!(text_limit("options.authorizationParams.scope").0, 2_048);
        assert_eq!(text_limit("user.email").0, 1_024);
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
