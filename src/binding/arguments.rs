//! Reads what JavaScript passed: tells the forms of a method apart and refuses wrong types.

use napi::bindgen_prelude::{FromNapiValue, JsObjectValue, Object, Unknown};
use napi::{JsString, JsValue, ValueType};

use super::limits;
use super::own::own_property;
use crate::error::Error;
use crate::user::{JsText, UserRef, possible_resource_id};

/// Why a call did not begin.
pub enum Rejection {
    /// A fault in the arguments, reported like every failure of the library.
    Fault(Error),
    /// JavaScript itself failed, such as a getter that threw.
    JavaScript(napi::Error),
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
}

impl From<napi::Error> for Rejection {
    fn from(error: napi::Error) -> Self {
        Self::JavaScript(error)
    }
}

pub type Decoded<T> = Result<T, Rejection>;

/// The two ways in which each method is called; see the README.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Objects in, booleans and objects out.
    Example,
    /// Ids in, nothing or text out.
    Reference,
}

/// A user given as an id or as an object with `sub`, `id`, `user_id` or `email`.
pub fn user(value: Unknown) -> Decoded<(UserRef, Form)> {
    match value.get_type()? {
        ValueType::String => Ok((UserRef::from_id(text("user", value)?), Form::Reference)),
        ValueType::Object => Ok((user_object(&Object::from_unknown(value)?)?, Form::Example)),
        other => Err(wrong_type("user", "a string or an object", other)),
    }
}

fn user_object(user: &Object) -> Decoded<UserRef> {
    let mut ids: Vec<(&str, JsText)> = Vec::new();
    for key in ["sub", "id", "user_id"] {
        if let Some(id) = optional_text(user, "user", key)? {
            ids.push((key, id));
        }
    }
    if let Some((first_key, first)) = ids.first() {
        if let Some((key, _)) = ids.iter().find(|(_, id)| id != first) {
            return Err(Error::argument_value(format!(
                "user.{first_key} and user.{key} name different users. Pass only the Auth0 user id."
            ))
            .into());
        }
        return Ok(UserRef::from_id(first.clone()));
    }
    let connection = match optional_text(user, "user", "connection")? {
        Some(JsText::Valid(connection)) => Some(connection),
        Some(JsText::LoneSurrogate | JsText::TooLong) => return Ok(UserRef::Impossible),
        None => None,
    };
    match optional_text(user, "user", "email")? {
        Some(email) => Ok(UserRef::from_email(email, connection)),
        None => Err(Error::argument_type(
            "user must have one of sub, id, user_id or email as an own property, each a string. What \
             a class inherits, such as a getter, does not count: pass { sub: user.sub }.",
        )
        .into()),
    }
}

/// A session given by its id or as an object with `id`.
pub fn session(value: Unknown) -> Decoded<(Option<String>, Form)> {
    match value.get_type()? {
        ValueType::String => Ok((
            possible_resource_id(text("session", value)?),
            Form::Reference,
        )),
        ValueType::Object => match optional_text(&Object::from_unknown(value)?, "session", "id")? {
            Some(id) => Ok((possible_resource_id(id), Form::Example)),
            None => Err(
                Error::argument_type("session.id must be an own property, and a string.").into(),
            ),
        },
        other => Err(wrong_type(
            "session",
            "a string or an object with an id",
            other,
        )),
    }
}

/// A session id that must be there, because leaving it out would change what the call does.
pub fn current_session_id(value: Unknown) -> Decoded<String> {
    let wrong = Error::argument_type(
        "currentSessionId must be the id of the session to keep (the `sid` claim of the caller's \
         ID token). To end every session use revokeAllUserSessions.",
    );
    if value.get_type()? != ValueType::String {
        return Err(wrong.into());
    }
    possible_resource_id(text("currentSessionId", value)?).ok_or(Rejection::Fault(wrong))
}

pub(super) fn optional_text(
    object: &Object,
    object_name: &str,
    name: &str,
) -> Decoded<Option<JsText>> {
    let Some(value) = own_property(object, name)? else {
        return Ok(None);
    };
    let name = format!("{object_name}.{name}");
    match value.get_type()? {
        ValueType::String => Ok(Some(text(&name, value)?)),
        other => Err(wrong_type(&name, "a string", other)),
    }
}

/// `name` decides how long the text may be.
pub(super) fn text(name: &str, value: Unknown) -> Decoded<JsText> {
    let string = JsString::from_unknown(value)?;
    if limits::is_too_long(name, &string)? {
        return Ok(JsText::TooLong);
    }
    let utf16 = string.into_utf16()?;
    // napi hands the string out with its terminating NUL.
    let units = utf16
        .as_slice()
        .split_last()
        .map_or(&[][..], |(_, units)| units);
    Ok(String::from_utf16(units).map_or(JsText::LoneSurrogate, JsText::Valid))
}

pub(super) fn wrong_type(name: &str, expected: &str, found: ValueType) -> Rejection {
    let found = found.to_string().to_lowercase();
    Error::argument_type(format!(
        "{name} must be {expected}, but is of type {found}."
    ))
    .into()
}

/// An argument that must be an array of at most so many items, and how many it has. None is read.
pub fn list<'env>(
    name: &str,
    value: Unknown<'env>,
    most: u32,
    fix: &str,
) -> Decoded<(Object<'env>, u32)> {
    let items = match value.get_type()? {
        ValueType::Object => Object::from_unknown(value)?,
        other => return Err(wrong_type(name, "an array", other)),
    };
    if !items.is_array()? {
        return Err(Error::argument_type(format!("{name} must be an array.")).into());
    }
    let length = items.get_array_length()?;
    if length > most {
        return Err(limits::too_many(name, length, most, fix));
    }
    Ok((items, length))
}

/// The provider of a listed sign-in method.
pub fn provider_of(method: Unknown) -> Decoded<String> {
    let provider = match method.get_type()? {
        ValueType::Object => {
            optional_text(&Object::from_unknown(method)?, "methods[]", "provider")?
        }
        other => return Err(wrong_type("methods[]", "an object with a provider", other)),
    };
    match provider {
        Some(JsText::Valid(provider)) => Ok(provider),
        Some(JsText::TooLong) => Err(limits::too_long("methods[].provider")),
        _ => Err(Error::argument_type("methods[].provider must be a string.").into()),
    }
}

/// An argument that must be a string.
pub fn required_text(name: &str, value: Unknown) -> Decoded<JsText> {
    match value.get_type()? {
        ValueType::String => text(name, value),
        other => Err(wrong_type(name, "a string", other)),
    }
}

/// An argument that must be a string without lone surrogates, such as a URL.
pub fn plain_text(name: &str, value: Unknown) -> Decoded<String> {
    match required_text(name, value)? {
        JsText::Valid(text) => Ok(text),
        JsText::TooLong => Err(limits::too_long(name)),
        JsText::LoneSurrogate => {
            Err(Error::argument_value(format!("{name} is not valid Unicode.")).into())
        }
    }
}
