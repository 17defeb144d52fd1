//! Reads typed fields from a JavaScript object, and detects unknown ones.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::{Map, Value};
use zeroize::{Zeroize, Zeroizing};

use super::{spelling, stray};
use crate::error::{Error, Result};

pub struct Fields {
    path: String,
    values: Map<String, Value>,
    known: Vec<&'static str>,
}

impl Fields {
    /// `path` is the field that contains the object, empty for the root.
    pub fn new(path: impl Into<String>, values: Map<String, Value>) -> Self {
        Self {
            path: path.into(),
            values,
            known: Vec::new(),
        }
    }

    /// What was not taken yet.
    pub fn given(&self) -> &Map<String, Value> {
        &self.values
    }

    pub fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.values.remove(name).filter(|value| !value.is_null())
    }

    pub fn text(&mut self, name: &'static str) -> Result<Option<String>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => {
                Err(self.invalid(name, "is empty", "Leave it out or give it a value"))
            }
            Some(Value::String(text)) => self.without_stray(name, text).map(Some),
            Some(_) => Err(self.invalid(name, "is not a string", "Pass a string")),
        }
    }

    pub fn required_text(&mut self, name: &'static str, hint: &'static str) -> Result<String> {
        self.hinted_text(name, hint)?
            .ok_or_else(|| self.invalid(name, "is missing", hint))
    }

    /// A string with its own hint for when it is empty or not a string.
    pub fn hinted_text(
        &mut self,
        name: &'static str,
        hint: &'static str,
    ) -> Result<Option<String>> {
        match self.lines(name, hint)? {
            None => Ok(None),
            Some(text) => self.without_stray(name, text).map(Some),
        }
    }

    /// A string that may have several lines, such as PEM.
    pub fn lines(&mut self, name: &'static str, hint: &'static str) -> Result<Option<String>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => {
                Err(self.invalid(name, "is empty", hint))
            }
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.invalid(name, "is not a string", hint)),
        }
    }

    fn without_stray(&self, name: &str, text: String) -> Result<String> {
        match stray::check(&text) {
            Ok(()) => Ok(text),
            Err((problem, hint)) => {
                // It may be secret.
                drop(Zeroizing::new(text));
                Err(self.invalid(name, problem, hint))
            }
        }
    }

    pub fn texts(&mut self, name: &'static str) -> Result<Option<Vec<String>>> {
        let texts = match self.take(name) {
            None => return Ok(None),
            Some(Value::Array(items)) => items
                .into_iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect::<Option<Vec<String>>>(),
            Some(_) => None,
        };
        let invalid = || {
            self.invalid(
                name,
                "is not an array of strings",
                "Pass an array of strings",
            )
        };
        texts.map(Some).ok_or_else(invalid)
    }

    pub fn flag(&mut self, name: &'static str) -> Result<bool> {
        match self.take(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(_) => Err(self.invalid(name, "is not a boolean", "Pass true or false")),
        }
    }

    pub fn integer(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
        default: u64,
    ) -> Result<u64> {
        let Some(value) = self.take(name) else {
            return Ok(default);
        };
        let number = whole_number(&value).filter(|number| range.contains(number));
        number.ok_or_else(|| {
            let (least, most) = (range.start(), range.end());
            let problem = format!("is not a whole number from {least} to {most}");
            self.invalid(name, &problem, format!("The default is {default}"))
        })
    }

    pub fn millis(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
        default: u64,
    ) -> Result<Duration> {
        self.integer(name, range, default)
            .map(Duration::from_millis)
    }

    /// `example` is how it looks, for whoever passes something else.
    pub fn object(&mut self, name: &'static str, example: &'static str) -> Result<Option<Fields>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Object(values)) => Ok(Some(Fields::new(self.name(name), values))),
            Some(_) => {
                let hint = format!("Pass an object, such as {example}");
                Err(self.invalid(name, "is not an object", hint))
            }
        }
    }

    /// An unknown key is never ignored: a misspelled setting would otherwise appear to be accepted.
    pub fn finish(self) -> Result<()> {
        match self.values.keys().next() {
            None => Ok(()),
            Some(unknown) => {
                let known = self.known.iter().copied();
                let hint = match spelling::of(unknown, known) {
                    Some(name) => spelling::hint(name),
                    None => format!("Known here: {}", self.known.join(", ")),
                };
                Err(Error::configuration(
                    self.name(unknown),
                    spelling::UNKNOWN,
                    hint,
                ))
            }
        }
    }

    pub fn invalid(
        &self,
        name: &str,
        problem: &str,
        hint: impl Into<std::borrow::Cow<'static, str>>,
    ) -> Error {
        Error::configuration(self.name(name), problem, hint)
    }

    fn name(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }
}

/// An invalid configuration is dropped half read, with secrets in what remains.
impl Drop for Fields {
    fn drop(&mut self) {
        self.values.values_mut().for_each(wipe);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(fields) => fields.values_mut().for_each(wipe),
        _ => {}
    }
}

/// JavaScript numbers arrive as doubles; only whole ones are accepted.
fn whole_number(value: &Value) -> Option<u64> {
    if let Some(number) = value.as_u64() {
        return Some(number);
    }
    let number = value.as_f64()?;
    let is_whole = number.fract() == 0.0 && (0.0..=9_007_199_254_740_991.0).contains(&number);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be a whole number within the safe range"
    )]
    is_whole.then_some(number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn wiping_reaches_every_text() {
        let mut value = json!({ "a": "secret", "b": ["secret", { "c": "secret" }], "d": 5 });
        wipe(&mut value);
        assert_eq!(value, json!({ "a": "", "b": ["", { "c": "" }], "d": 5 }));
    }
}
