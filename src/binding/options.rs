//! Reads the options object that every method takes last.

use std::time::Duration;

use napi::ValueType;
use napi::bindgen_prelude::{FromNapiValue, JsObjectValue, Object, Unknown};

use super::arguments::{self, Decoded, optional_text, wrong_type};
use super::limits;
use super::own::own_property;
use crate::error::Error;
use crate::service::{Priority, Timing};
use crate::user::{JsText, UserRef};

/// The options of every call. The signal is JavaScript's business.
const EVERYWHERE: &[&str] = &["signal", "timeoutMs", "priority"];

/// An option whose mere presence means something.
pub enum Named {
    Not,
    Empty,
    Text(String),
}

pub struct Options<'env>(Option<Object<'env>>);

impl<'env> Options<'env> {
    /// The options of a security action, beside those of every call: who asked for it.
    pub fn read_action(value: Unknown<'env>, known: &[&str]) -> Decoded<Self> {
        Self::read(value, &[known, &["actor"]].concat())
    }

    /// `known` are the options of the method, beside those of every call.
    pub fn read(value: Unknown<'env>, known: &[&str]) -> Decoded<Self> {
        let options = match value.get_type()? {
            ValueType::Undefined | ValueType::Null => return Ok(Self(None)),
            ValueType::Object => Object::from_unknown(value)?,
            other => return Err(wrong_type("options", "an object", other)),
        };
        let unknown = limits::argument_names(&options, "options")?
            .into_iter()
            .find(|key| !EVERYWHERE.contains(&&**key) && !known.contains(&&**key));
        match unknown {
            None => Ok(Self(Some(options))),
            Some(key) => {
                let known = [known, EVERYWHERE].concat().join(", ");
                let message = format!("options.{key} is not an option here. Known: {known}.");
                Err(Error::argument_value(message).into())
            }
        }
    }

    /// A text that must be one if its key is there: an absent value would change what the call does.
    pub fn text_if_named(&self, name: &str) -> Decoded<Named> {
        let Some(options) = &self.0 else {
            return Ok(Named::Not);
        };
        if !options.has_own_property(name)? {
            return Ok(Named::Not);
        }
        Ok(self.text(name)?.map_or(Named::Empty, Named::Text))
    }

    /// When the call must be done, and whose turn comes first.
    pub fn timing(&self) -> Decoded<Timing> {
        Ok(Timing {
            timeout: self.timeout()?,
            priority: self.priority()?,
        })
    }

    fn priority(&self) -> Decoded<Priority> {
        match self.text("priority")?.as_deref() {
            None | Some("interactive") => Ok(Priority::Interactive),
            Some("bulk") => Ok(Priority::Bulk),
            Some(_) => Err(Error::argument_value(
                "options.priority must be \"interactive\" or \"bulk\".",
            )
            .into()),
        }
    }

    fn timeout(&self) -> Decoded<Option<Duration>> {
        let Some(value) = self.value("timeoutMs")? else {
            return Ok(None);
        };
        let wrong =
            || Error::argument_value("options.timeoutMs must be a number from 1 to 86400000.");
        if value.get_type()? != ValueType::Number {
            return Err(wrong().into());
        }
        let millis = f64::from_unknown(value)?;
        if !(1.0..=86_400_000.0).contains(&millis) {
            return Err(wrong().into());
        }
        Ok(Some(Duration::from_secs_f64(millis / 1000.0)))
    }

    /// A whole number within the range.
    pub fn number(&self, name: &str, least: u32, most: u32) -> Decoded<Option<u32>> {
        let Some(value) = self.value(name)? else {
            return Ok(None);
        };
        let number = match value.get_type()? {
            ValueType::Number => f64::from_unknown(value)?,
            other => return Err(wrong_type(&format!("options.{name}"), "a number", other)),
        };
        if number.fract() == 0.0 && (f64::from(least)..=f64::from(most)).contains(&number) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked to be whole and within the range of u32"
            )]
            return Ok(Some(number as u32));
        }
        let message = format!("options.{name} must be a whole number from {least} to {most}.");
        Err(Error::argument_value(message).into())
    }

    /// A user, in any of the ways to name one.
    pub fn user(&self, name: &str) -> Decoded<Option<UserRef>> {
        let value = self.value(name)?;
        value.map(|value| Ok(arguments::user(value)?.0)).transpose()
    }

    /// An object whose values are all strings.
    pub fn texts(&self, name: &str) -> Decoded<Vec<(String, String)>> {
        let Some(value) = self.value(name)? else {
            return Ok(Vec::new());
        };
        let field = format!("options.{name}");
        let object = match value.get_type()? {
            ValueType::Object => Object::from_unknown(value)?,
            other => return Err(wrong_type(&field, "an object", other)),
        };
        let keys = limits::argument_names(&object, &field)?;
        let pairs = keys.into_iter().filter_map(|key| {
            let pair = |text| match text {
                JsText::Valid(text) => Ok((key.clone(), text)),
                JsText::TooLong => Err(limits::too_long(&format!("{field}.{key}"))),
                JsText::LoneSurrogate => Err(Error::argument_value(format!(
                    "{field}.{key} is not valid Unicode."
                ))
                .into()),
            };
            match optional_text(&object, &field, &key) {
                Ok(text) => text.map(pair),
                Err(rejection) => Some(Err(rejection)),
            }
        });
        pairs.collect()
    }

    pub fn text(&self, name: &str) -> Decoded<Option<String>> {
        let Some(options) = &self.0 else {
            return Ok(None);
        };
        match optional_text(options, "options", name)? {
            Some(JsText::Valid(text)) => Ok(Some(text)),
            // Equal to no id that Auth0 could have issued.
            Some(JsText::LoneSurrogate) => Ok(Some(String::new())),
            // These come from strangers, for whom they are wrong like any other.
            Some(JsText::TooLong) if matches!(name, "state" | "currentSessionId") => {
                Ok(Some(String::new()))
            }
            Some(JsText::TooLong) => Err(limits::too_long(&format!("options.{name}"))),
            None => Ok(None),
        }
    }

    pub fn flag(&self, name: &str) -> Decoded<bool> {
        let Some(value) = self.value(name)? else {
            return Ok(false);
        };
        match value.get_type()? {
            ValueType::Boolean => Ok(bool::from_unknown(value)?),
            other => Err(wrong_type(&format!("options.{name}"), "a boolean", other)),
        }
    }

    fn value(&self, name: &str) -> Decoded<Option<Unknown<'env>>> {
        match &self.0 {
            Some(options) => Ok(own_property(options, name)?),
            None => Ok(None),
        }
    }
}
