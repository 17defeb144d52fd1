//! Reads a page of sessions in a single pass, as long as every field is what Auth0 documents. Reading leniently takes
//! twice as long, because it looks at each field on its own.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::json::REPLACEMENT;
use super::lenient::MAX_INNER_ROWS;
use super::session::{Authentication, AuthenticationEvent, Cookie, Device, Session, SessionClient};

pub(super) struct PlainPage {
    pub sessions: Vec<Session>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// The page, or `None` if anything about it is unusual; then it has to be read leniently.
pub(super) fn read(text: &str) -> Option<PlainPage> {
    let Object(page): Object<Page> = serde_json::from_str(text).ok()?;
    let next = match page.next {
        Some(cursor) => Some(decisive(cursor).filter(|cursor| !cursor.is_empty())?),
        None => None,
    };
    let rows = page.sessions.into_iter();
    let sessions = rows.map(|Object(row)| row.session()).collect::<Option<_>>();
    Some(PlainPage {
        sessions: sessions?,
        next,
    })
}

#[derive(serde::Deserialize)]
struct Page {
    sessions: Vec<Object<Row>>,
    next: Option<String>,
}

#[derive(serde::Deserialize)]
struct Row {
    id: String,
    user_id: Option<String>,
    created_at: Option<Date>,
    updated_at: Option<Date>,
    authenticated_at: Option<Date>,
    last_interacted_at: Option<Date>,
    expires_at: Option<Date>,
    idle_expires_at: Option<Date>,
    device: Option<Object<RowDevice>>,
    clients: Option<Vec<Object<Client>>>,
    authentication: Option<Object<Methods>>,
    cookie: Option<Object<RowCookie>>,
    session_metadata: Option<BTreeMap<String, String>>,
}

#[derive(serde::Deserialize)]
struct RowDevice {
    initial_ip: Option<String>,
    initial_asn: Option<String>,
    initial_user_agent: Option<String>,
    last_ip: Option<String>,
    last_asn: Option<String>,
    last_user_agent: Option<String>,
}

#[derive(serde::Deserialize)]
struct Client {
    client_id: Option<String>,
}

#[derive(serde::Deserialize)]
struct Methods {
    methods: Option<Vec<Object<Event>>>,
}

#[derive(serde::Deserialize)]
struct Event {
    name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    timestamp: Option<Date>,
}

#[derive(serde::Deserialize)]
struct RowCookie {
    mode: Option<String>,
}

impl Row {
    fn session(self) -> Option<Session> {
        let clients = self.clients.unwrap_or_default();
        let is_long = clients.len() > MAX_INNER_ROWS
            || self
                .session_metadata
                .as_ref()
                .is_some_and(|texts| texts.len() >= MAX_INNER_ROWS);
        if is_long {
            return None;
        }
        Some(Session {
            id: decisive(self.id)?,
            user_id: match self.user_id {
                Some(id) => Some(decisive(id)?),
                None => None,
            },
            created_at: date(self.created_at),
            updated_at: date(self.updated_at),
            authenticated_at: date(self.authenticated_at),
            last_interacted_at: date(self.last_interacted_at),
            expires_at: date(self.expires_at),
            idle_expires_at: date(self.idle_expires_at),
            device: self.device.map(|Object(device)| device.device()),
            clients: clients
                .into_iter()
                .map(|Object(client)| SessionClient {
                    client_id: client.client_id,
                })
                .collect(),
            authentication: match self.authentication {
                Some(Object(methods)) => Some(methods.authentication()?),
                None => None,
            },
            cookie: self
                .cookie
                .map(|Object(cookie)| Cookie { mode: cookie.mode }),
            session_metadata: self.session_metadata,
        })
    }
}

impl RowDevice {
    fn device(self) -> Device {
        Device {
            initial_ip: self.initial_ip,
            initial_asn: self.initial_asn,
            initial_user_agent: self.initial_user_agent,
            last_ip: self.last_ip,
            last_asn: self.last_asn,
            last_user_agent: self.last_user_agent,
        }
    }
}

impl Methods {
    fn authentication(self) -> Option<Authentication> {
        let methods = self.methods.unwrap_or_default();
        if methods.len() > MAX_INNER_ROWS {
            return None;
        }
        let methods = methods
            .into_iter()
            .map(|Object(event)| AuthenticationEvent {
                name: event.name,
                kind: event.kind,
                timestamp: date(event.timestamp),
            });
        Some(Authentication {
            methods: methods.collect(),
        })
    }
}

fn date(date: Option<Date>) -> Option<DateTime<Utc>> {
    date.map(|Date(date)| date)
}

/// A text that a decision depends on. One that is not Unicode could be mistaken for another.
fn decisive(text: String) -> Option<String> {
    (!text.contains(REPLACEMENT)).then_some(text)
}

struct Date(DateTime<Utc>);

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(DateText)
    }
}

struct DateText;

impl Visitor<'_> for DateText {
    type Value = Date;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a date")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Date, E> {
        if let Some(date) = usual_date(text.as_bytes()) {
            return Ok(Date(date));
        }
        let date = DateTime::parse_from_rfc3339(text).map_err(E::custom)?;
        Ok(Date(date.to_utc()))
    }
}

/// Reads a date as Auth0 writes it, such as `2026-01-31T08:00:00.000Z`. Reading any date of RFC 3339 takes four times
/// as long, and a page has hundreds.
fn usual_date(text: &[u8]) -> Option<DateTime<Utc>> {
    let separators = [
        (4, b'-'),
        (7, b'-'),
        (10, b'T'),
        (13, b':'),
        (16, b':'),
        (19, b'.'),
        (23, b'Z'),
    ];
    let is_usual = text.len() == 24 && separators.iter().all(|(at, byte)| text[*at] == *byte);
    if !is_usual {
        return None;
    }
    let year = i32::try_from(number(&text[..4])?).ok()?;
    let day = NaiveDate::from_ymd_opt(year, number(&text[5..7])?, number(&text[8..10])?)?;
    let (hour, minute) = (number(&text[11..13])?, number(&text[14..16])?);
    let (second, millis) = (number(&text[17..19])?, number(&text[20..23])?);
    Some(
        day.and_hms_milli_opt(hour, minute, second, millis)?
            .and_utc(),
    )
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + u32::from(digit - b'0'))
    })
}

/// An object and not a list, which derived implementations accept too.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields(PhantomData))
    }
}

struct Fields<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
    type Value = Object<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields)).map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_dates_are_what_any_date_is() {
        for text in [
            "2026-01-31T08:09:10.123Z",
            "2024-02-29T23:59:59.999Z",
            "0000-01-01T00:00:00.000Z",
            "9999-12-31T00:00:00.001Z",
        ] {
            let any = DateTime::parse_from_rfc3339(text).expect(text).to_utc();
            assert_eq!(usual_date(text.as_bytes()), Some(any), "{text}");
        }
    }

    #[test]
    fn other_dates_are_not_usual() {
        for text in [
            "2026-02-29T08:00:00.000Z",
            "2026-01-31T24:00:00.000Z",
            "2026-01-31T08:00:60.000Z",
            "2026-01-31T08:00:00.00Z",
            "2026-01-31t08:00:00.000z",
            "2026-01-31T08:00:00.0000",
            "+026-01-31T08:00:00.000Z",
            "2026-01-31T08:00:00.é0Z",
            "",
        ] {
            assert_eq!(usual_date(text.as_bytes()), None, "{text}");
        }
    }
}
