//! Reads a page of sessions in a single pass, as long as every field is what Auth0 documents. Reading leniently takes
//! twice as long, because it looks at each field on its own.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::json::REPLACEMENT;
use super::lenient::MAX_INNER_ROWS;
use super::plain_date::Date;
use super::session::{Authentication, AuthenticationEvent, Cookie, Device, Session, SessionClient};

/// Most users have no more. Moving their sessions to a longer list would take more than room for a few that do not exist.
const USUAL_SESSIONS: usize = 8;

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
    Some(PlainPage {
        sessions: page.sessions.0,
        next,
    })
}

#[derive(serde::Deserialize)]
struct Page {
    sessions: Sessions,
    next: Option<String>,
}

/// Each row becomes a session as soon as it is read: a list of rows would be as large as that of sessions.
struct Sessions(Vec<Session>);

impl<'de> Deserialize<'de> for Sessions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Rows)
    }
}

struct Rows;

impl<'de> Visitor<'de> for Rows {
    type Value = Sessions;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Sessions, A::Error> {
        let mut sessions = Vec::with_capacity(USUAL_SESSIONS);
        while let Some(Object(row)) = rows.next_element::<Object<Row>>()? {
            sessions.push(row.session().ok_or_else(not_plain)?);
        }
        Ok(Sessions(sessions))
    }
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
    actor: Option<Unusual>,
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
            actor: self.actor.map(|Unusual(never)| match never {}),
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

fn not_plain<E: Error>() -> E {
    E::custom("not plain")
}

/// Anything but null. Delegated sessions are rare enough to be read leniently.
struct Unusual(Infallible);

impl<'de> Deserialize<'de> for Unusual {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(not_plain())
    }
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
