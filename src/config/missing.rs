//! Names every required setting that is missing at once, so that nobody has to fix one to learn about the next.

use serde_json::{Map, Value};

use super::spelling;
use crate::error::{Error, Result};

/// The settings with their environment variables, in the order of the documentation.
const REQUIRED: [(&str, &str); 3] = [
    ("domain", "AUTH0_DOMAIN"),
    ("clientId", "AUTH0_CLIENT_ID"),
    ("clientSecret", "AUTH0_CLIENT_SECRET"),
];
/// Each setting with another that replaces it.
const REPLACEMENTS: [(&str, &str); 3] = [
    ("clientSecret", "clientAssertion"),
    ("clientSecret", "accessToken"),
    ("clientId", "accessToken"),
];

/// A single missing setting is left to whatever reads it, which knows more about it.
pub(super) fn check(settings: &Map<String, Value>) -> Result<()> {
    spelling::check(settings)?;
    let is_given = |name: &str| match settings.get(name) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(_) => true,
    };
    let is_replaced = |name: &str| {
        let mut others = REPLACEMENTS
            .into_iter()
            .filter(|(replaced, _)| *replaced == name);
        // An empty one has a problem of its own.
        others.any(|(_, other)| settings.get(other).is_some_and(|value| !value.is_null()))
    };
    let is_missing = |(name, _): &(&str, &str)| !is_given(name) && !is_replaced(name);
    let missing: Vec<_> = REQUIRED.into_iter().filter(is_missing).collect();
    let [(first, _), others @ ..] = missing.as_slice() else {
        return Ok(());
    };
    if others.is_empty() {
        return Ok(());
    }
    let verb = if others.len() == 1 { "is" } else { "are" };
    let others = listed(others.iter().map(|(name, _)| *name));
    let variables = listed(missing.iter().map(|(_, variable)| *variable));
    Err(Error::configuration(
        *first,
        &format!("is missing, and so {verb} {others}"),
        format!("Pass them to the constructor, or set {variables} for fromEnv"),
    ))
}

/// "a", "a and b", "a, b and c".
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    match names.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}
