//! Who is meant: an Auth0 user id or an email, and which ids can exist at all.

use crate::error::{Error, ErrorKind};

/// Auth0's limit for a user id.
const MAX_USER_ID_CHARS: usize = 300;
/// Auth0's limit for a session id is 50; ids of other tenants' shapes stay readable.
const MAX_RESOURCE_ID_CHARS: usize = 300;

/// Text as JavaScript holds it: UTF-16 that may contain lone surrogates, which no id can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsText {
    Valid(String),
    LoneSurrogate,
    /// Longer than any value can be, and so never copied.
    TooLong,
}

/// The user that a caller names. Ids that cannot exist are kept apart, so that they are answered
/// with "not found" without a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserRef {
    Id(String),
    Email {
        email: String,
        connection: Option<String>,
    },
    Impossible,
}

impl UserRef {
    pub fn from_id(id: JsText) -> Self {
        possible_id(id, MAX_USER_ID_CHARS).map_or(Self::Impossible, Self::Id)
    }

    pub fn from_email(email: JsText, connection: Option<String>) -> Self {
        match possible_id(email, MAX_USER_ID_CHARS) {
            Some(email) => Self::Email { email, connection },
            None => Self::Impossible,
        }
    }
}

/// An id of a session or an identity that can exist, or nothing.
pub fn possible_resource_id(id: JsText) -> Option<String> {
    possible_id(id, MAX_RESOURCE_ID_CHARS)
}

fn possible_id(id: JsText, max_chars: usize) -> Option<String> {
    let JsText::Valid(id) = id else { return None };
    let fits = !id.is_empty() && id.chars().count() <= max_chars;
    let is_dots = id == "." || id == "..";
    (fits && !is_dots && !id.chars().any(char::is_control)).then_some(id)
}

/// The one error for every way in which a user can be absent.
pub fn user_not_found(user: &UserRef) -> Error {
    let message = match user {
        UserRef::Id(id) if id.contains('@') && !id.contains('|') => {
            "No user has this id. A bare string is always an Auth0 user id; \
             to look a user up by email pass { email: \"…\" }."
        }
        UserRef::Email { .. } => "No user has this email.",
        UserRef::Id(_) => "No user has this id.",
        UserRef::Impossible => "No user can have this id or email.",
    };
    Error::new(ErrorKind::UserNotFound, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> JsText {
        JsText::Valid(value.to_owned())
    }

    #[test]
    fn ids_that_cannot_exist_are_impossible() {
        let too_long = "a".repeat(301);
        for id in ["", ".", "..", "auth0|a\u{0}b", "a\nb", too_long.as_str()] {
            assert_eq!(UserRef::from_id(text(id)), UserRef::Impossible, "{id:?}");
        }
        assert_eq!(UserRef::from_id(JsText::LoneSurrogate), UserRef::Impossible);
    }

    #[test]
    fn every_other_id_is_sent_as_it_stands() {
        for id in ["auth0|abc", "../..", "%2e%2e", "ü|😀", "...", "a b"] {
            assert_eq!(UserRef::from_id(text(id)), UserRef::Id(id.to_owned()));
        }
    }
}
