//! Lenient deserializers for optional fields. Each field is first extracted as raw text and then
//! parsed on its own, so that whatever is wrong with it (its type, a number out of range, a thousand
//! levels of nesting) makes it absent and affects nothing else.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserializer;
use serde::de::{Deserialize, Error};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::json::REPLACEMENT;
use super::streaming::{each_field, each_row};

/// More than any user has. A longer list can only be an attempt to exhaust memory.
pub const MAX_ROWS: usize = 10_000;
/// Clients or methods of one session; any further ones are skipped.
pub(super) const MAX_INNER_ROWS: usize = 1000;

/// The raw text of the field.
fn piece<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'de str, D::Error> {
    <&RawValue>::deserialize(deserializer).map(RawValue::get)
}

pub(super) fn read<'de, T: Deserialize<'de>>(piece: &'de str) -> Option<T> {
    serde_json::from_str(piece).ok()
}

/// Derived deserializers accept lists too, and would read a list that contains an id as a session.
pub(super) fn read_object<'de, T: Deserialize<'de>>(piece: &'de str) -> Option<T> {
    piece.starts_with('{').then(|| read(piece)).flatten()
}

/// A string, or `None`.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    piece(deserializer).map(read)
}

/// An optional id. One that is not Unicode could be mistaken for another.
pub fn optional_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(text(deserializer)?.filter(|id| !id.contains(REPLACEMENT)))
}

/// A string that a decision depends on: an id, a token, a URL.
pub fn required_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.contains(REPLACEMENT) {
        return Err(D::Error::custom("the text is not valid Unicode"));
    }
    Ok(text)
}

/// A date in ISO 8601 with an offset, or `None`.
pub fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    Ok(text(deserializer)?
        .and_then(|text| DateTime::parse_from_rfc3339(&text).ok())
        .map(|date| date.to_utc()))
}

/// A boolean; only `true` and the string `"true"` count, as in Auth0's SDKs.
pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(scalar(piece(deserializer)?).is_some_and(|value| is_true(&value)))
}

/// A boolean, or `None`.
pub fn optional_flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(scalar(piece(deserializer)?).and_then(|value| value.as_bool()))
}

/// A boolean, possibly as a string, that a decision depends on; `None` for `null`.
pub fn decisive_flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    match scalar(piece(deserializer)?) {
        Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(flag)),
        Some(Value::String(text)) if text == "true" => Ok(Some(true)),
        Some(Value::String(text)) if text == "false" => Ok(Some(false)),
        _ => Err(D::Error::custom("not a boolean")),
    }
}

/// Only `true` and the string `"true"` count.
pub fn is_true(value: &Value) -> bool {
    matches!(value, Value::Bool(true)) || value.as_str() == Some("true")
}

/// A non-negative integer, or `None`.
pub fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    let number = scalar(piece(deserializer)?).and_then(|value| value.as_u64());
    Ok(number.and_then(|number| usize::try_from(number).ok()))
}

/// A whole number of seconds, possibly as a string, or `None`.
pub fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(match scalar(piece(deserializer)?) {
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) => text.parse().ok(),
        _ => None,
    })
}

/// An id, which some providers send as a number.
pub fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let found = match scalar(piece(deserializer)?) {
        Some(Value::String(text)) => Some(text).filter(|id| !id.contains(REPLACEMENT)),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    found.ok_or_else(|| D::Error::custom("an id is a string or a number"))
}

/// A nested object, or `None`.
pub fn object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    piece(deserializer).map(read_object)
}

/// The readable rows of a list that no decision depends on; none if it is not a list.
pub fn rows<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let rows: Option<Readable<T>> = read(piece(deserializer)?);
    Ok(rows.map_or_else(Vec::new, |rows| rows.0))
}

/// The strings of a flat object; other values are skipped.
pub fn texts<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<BTreeMap<String, String>>, D::Error> {
    let texts: Option<Texts> = read(piece(deserializer)?);
    Ok(texts.map(|texts| texts.0))
}

/// A list without its `null`s, in which every other row must be readable; `null` counts as an empty list.
pub fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let rows = Option::<Complete<Option<T>>>::deserialize(deserializer)?;
    Ok(rows.map_or_else(Vec::new, |rows| rows.0.into_iter().flatten().collect()))
}

/// A list in which every row must be readable.
pub fn all_rows<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Complete::deserialize(deserializer).map(|rows| rows.0)
}

/// The raw text of an object, for a type that parses it more than once.
pub(super) fn object_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<&'de str, D::Error> {
    let object = optional_object_text(deserializer)?;
    object.ok_or_else(|| D::Error::custom("not an object"))
}

/// The same, or `None`.
pub(super) fn optional_object_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<&'de str>, D::Error> {
    piece(deserializer).map(|piece| Some(piece).filter(|piece| piece.starts_with('{')))
}

/// The fields of an object with these names, except lists and objects.
pub(super) fn scalars(object: &str, names: &[&str]) -> Map<String, Value> {
    fields(object, |name, _| names.contains(&name))
}

/// The strings, numbers and booleans of an object.
pub(super) fn primitives(object: &str) -> Map<String, Value> {
    let mut count = 0;
    fields(object, |_, value| {
        count += 1;
        count <= MAX_INNER_ROWS && value != "null"
    })
}

/// The fields that are wanted, by name and raw value, except lists and objects.
fn fields(object: &str, mut is_wanted: impl FnMut(&str, &str) -> bool) -> Map<String, Value> {
    let mut found = Map::new();
    let mut reader = serde_json::Deserializer::from_str(object);
    let read = each_field(&mut reader, |name, value| {
        if is_wanted(name, value) {
            found.extend(scalar(value).map(|value| (name.to_owned(), value)));
        }
    });
    read.map_or_else(|_| Map::new(), |()| found)
}

fn scalar(piece: &str) -> Option<Value> {
    match piece.as_bytes().first()? {
        b'"' | b't' | b'f' | b'n' => read(piece),
        b'-' | b'0'..=b'9' => read(piece).map(Value::Number),
        _ => None,
    }
}

struct Readable<T>(Vec<T>);
struct Complete<T>(Vec<T>);
struct Texts(BTreeMap<String, String>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Readable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut rows = Vec::new();
        each_row(deserializer, |row: &'de RawValue| {
            if rows.len() < MAX_INNER_ROWS {
                rows.extend(read_object(row.get()));
            }
            Ok(())
        })?;
        Ok(Self(rows))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Complete<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut rows = Vec::new();
        each_row(deserializer, |row| {
            rows.push(row);
            if rows.len() > MAX_ROWS {
                return Err("the list is too long");
            }
            Ok(())
        })?;
        Ok(Self(rows))
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut texts = BTreeMap::new();
        each_field(deserializer, |name, value| {
            if let Some(text) = read(value).filter(|_| texts.len() < MAX_INNER_ROWS) {
                texts.insert(name.to_owned(), text);
            }
        })?;
        Ok(Self(texts))
    }
}
