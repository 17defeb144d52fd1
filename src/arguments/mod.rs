//! The arguments that callers pass, read in order, in either of the two call forms. All differences between the forms
//! are resolved here. Knows no JavaScript engine, only values with properties.

mod limits;
mod options;
mod risk;
mod settings;
mod user;
mod value;

#[cfg(test)]
mod tests;

use limits::MAX_METHODS;
pub use limits::{MAX_NAMES, MAX_PROPERTIES, MAX_PROPERTY_NAME, MAX_SESSIONS, MAX_TTL_SECONDS};
pub use options::{Options, Presence};
pub use risk::{policy as risk_policy, session_facts};
pub use settings::settings;
pub use user::listed_user;
pub use value::{Decoded, Given, Kind, Rejection, Value};

use std::vec::IntoIter;

use crate::error::Error;
use crate::risk_input::GivenPolicy;
use crate::user::{JsText, UserRef, possible_resource_id};

/// The providers of the public enum.
const KNOWN_PROVIDERS: &[&str] = &[
    "google-oauth2",
    "github",
    "windowslive",
    "apple",
    "email-password",
];

/// The two ways to call each method; the README shows both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Objects in, booleans and objects out.
    ByObject,
    /// Ids in, nothing or strings out.
    ById,
}

#[derive(Debug)]
pub struct Arguments<V> {
    rest: IntoIter<V>,
    /// By object if a user or a session was passed as one.
    pub form: Form,
}

impl<V: Value> Arguments<V> {
    pub fn new(given: Vec<V>) -> Self {
        Self {
            rest: given.into_iter(),
            form: Form::ById,
        }
    }

    pub fn next(&mut self, name: &'static str) -> Given<V> {
        Given::new(name, self.rest.next())
    }

    /// The argument this many positions ahead, without consuming it.
    fn peek(&self, name: &'static str, index: usize) -> Given<V> {
        Given::new(name, self.rest.as_slice().get(index).copied())
    }

    fn next_is_object(&self) -> Decoded<bool, V> {
        Ok(self.peek("", 0).kind()? == Kind::Object)
    }

    fn next_by_object_or_id(&mut self, name: &'static str) -> Decoded<Given<V>, V> {
        if self.next_is_object()? {
            self.form = Form::ByObject;
        }
        Ok(self.next(name))
    }

    pub fn user(&mut self) -> Decoded<UserRef, V> {
        user::user(&self.next_by_object_or_id("user")?)
    }

    /// A session, passed as an id or as an object with `id`; `None` for an id that cannot exist.
    pub fn session(&mut self) -> Decoded<Option<String>, V> {
        self.named("session", "id")
    }

    /// A thing passed as its id, or as an object that has the id under `key`; `None` for an id that cannot exist.
    pub fn named(&mut self, name: &'static str, key: &'static str) -> Decoded<Option<String>, V> {
        let thing = self.next_by_object_or_id(name)?;
        let id = match thing.kind()? {
            Kind::String => thing,
            Kind::Object => thing.property(key)?.ok_or_else(|| {
                let message = format!("{name}.{key} must be an own property, and a string.");
                Error::argument_type(message)
            })?,
            _ => return Err(thing.wrong_type(&format!("a string or an object with {key}"))),
        };
        Ok(possible_resource_id(id.text()?))
    }

    /// A required session id: leaving it out would change what the call does.
    pub fn current_session_id(&mut self) -> Decoded<String, V> {
        let current = self.next("currentSessionId");
        let id = match current.kind()? {
            Kind::String => possible_resource_id(current.text()?),
            _ => None,
        };
        id.ok_or_else(|| {
            Error::argument_type(
                "currentSessionId must be the id of the session to keep (the `sid` claim of the caller's \
                 ID token). To end every session use revokeAllUserSessions.",
            )
            .into()
        })
    }

    /// Counts as left out if the options come next.
    pub fn optional_text(&mut self, name: &'static str) -> Decoded<Option<String>, V> {
        if self.next_is_object()? {
            return Ok(None);
        }
        let text = self.next(name).present()?;
        text.map(|text| text.plain_text()).transpose()
    }

    /// `{ provider, id }`, or the two as separate arguments. The id is `None` if it cannot exist.
    pub fn identity(&mut self) -> Decoded<(String, Option<String>), V> {
        let (provider, id) = if self.next_is_object()? {
            let method = self.next("method");
            let part = |name| -> Decoded<Given<V>, V> {
                let missing = "method must have id and provider as own properties, each a string.";
                let part = method.property(name)?;
                part.ok_or_else(|| Error::argument_type(missing).into())
            };
            (part("provider")?, part("id")?)
        } else {
            (self.next("provider"), self.next("secondaryUserId"))
        };
        Ok((provider.plain_text()?, possible_resource_id(id.text()?)))
    }

    /// An array of sessions and its length. The sessions are not read.
    pub fn sessions(&mut self) -> Decoded<(Given<V>, u32), V> {
        let sessions = self.next("sessions");
        let count = sessions.length(MAX_SESSIONS)?;
        Ok((sessions, count))
    }

    /// The providers in an array of sign-in methods.
    pub fn providers(&mut self) -> Decoded<Vec<String>, V> {
        let methods = self.next("methods");
        let length = methods.length(MAX_METHODS)?;
        (0..length)
            .map(|index| provider(&methods.element(index)?))
            .collect()
    }

    /// How to weigh risks; nothing by default.
    pub fn risk_policy(&mut self) -> Decoded<GivenPolicy, V> {
        risk_policy(self.next("policy"))
    }

    /// Whether a connection URL is requested by id, `(user, provider)`, rather than by `(provider, redirectUrl)`.
    pub fn is_connection_by_id(&self) -> Decoded<bool, V> {
        let first = self.peek("redirectUrl", 0);
        if first.kind()? != Kind::String {
            return Ok(true);
        }
        let second = self.peek("redirectUrl", 1);
        let has_url = second.kind()? == Kind::String
            && match second.text()? {
                JsText::Valid(text) => text.contains([':', '/', '\\']),
                // No provider is that long, and none contains broken Unicode: reading it as a URL says what is wrong.
                JsText::LoneSurrogate | JsText::TooLong => true,
            };
        Ok(match first.text()? {
            JsText::Valid(first) if KNOWN_PROVIDERS.contains(&first.as_str()) => false,
            JsText::Valid(first) if first.contains('|') => true,
            _ => !has_url,
        })
    }

    /// The options, which are always the last argument.
    pub fn options(&mut self) -> Decoded<Options<V>, V> {
        Options::read(self.next("options"))
    }

    /// The options of a method that changes something.
    pub fn change_options(&mut self) -> Decoded<Options<V>, V> {
        self.options()?.with_actor()
    }
}

fn provider<V: Value>(method: &Given<V>) -> Decoded<String, V> {
    if method.kind()? != Kind::Object {
        return Err(method.wrong_type("an object with a provider"));
    }
    let provider = method.property("provider")?.ok_or_else(|| {
        Error::argument_type("methods[].provider must be an own property, and a string.")
    })?;
    provider.plain_text()
}
