//! Reads lists and objects one entry at a time, so that skipped entries take up no memory.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{Deserialize, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Calls `keep` with each row of a list, until it returns a reason to reject the list.
pub fn each_row<'de, D, T, F>(deserializer: D, keep: F) -> Result<(), D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
    F: FnMut(T) -> Result<(), &'static str>,
{
    let row = PhantomData;
    deserializer.deserialize_seq(Rows { keep, row })
}

/// Calls `keep` with the name of each field of an object and its raw value.
pub fn each_field<'de, D, F>(deserializer: D, keep: F) -> Result<(), D::Error>
where
    D: Deserializer<'de>,
    F: FnMut(&str, &'de str),
{
    deserializer.deserialize_map(Fields(keep))
}

struct Rows<T, F> {
    keep: F,
    row: PhantomData<T>,
}

impl<'de, T, F> Visitor<'de> for Rows<T, F>
where
    T: Deserialize<'de>,
    F: FnMut(T) -> Result<(), &'static str>,
{
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut rows: A) -> Result<(), A::Error> {
        while let Some(row) = rows.next_element()? {
            (self.keep)(row).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

struct Fields<F>(F);

impl<'de, F: FnMut(&str, &'de str)> Visitor<'de> for Fields<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut fields: A) -> Result<(), A::Error> {
        while let Some((name, value)) = fields.next_entry::<String, &RawValue>()? {
            (self.0)(&name, value.get());
        }
        Ok(())
    }
}
