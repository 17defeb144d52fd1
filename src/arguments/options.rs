//! The options object, the last argument of every method. JavaScript handles the `signal` in it.

use std::time::Duration;

use super::limits;
use super::user::user;
use super::value::{Decoded, Given, Rejection, Value};
use crate::error::Error;
use crate::user::{JsText, UserRef};

/// An option whose presence alone has a meaning.
#[derive(Debug, PartialEq, Eq)]
pub enum Presence {
    Absent,
    Empty,
    Text(String),
}

/// The options that every method has, read once, and those of some methods, read by name. A property that was not
/// read by the end is unknown.
#[derive(Debug)]
pub struct Options<V> {
    given: Option<Given<V>>,
    names: Vec<String>,
    known: Vec<&'static str>,
    /// Defaults to that of the configuration.
    pub timeout: Option<Duration>,
    /// The priority, if one was given.
    pub is_bulk: Option<bool>,
    /// Who asked for the change.
    pub actor: Option<String>,
}

impl<V: Value> Options<V> {
    pub fn read(given: Given<V>) -> Decoded<Self, V> {
        let given = given.present()?;
        let names = given.as_ref().map(Given::property_names).transpose()?;
        let mut options = Self {
            given,
            names: names.unwrap_or_default(),
            known: Vec::new(),
            timeout: None,
            is_bulk: None,
            actor: None,
        };
        options.timeout = options.read_timeout()?;
        options.is_bulk = options.read_priority()?;
        Ok(options)
    }

    /// For a method that changes something.
    pub fn with_actor(mut self) -> Decoded<Self, V> {
        self.actor = self.text("actor")?;
        Ok(self)
    }

    /// For a method whose requests leave the rate limit to those that somebody waits for.
    pub fn always_bulk(self) -> Decoded<Self, V> {
        if self.is_bulk == Some(false) {
            let message =
                "options.priority must be \"bulk\", or left out: many users have no other.";
            return Err(Error::argument_value(message).into());
        }
        Ok(self)
    }

    /// Call this after reading all options.
    pub fn finish(&self) -> Decoded<(), V> {
        let known: Vec<&str> = self.known.iter().copied().chain(["signal"]).collect();
        let is_unknown = |name: &&String| !known.contains(&name.as_str());
        match self.names.iter().find(is_unknown) {
            None => Ok(()),
            Some(unknown) => {
                let known = known.join(", ");
                let message = format!("options.{unknown} is not a known option. Known: {known}.");
                Err(Error::argument_value(message).into())
            }
        }
    }

    fn option(&mut self, name: &'static str) -> Decoded<Option<Given<V>>, V> {
        self.known.push(name);
        let options = self.given.as_ref();
        options.map_or(Ok(None), |options| options.property(name))
    }

    fn read_timeout(&mut self) -> Decoded<Option<Duration>, V> {
        let Some(millis) = self.option("timeoutMs")? else {
            return Ok(None);
        };
        let millis = millis.number()?;
        if (1.0..=86_400_000.0).contains(&millis) {
            return Ok(Some(Duration::from_secs_f64(millis / 1000.0)));
        }
        let message = "options.timeoutMs must be a number from 1 to 86400000.";
        Err(Error::argument_value(message).into())
    }

    fn read_priority(&mut self) -> Decoded<Option<bool>, V> {
        match self.text("priority")?.as_deref() {
            None => Ok(None),
            Some("interactive") => Ok(Some(false)),
            Some("bulk") => Ok(Some(true)),
            Some(_) => {
                let message = "options.priority must be \"interactive\" or \"bulk\".";
                Err(Error::argument_value(message).into())
            }
        }
    }

    pub fn text(&mut self, name: &'static str) -> Decoded<Option<String>, V> {
        let Some(option) = self.option(name)? else {
            return Ok(None);
        };
        match option.text()? {
            JsText::Valid(text) => Ok(Some(text)),
            // Matches no id that Auth0 could have issued.
            JsText::LoneSurrogate => Ok(Some(String::new())),
            // These come from untrusted input: an overlong one is as invalid as any other wrong one.
            JsText::TooLong if matches!(name, "state" | "currentSessionId") => {
                Ok(Some(String::new()))
            }
            JsText::TooLong => Err(limits::text_too_long(&format!("options.{name}")).into()),
        }
    }

    /// A string that must have a value if its key is present: dropping it would change what the call does.
    pub fn text_if_present(&mut self, name: &'static str) -> Decoded<Presence, V> {
        let options = self.given.as_ref();
        let named = options.map_or(Ok(None), |options| options.own(name))?;
        let text = self.text(name)?.map_or(Presence::Empty, Presence::Text);
        Ok(if named.is_some() {
            text
        } else {
            Presence::Absent
        })
    }

    pub fn flag(&mut self, name: &'static str) -> Decoded<bool, V> {
        self.option(name)?.map_or(Ok(false), |flag| flag.flag())
    }

    pub fn flag_if_present(&mut self, name: &'static str) -> Decoded<Option<bool>, V> {
        let flag = self.option(name)?;
        flag.map(|flag| flag.flag()).transpose()
    }

    /// From 1 to `most`.
    pub fn whole_number(&mut self, name: &'static str, most: u32) -> Decoded<Option<u32>, V> {
        let number = self.option(name)?;
        number
            .map(|number| number.whole_number(1..=most))
            .transpose()
    }

    /// The same, of an option without which the call has no meaning. `hint` is what to do instead of passing 0.
    pub fn required_number(
        &mut self,
        name: &'static str,
        most: u32,
        hint: &str,
    ) -> Decoded<u32, V> {
        let wrong = format!("options.{name} must be a whole number from 1 to {most}. {hint}");
        match self.whole_number(name, most) {
            Ok(Some(number)) => Ok(number),
            Ok(None) => Err(Error::argument_type(wrong).into()),
            Err(Rejection::Failure(error)) if error.code() == "ERR_INVALID_ARG_VALUE" => {
                Err(Error::argument_value(wrong).into())
            }
            Err(other) => Err(other),
        }
    }

    /// An option that only JavaScript reads.
    pub fn ignore(&mut self, name: &'static str) {
        self.known.push(name);
    }

    /// An option, unread.
    pub fn given(&mut self, name: &'static str) -> Decoded<Given<V>, V> {
        let option = self.option(name)?;
        Ok(option.unwrap_or_else(|| Given::new(name, None)))
    }

    /// An array of strings.
    pub fn texts_of(&mut self, name: &'static str) -> Decoded<Option<Vec<String>>, V> {
        let Some(list) = self.option(name)? else {
            return Ok(None);
        };
        let length = list.length(u32::MAX)?;
        if length > limits::MAX_NAMES {
            let most = limits::with_commas(limits::MAX_NAMES as usize);
            let message = format!("options.{name} has more than {most} items.");
            return Err(Error::argument_value(message).into());
        }
        let texts = (0..length).map(|index| list.element(index)?.plain_text());
        texts.collect::<Result<_, _>>().map(Some)
    }

    pub fn user(&mut self, name: &'static str) -> Decoded<Option<UserRef>, V> {
        self.option(name)?.map(|given| user(&given)).transpose()
    }

    /// An object whose values are all strings.
    pub fn texts(&mut self, name: &'static str) -> Decoded<Vec<(String, String)>, V> {
        let Some(object) = self.option(name)? else {
            return Ok(Vec::new());
        };
        let mut texts = Vec::new();
        for key in object.property_names()? {
            if let Some(text) = object.property(&key)? {
                texts.push((key, text.plain_text()?));
            }
        }
        Ok(texts)
    }
}
