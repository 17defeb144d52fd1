//! Recognizes settings in another spelling, such as `client_secret` or `ClientSecret`.

use serde_json::{Map, Value};

use crate::error::{Error, Result};

pub(super) const UNKNOWN: &str = "is not a known setting";

/// One of these is missing if it is spelled differently, and "is missing" alone would not say why.
const CREDENTIALS: [&str; 5] = [
    "domain",
    "clientId",
    "clientSecret",
    "clientAssertion",
    "accessToken",
];

pub(super) fn check(settings: &Map<String, Value>) -> Result<()> {
    for given in settings.keys() {
        if let Some(name) = of(given, CREDENTIALS.into_iter()) {
            return Err(Error::configuration(given.clone(), UNKNOWN, hint(name)));
        }
    }
    Ok(())
}

/// The known name of which this is another spelling.
pub(super) fn of<'a>(given: &str, mut known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let letters = |name: &str| -> String {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect()
    };
    known.find(|name| *name != given && letters(name) == letters(given))
}

pub(super) fn hint(name: &str) -> String {
    format!("It is spelled {name}")
}
