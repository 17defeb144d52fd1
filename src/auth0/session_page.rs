//! One page of a list of sessions.

use serde::de::{DeserializeSeed, Deserializer};

use super::page::{self, Page, Room};
use super::plain_sessions;
use super::response::{FromResponse, read_json};
use super::session::Session;
use crate::error::Result;
use crate::transport::http::{MediaType, Response};
use crate::transport::pipeline::Exchange;

/// The largest body that is read in one pass, which counts its entries only afterwards. Four times the size of a page
/// of Auth0's.
const LARGEST_PLAIN: usize = 256 * 1024;

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
        if let Some(page) = Self::read_plainly(reader, &exchange.response) {
            return Ok(page);
        }
        Self::read_leniently(reader, exchange)
    }
}

impl SessionPage {
    fn read_plainly(room: PageReader, response: &Response) -> Option<Self> {
        let bytes = response.body.len();
        if response.media_type != MediaType::Json || bytes > LARGEST_PLAIN.min(room.bytes) {
            return None;
        }
        let page = plain_sessions::read(std::str::from_utf8(&response.body).ok()?)?;
        (page.sessions.len() <= room.rows).then_some(Self {
            sessions: page.sessions,
            next: page.next,
            unreadable: 0,
            is_too_long: false,
            bytes,
        })
    }

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
