//! One page of a list of sessions. Its length is the server's choice, so sessions are counted as they
//! are read, and those beyond the limit take up no memory.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::lenient;
use super::sessions::Session;
use super::streaming::each_row;

#[derive(Debug, Default)]
pub struct SessionPage {
    pub sessions: Vec<Session>,
    /// Where the list goes on.
    pub next: Option<String>,
    /// How many rows were left out because no session with an id could be read from them.
    pub unreadable: usize,
    /// Whether there were more sessions than there was room for. Those are left out.
    pub is_too_long: bool,
    /// How many bytes of the document the rows took up.
    pub bytes: usize,
}

/// Reads a page for which there is so much room.
#[derive(Debug, Clone, Copy)]
pub struct PageReader {
    pub rows: usize,
    pub bytes: usize,
}

impl<'de> DeserializeSeed<'de> for PageReader {
    type Value = SessionPage;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<SessionPage, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for PageReader {
    type Value = SessionPage;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a page of sessions")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<SessionPage, A::Error> {
        let mut page = SessionPage::default();
        let mut has_sessions = false;
        while let Some(name) = fields.next_key::<String>()? {
            match name.as_str() {
                "sessions" if has_sessions => return Err(A::Error::duplicate_field("sessions")),
                "sessions" => {
                    has_sessions = true;
                    let (page, room) = (&mut page, self);
                    fields.next_value_seed(Rows { page, room })?;
                }
                "next" => page.next = lenient::read(fields.next_value::<&RawValue>()?.get()),
                _ => {
                    fields.next_value::<IgnoredAny>()?;
                }
            }
        }
        if has_sessions {
            return Ok(page);
        }
        Err(A::Error::missing_field("sessions"))
    }
}

struct Rows<'a> {
    page: &'a mut SessionPage,
    room: PageReader,
}

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Self { page, room } = self;
        each_row(deserializer, |row: &RawValue| {
            page.add(row.get(), room);
            Ok(())
        })?;
        if page.sessions.is_empty() && page.unreadable > 0 {
            return Err(D::Error::custom("none of the rows is a session"));
        }
        Ok(())
    }
}

impl SessionPage {
    fn add(&mut self, row: &str, room: PageReader) {
        let (rows, bytes) = (
            self.sessions.len() + self.unreadable,
            self.bytes + row.len(),
        );
        if self.is_too_long || rows >= room.rows || bytes > room.bytes {
            self.is_too_long = true;
            return;
        }
        self.bytes = bytes;
        match lenient::read_object(row) {
            Some(session) => self.sessions.push(session),
            None => self.unreadable += 1,
        }
    }
}
