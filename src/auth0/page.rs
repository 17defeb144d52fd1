//! One page of a cursor-paginated list. The server chooses its length, so rows are counted as they are read, and those
//! beyond the limit take up no memory.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny};
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use super::lenient;
use super::streaming::each_row;

/// The maximum size of a page.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    pub rows: usize,
    pub bytes: usize,
}

#[derive(Debug)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many rows were skipped because they could not be read.
    pub unreadable: usize,
    /// Whether there were more rows than fit. The rest is skipped.
    pub is_too_long: bool,
    /// The size of the rows in bytes of JSON.
    pub bytes: usize,
}

/// Reads a page whose rows are in the field with this name.
pub fn read<'de, T, D>(name: &'static str, room: Room, deserializer: D) -> Result<Page<T>, D::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    let row = PhantomData;
    deserializer.deserialize_map(Reader { name, room, row })
}

struct Reader<T> {
    name: &'static str,
    room: Room,
    row: PhantomData<T>,
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Reader<T> {
    type Value = Page<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a page of {}", self.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Page<T>, A::Error> {
        let mut page: Option<Page<T>> = None;
        let mut next: Option<Cursor> = None;
        while let Some(name) = fields.next_key::<String>()? {
            if name == self.name {
                if page.is_some() {
                    return Err(A::Error::duplicate_field(self.name));
                }
                page = Some(fields.next_value_seed(Rows(self.room, self.row))?);
            } else if name == "next" {
                if next.is_some() {
                    return Err(A::Error::duplicate_field("next"));
                }
                next = Some(fields.next_value()?);
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        let mut page = page.ok_or_else(|| A::Error::missing_field(self.name))?;
        page.next = next.and_then(|next| next.0);
        Ok(page)
    }
}

/// A list ends with a missing or `null` cursor. An unreadable cursor is an error: there may be pages after it.
struct Cursor(Option<String>);

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let cursor = Option::<Text>::deserialize(deserializer)?;
        Ok(Self(cursor.map(|text| text.0)))
    }
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Text(#[serde(deserialize_with = "cursor")] String);

fn cursor<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = lenient::required_text(deserializer)?;
    if text.is_empty() {
        return Err(D::Error::custom("the cursor is empty"));
    }
    Ok(text)
}

struct Rows<T>(Room, PhantomData<T>);

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Rows<T> {
    type Value = Page<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Page<T>, D::Error> {
        let mut page = Page {
            rows: Vec::new(),
            next: None,
            unreadable: 0,
            is_too_long: false,
            bytes: 0,
        };
        each_row(deserializer, |row: &RawValue| {
            page.add(row.get(), self.0);
            Ok(())
        })?;
        if page.rows.is_empty() && page.unreadable > 0 {
            return Err(D::Error::custom("none of the rows can be read"));
        }
        Ok(page)
    }
}

impl<T: DeserializeOwned> Page<T> {
    fn add(&mut self, row: &str, room: Room) {
        let (rows, bytes) = (self.rows.len() + self.unreadable, self.bytes + row.len());
        if self.is_too_long || rows >= room.rows || bytes > room.bytes {
            self.is_too_long = true;
            return;
        }
        self.bytes = bytes;
        match lenient::read_object(row) {
            Some(row) => self.rows.push(row),
            None => self.unreadable += 1,
        }
    }
}
