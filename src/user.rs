//! The user that a call is about: an Auth0 user id or an email. Decides which ids can exist at all.

use crate::error::{Error, ErrorKind};

/// Auth0's limit for a user id.
const MAX_USER_ID_CHARS: usize = 300;
/// Auth0's limit for a session id is 50; a higher one keeps ids of other formats readable.
const MAX_RESOURCE_ID_CHARS: usize = 300;

/// A string as JavaScript represents it: UTF-16 that may contain lone surrogates, which no id can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsText {
    Valid(String),
    LoneSurrogate,
    /// Longer than any valid value, and so never copied.
    TooLong,
}

/// The user that a caller names. Ids and emails that cannot exist are variants of their own, so that they are
/// "not found" without a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserRef {
    Id {
        id: String,
        /// For what is about one of several passwords or emails of the user.
        connection: Option<String>,
    },
    Email {
        email: String,
        connection: Option<String>,
    },
    Impossible,
    /// Not an email in any tenant, and the reason.
    ImpossibleEmail(&'static str),
}

impl UserRef {
    /// The connection that the caller named beside an email or an id.
    pub fn connection(&self) -> Option<&str> {
        match self {
            Self::Email { connection, .. } | Self::Id { connection, .. } => connection.as_deref(),
            Self::Impossible | Self::ImpossibleEmail(_) => None,
        }
    }

    /// A user as Auth0 names it.
    pub fn known(id: &str) -> Self {
        let (id, connection) = (id.to_owned(), None);
        Self::Id { id, connection }
    }

    pub fn from_id(id: JsText, connection: Option<String>) -> Self {
        let id = possible_id(id, MAX_USER_ID_CHARS);
        id.map_or(Self::Impossible, |id| Self::Id { id, connection })
    }

    pub fn from_email(email: JsText, connection: Option<String>) -> Self {
        match possible_email(email) {
            Ok(email) => Self::Email { email, connection },
            Err(hint) => Self::ImpossibleEmail(hint),
        }
    }
}

/// Rejects only what no tenant can store; Auth0 itself judges the rest.
fn possible_email(email: JsText) -> Result<String, &'static str> {
    let JsText::Valid(email) = email else {
        return Err("The email is not valid Unicode.");
    };
    let flaw = if email.is_empty() {
        "The email is empty."
    } else if email.chars().count() > MAX_USER_ID_CHARS {
        "The email is longer than 300 characters."
    } else if email.chars().any(char::is_control) {
        "The email contains a control character, such as a line break."
    } else if email.trim().len() < email.len() {
        "The email begins or ends with a space: pass email.trim()."
    } else if !email.contains('@') {
        "The email contains no @. To identify a user by id, pass { sub: \"…\" }."
    } else if email.starts_with('@') {
        "The email has nothing before the @."
    } else if email.ends_with('@') {
        "The email has nothing after the @."
    } else {
        return Ok(email);
    };
    Err(flaw)
}

