//! A value that a caller passed, with the name that error messages use for it.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::limits;
use crate::error::Error;
use crate::user::JsText;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Undefined,
    Null,
    Boolean,
    Number,
    String,
    Object,
    /// A type that no method accepts, such as a function.
    Other(&'static str),
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::String => "string",
            Self::Object => "object",
            Self::Other(name) => name,
        }
    }
}

/// A value of the caller's language. Nothing is copied until it is read.
pub trait Value: Copy {
    /// An exception of the language itself, such as from a getter.
    type Thrown;

    fn kind(self) -> Result<Kind, Self::Thrown>;
    fn flag(self) -> Result<bool, Self::Thrown>;
    fn number(self) -> Result<f64, Self::Thrown>;
    /// The string, unless it has more UTF-16 units than `most`.
    fn text(self, most: usize) -> Result<JsText, Self::Thrown>;
    /// Own properties only: inherited ones were not passed by the caller, and any code in the process can add them to
    /// a prototype.
    fn property(self, name: &str) -> Result<Option<Self>, Self::Thrown>;
    /// The names of own, enumerable properties, or what is wrong with them, as the rest of a sentence.
    fn property_names(self) -> Result<Result<Vec<String>, &'static str>, Self::Thrown>;
    /// The length of an array; `None` for anything else.
    fn length(self) -> Result<Option<u32>, Self::Thrown>;
    /// `None` for a hole.
    fn element(self, index: u32) -> Result<Option<Self>, Self::Thrown>;
    /// A null, boolean, number or string, unless the string has more UTF-16 units than `most`. It may be secret, so
    /// no other copy is made.
    fn plain(self, most: usize) -> Result<Option<Json>, Self::Thrown>;
    fn is_bytes(self) -> Result<bool, Self::Thrown>;
    /// The milliseconds since 1970 of a date object; `None` for any other object and for an invalid date.
    fn date(self) -> Result<Option<i64>, Self::Thrown>;
}

/// Why a call cannot begin.
#[derive(Debug)]
pub enum Rejection<T> {
    /// The arguments are invalid, which is reported like every failure of the library.
    Failure(Error),
    Thrown(T),
}

impl<T> From<Error> for Rejection<T> {
    fn from(error: Error) -> Self {
        Self::Failure(error)
    }
}

pub type Decoded<R, V> = Result<R, Rejection<<V as Value>::Thrown>>;

#[derive(Debug, Clone)]
pub struct Given<V> {
    name: Cow<'static, str>,
    /// `None` for an argument that was left out.
    value: Option<V>,
}

