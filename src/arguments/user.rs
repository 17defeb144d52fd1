//! The ways in which callers can name a user.

use super::value::{Decoded, Given, Kind, Value};
use crate::error::Error;
use crate::user::{JsText, UserRef};

/// An id, or an object with `sub`, `id`, `user_id` or `email`.
pub fn user<V: Value>(given: &Given<V>) -> Decoded<UserRef, V> {
    match given.kind()? {
        Kind::String => Ok(UserRef::from_id(given.text()?, None)),
        Kind::Object => user_object(given),
        _ => Err(given.wrong_type("a string or an object")),
    }
}

/// The same in a list, where a string without a `|` but with an `@` is an email.
pub fn listed_user<V: Value>(given: &Given<V>) -> Decoded<UserRef, V> {
    if given.kind()? == Kind::String
        && let JsText::Valid(text) = given.text()?
        && !text.contains('|')
        && text.contains('@')
    {
        return Ok(UserRef::from_email(JsText::Valid(text), None));
    }
    user(given)
}

fn user_object<V: Value>(user: &Given<V>) -> Decoded<UserRef, V> {
    let text = |name| -> Decoded<Option<JsText>, V> {
        let property = user.property(name)?;
        property.map(|property| property.text()).transpose()
    };
    let id = the_id(text)?;
    let connection = match text("connection")? {
        Some(JsText::Valid(connection)) => Some(connection),
        Some(JsText::LoneSurrogate | JsText::TooLong) => return Ok(UserRef::Impossible),
        None => None,
    };
    if let Some(id) = id {
        return Ok(UserRef::from_id(id, connection));
    }
    let email = text("email")?.ok_or_else(|| {
        Error::argument_type(format!(
            "{} must have one of sub, id, user_id or email as an own property, each a string. What a \
             class inherits, such as a getter, does not count: pass {{ sub: user.sub }}.",
            user.name()
        ))
    })?;
    Ok(UserRef::from_email(email, connection))
}

/// The three names of the id must not conflict.
fn the_id<T>(text: impl Fn(&'static str) -> Result<Option<JsText>, T>) -> Result<Option<JsText>, T>
where
    T: From<Error>,
{
    let mut ids: Vec<(&str, JsText)> = Vec::new();
    for key in ["sub", "id", "user_id"] {
        if let Some(id) = text(key)? {
            ids.push((key, id));
        }
    }
    let mut ids = ids.into_iter();
    let Some((first_key, first)) = ids.next() else {
        return Ok(None);
    };
    match ids.find(|(_, id)| *id != first) {
        None => Ok(Some(first)),
        Some((key, _)) => Err(Error::argument_value(format!(
            "user.{first_key} and user.{key} name different users. Pass only the Auth0 user id."
        ))
        .into()),
    }
}
