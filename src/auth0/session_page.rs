//! One page of a list of sessions.

use serde::de::{DeserializeSeed, Deserializer};

use super::page::{self, Page, Room};
use super::plain_sessions;
use super::response::{FromResponse, read_json};
use super::session::Session;
use crate::error::Result;
use crate::transport::http::MediaType;
use crate::transport::pipeline::Exchange;

#[derive(Debug, Default)]
pub struct SessionPage {
    pub sessions: Vec<Session>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many rows were left out because they are not a session with an id.
    pub unreadable: usize,
    /// Whether there were more sessions than there was room for. The excess is left out.
    pub is_too_long: bool,
    /// The size of the rows in bytes of JSON, at most.
    pub bytes: usize,
}

/// Reads a page into the space that is left for it.
#[derive(Debug, Clone, Copy)]
pub struct PageReader {
    pub rows: usize,
    pub bytes: usize,
}

impl FromResponse for SessionPage {
    type Reader = PageReader;

    fn from_success(reader: PageReader, exchange: &Exchange) -> Result<Self> {
        let response = &exchange.response;
        if response.media_type == MediaType::Json
            && let Ok(text) = std::str::from_utf8(&response.body)
            && let Some(page) = plain_sessions::read(text, reader)
        {
            return Ok(page);
        }
        Self::read_leniently(reader, exchange)
    }
}

impl SessionPage {
    /// Whatever is wrong with a field affects only that field.
    pub fn read_leniently(reader: PageReader, exchange: &Exchange) -> Result<Self> {
        let expected = "an object with an array `sessions`, each with an `id`";
        read_json(reader, expected, exchange)
    }
}

impl<'de> DeserializeSeed<'de> for PageReader {
    type Value = SessionPage;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<SessionPage, D::Error> {
        let Self { rows, bytes } = self;
        let page: Page<Session> = page::read("sessions", Room { rows, bytes }, deserializer)?;
        Ok(SessionPage {
            sessions: page.rows,
            next: page.next,
            unreadable: page.unreadable,
            is_too_long: page.is_too_long,
            bytes: page.bytes,
        })
    }
}