impl<V: Value> Given<V> {
    pub fn new(name: impl Into<Cow<'static, str>>, value: Option<V>) -> Self {
        let name = name.into();
        Self { name, value }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn kind(&self) -> Decoded<Kind, V> {
        let kind = self.value.map_or(Ok(Kind::Undefined), Value::kind);
        kind.map_err(Rejection::Thrown)
    }

    /// `None` for `undefined` and `null`.
    pub fn present(self) -> Decoded<Option<Self>, V> {
        let is_absent = matches!(self.kind()?, Kind::Undefined | Kind::Null);
        Ok((!is_absent).then_some(self))
    }

    /// The error for a value of another type, or the exception if finding out the type threw.
    pub fn wrong_type(&self, expected: &str) -> Rejection<V::Thrown> {
        let found = match self.kind() {
            Ok(kind) => kind.name(),
            Err(thrown) => return thrown,
        };
        let message = format!("{} must be {expected}, but is of type {found}.", self.name);
        Error::argument_type(message).into()
    }

    pub fn wrong_value(&self, problem: &str) -> Rejection<V::Thrown> {
        Error::argument_value(format!("{} {problem}", self.name)).into()
    }

    fn read<R>(
        &self,
        kind: Kind,
        expected: &str,
        read: impl FnOnce(V) -> Result<R, V::Thrown>,
    ) -> Decoded<R, V> {
        match self.value {
            Some(value) if self.kind()? == kind => read(value).map_err(Rejection::Thrown),
            _ => Err(self.wrong_type(expected)),
        }
    }

    pub fn flag(&self) -> Decoded<bool, V> {
        self.read(Kind::Boolean, "a boolean", V::flag)
    }

    pub fn number(&self) -> Decoded<f64, V> {
        self.read(Kind::Number, "a number", V::number)
    }

    pub fn whole_number(&self, range: RangeInclusive<u32>) -> Decoded<u32, V> {
        let number = self.number()?;
        let (least, most) = range.into_inner();
        if number.fract() == 0.0 && (f64::from(least)..=f64::from(most)).contains(&number) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked to be whole and within the range of u32"
            )]
            return Ok(number as u32);
        }
        Err(self.wrong_value(&format!("must be a whole number from {least} to {most}.")))
    }

    pub fn text(&self) -> Decoded<JsText, V> {
        let most = limits::max_text(&self.name);
        self.read(Kind::String, "a string", |value| value.text(most))
    }

    /// A date object, or a string with a date in ISO 8601.
    pub fn date(&self) -> Decoded<DateTime<Utc>, V> {
        let date = match (self.kind()?, self.value) {
            (Kind::Object, Some(value)) => {
                let millis = value.date().map_err(Rejection::Thrown)?;
                millis.and_then(DateTime::from_timestamp_millis)
            }
            (Kind::String, _) => match self.text()? {
                JsText::Valid(text) => DateTime::parse_from_rfc3339(&text).ok(),
                JsText::LoneSurrogate | JsText::TooLong => None,
            }
            .map(|date| date.to_utc()),
            _ => return Err(self.wrong_type("a Date or a string")),
        };
        date.ok_or_else(|| {
            self.wrong_value(
                "must be a valid Date, or a date in ISO 8601 with a time zone, such as \
                 \"2026-01-31T08:00:00.000Z\".",
            )
        })
    }

    /// A string that must be complete to be meaningful, such as a URL.
    pub fn plain_text(&self) -> Decoded<String, V> {
        match self.text()? {
            JsText::Valid(text) => Ok(text),
            JsText::TooLong => Err(limits::text_too_long(&self.name).into()),
            JsText::LoneSurrogate => Err(self.wrong_value("is not valid Unicode.")),
        }
    }

    /// A property of the object, whatever its value.
    pub fn own(&self, name: &str) -> Decoded<Option<Self>, V> {
        let value = self.read(Kind::Object, "an object", |object| object.property(name))?;
        Ok(value.map(|value| Self::new(format!("{}.{name}", self.name), Some(value))))
    }

    /// A property of the object, unless it is `undefined` or `null`.
    pub fn property(&self, name: &str) -> Decoded<Option<Self>, V> {
        self.own(name)?.map_or(Ok(None), Self::present)
    }

    pub fn property_names(&self) -> Decoded<Vec<String>, V> {
        let names = self.read(Kind::Object, "an object", V::property_names)?;
        names.map_err(|problem| {
            self.wrong_value(&format!("{problem}. Pass only documented properties."))
        })
    }

    /// The length of an array of at most `most` items of one user. No item is read.
    pub fn length(&self, most: u32) -> Decoded<u32, V> {
        let length = self.read(Kind::Object, "an array", V::length)?;
        let Some(length) = length else {
            return Err(Error::argument_type(format!("{} must be an array.", self.name)).into());
        };
        if length > most {
            return Err(limits::too_many_items(&self.name, length, most).into());
        }
        Ok(length)
    }

    pub fn element(&self, index: u32) -> Decoded<Self, V> {
        let value = self.read(Kind::Object, "an array", |array| array.element(index))?;
        if value.is_none() {
            let message = format!("{} must be an array without holes.", self.name);
            return Err(Error::argument_type(message).into());
        }
        Ok(Self::new(format!("{}[]", self.name), value))
    }
}