/// Whether two emails are the same. Only ASCII letters are case-folded: `K` (KELVIN SIGN) is not `k`, and the owner
/// of one address must not be taken for the owner of the other.
pub fn is_same_email(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// An id of a session or an identity that can exist, or `None`.
pub fn possible_resource_id(id: JsText) -> Option<String> {
    possible_id(id, MAX_RESOURCE_ID_CHARS)
}

fn possible_id(id: JsText, max_chars: usize) -> Option<String> {
    let JsText::Valid(id) = id else { return None };
    let fits = !id.is_empty() && id.chars().count() <= max_chars;
    let is_dots = id == "." || id == "..";
    (fits && !is_dots && !id.chars().any(char::is_control)).then_some(id)
}

/// The only error for all the ways in which a user can be absent.
pub fn user_not_found(user: &UserRef) -> Error {
    let (message, hint) = match user {
        UserRef::Id { id, .. } if id.contains('@') && !id.contains('|') => (
            "No user has this id.",
            Some(
                "A bare string is always an Auth0 user id; to look a user up by email pass \
                 { email: \"…\" }.",
            ),
        ),
        UserRef::Id { id, .. } if !id.contains('|') => (
            "No user has this id.",
            Some(
                "An Auth0 user id has the form provider|id, such as auth0|63d17c6b8869daf88ed7dbb8. If you \
                 passed a session, pass its userId.",
            ),
        ),
        UserRef::Email { .. } => ("No user has this email.", None),
        UserRef::Id { .. } => ("No user has this id.", None),
        UserRef::Impossible => (
            "No user can have this id or email.",
            Some(
                "It is empty, too long, or contains characters that no id or email has: check where it comes \
                 from. It may be a variable that is not set.",
            ),
        ),
        UserRef::ImpossibleEmail(hint) => ("No user can have this email.", Some(*hint)),
    };
    not_found(message, hint)
}

/// Auth0 itself rejects the email as malformed.
pub fn email_refused() -> Error {
    not_found(
        "No user can have this email.",
        Some("Auth0 does not accept it as an email address: check it for typing errors."),
    )
}

fn not_found(message: &str, hint: Option<&'static str>) -> Error {
    let kind = ErrorKind::UserNotFound { hint };
    match hint {
        Some(hint) => Error::new(kind, format!("{message} {hint}")),
        None => Error::new(kind, message.to_owned()),
    }
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
            let user = UserRef::from_id(text(id), None);
            assert_eq!(user, UserRef::Impossible, "{id:?}");
        }
        let user = UserRef::from_id(JsText::LoneSurrogate, None);
        assert_eq!(user, UserRef::Impossible);
    }

    #[test]
    fn emails_that_cannot_exist_say_why() {
        for (email, reason) in [
            ("", "empty"),
            ("not-an-email", "no @"),
            ("@example.com", "before"),
            ("ada@", "after"),
            ("@", "before"),
            (" ada@example.com", "space"),
            ("ada@example.com\u{a0}", "space"),
            ("ada@example.com\n", "control"),
            (&format!("{}@example.com", "a".repeat(300)), "longer"),
        ] {
            let user = UserRef::from_email(text(email), None);
            let UserRef::ImpossibleEmail(hint) = user else {
                panic!("{email:?} is possible");
            };
            assert!(hint.contains(reason), "{email:?}: {hint}");
        }
        let user = UserRef::from_email(JsText::LoneSurrogate, None);
        assert!(matches!(user, UserRef::ImpossibleEmail(_)));
    }

    #[test]
    fn every_email_that_a_tenant_could_store_is_possible() {
        for email in [
            "a@b",
            "ada+tag@example.com",
            "\"a b\"@example.com",
            "\"@\"@example.com",
            "jörg@exämple.de",
            "用户@例子.广告",
            "a@[127.0.0.1]",
            "o'brien@example.com",
            "..@example.com",
        ] {
            let user = UserRef::from_email(text(email), None);
            assert!(matches!(user, UserRef::Email { .. }), "{email}");
        }
    }

    #[test]
    fn only_ascii_letters_are_folded() {
        assert!(is_same_email("Ada@Example.COM", "ada@example.com"));
        for (one, other) in [
            ("\u{212a}@example.com", "k@example.com"),
            ("\u{17f}@example.com", "s@example.com"),
            ("É@example.com", "é@example.com"),
            ("İ@example.com", "i@example.com"),
            ("ada@example.com", "ada@example.com "),
        ] {
            assert!(!is_same_email(one, other), "{one} {other}");
        }
    }

    #[test]
    fn every_other_id_is_sent_as_it_stands() {
        for id in ["auth0|abc", "../..", "%2e%2e", "ü|😀", "...", "a b"] {
            assert_eq!(UserRef::from_id(text(id), None), UserRef::known(id));
        }
    }
}
