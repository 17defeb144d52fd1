//! Any response decodes to a value, or to an error that quotes none of it.

use std::marker::PhantomData;

use auth0_user_security::auth0::endpoint::Endpoint;
use auth0_user_security::auth0::response::{FromResponse, decode};
use auth0_user_security::auth0::session_page::{PageReader, SessionPage};
use auth0_user_security::auth0::{
    directory, login, oauth, refresh_tokens, sessions, tickets, users,
};
use auth0_user_security::config::{Application, ClientAuthentication, Secret};
use auth0_user_security::error::Error;
use auth0_user_security::transport::http::{MediaType, Response};
use auth0_user_security::transport::pacing::rate_limit_headers::RateLimitHeaders;
use auth0_user_security::transport::pipeline::Exchange;
use auth0_user_security::transport::request::Route;
use serde_json::Value;

/// Takes the place of tokens and echoed input in the corpus.
const CANARY: &str = "cAnArY";
const REFUSALS: [u16; 8] = [302, 400, 401, 403, 404, 429, 500, 503];
/// The length of Auth0's machine-readable codes and of the field paths that consist of them.
const MAX_CODE: usize = 64;
const MAX_MESSAGE: usize = 400;
const LIST_READER: PageReader = PageReader {
    rows: 10_000,
    bytes: 1 << 20,
};

pub fn check(body: &[u8]) {
    decoded_by(LIST_READER, &sessions::LIST, body);
    is_read_like_leniently(body);
    decoded(&sessions::READ, body);
    decoded(&users::READ, body);
    decoded(&users::BY_EMAIL, body);
    decoded(&directory::SEARCH, body);
    decoded(&users::LINK, body);
    decoded(&refresh_tokens::LIST, body);
    decoded(&tickets::PASSWORD_CHANGE, body);
    decoded(&oauth::TOKEN, body);
    decoded(&login::CODE, body);
    decoded(&login::USER_INFO, body);
    decoded(&login::DISCOVERY, body);
    decoded(&login::KEYS, body);
    for status in REFUSALS {
        refused(status, body);
    }
    if let Ok(value) = serde_json::from_slice::<Value>(body) {
        keeps_sessions(&value);
        keeps_users(&value);
    }
}

/// Reading a page in one pass gives what reading each of its fields on its own gives.
fn is_read_like_leniently(body: &[u8]) {
    let exchange = exchange(&sessions::LIST.route, 200, MediaType::Json, body);
    let lenient = SessionPage::read_leniently(LIST_READER, &exchange);
    let read = decode::<SessionPage>(LIST_READER, &exchange, None);
    // The plain reading takes the length of the body for that of the rows.
    let shown = |page: SessionPage| format!("{:?}", SessionPage { bytes: 0, ..page });
    assert_eq!(read.ok().map(shown), lenient.ok().map(shown));
}

fn exchange(route: &'static Route, status: u16, media_type: MediaType, body: &[u8]) -> Exchange {
    let response = Response {
        status,
        media_type,
        rate_limit: RateLimitHeaders::default(),
        body: body.to_vec().into(),
    };
    Exchange {
        route,
        response,
        attempts: 1,
        may_have_acted: false,
    }
}

fn decoded<T>(endpoint: &'static Endpoint<T>, body: &[u8]) -> Option<T>
where
    T: FromResponse,
    T::Reader: Default + Copy,
{
    decoded_by(T::Reader::default(), endpoint, body)
}

fn decoded_by<T>(reader: T::Reader, endpoint: &'static Endpoint<T>, body: &[u8]) -> Option<T>
where
    T: FromResponse,
    T::Reader: Copy,
{
    let of = |media_type| exchange(&endpoint.route, 200, media_type, body);
    let other_type = decode::<T>(reader, &of(MediaType::Missing), None);
    quotes_nothing(&other_type.err().expect("not JSON by its type"));
    let decoded = decode::<T>(reader, &of(MediaType::Json), None);
    decoded.map_err(|error| quotes_nothing(&error)).ok()
}

fn refused(status: u16, body: &[u8]) {
    let of = |route| exchange(route, status, MediaType::Json, body);
    let (list, person) = (of(&sessions::LIST.route), of(&login::USER_INFO.route));
    let errors = [
        decode::<SessionPage>(LIST_READER, &list, None).err(),
        decode::<login::UserInfo>(PhantomData, &person, None).err(),
    ];
    for error in errors {
        let error = error.expect("a refusal");
        assert_eq!(error.status(), Some(status));
        quotes_nothing(&error);
    }
    let refusal = of(&oauth::TOKEN.route);
    let secret = ClientAuthentication::Secret(Secret::new("secret".to_owned()));
    quotes_nothing(&oauth::refusal(
        &refusal,
        &secret,
        "https://t.example/api/v2/",
    ));
    let application = Application {
        client_id: "client".to_owned(),
        authentication: Some(secret),
    };
    if let Some(error) = oauth::application_refusal(&refusal, &application) {
        quotes_nothing(&error);
    }
}

fn quotes_nothing(error: &Error) {
    let text = format!("{error}\n{error:?}\n{:?}", error.cause());
    assert!(!text.contains(CANARY), "{text}");
    assert!(error.message.len() <= MAX_MESSAGE, "{text}");
    assert!(error.error_code().is_none_or(is_code), "{text}");
    if let Some((_, path)) = error.message.split_once(" at `") {
        let (path, _) = path.split_once('`').expect("its end");
        assert!(
            path.split(['.', '[', ']'])
                .all(|part| part.is_empty() || is_code(part)),
            "{text}"
        );
    }
}

fn is_code(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=MAX_CODE).contains(&text.len()) && text.bytes().all(is_plain)
}

/// An unreadable cursor does not count as the end of a list.
fn is_end_or_cursor(next: Option<&Value>) -> bool {
    match next {
        None | Some(Value::Null) => true,
        Some(Value::String(cursor)) => !cursor.is_empty() && is_unicode(cursor),
        Some(_) => false,
    }
}

/// Only rows without an id are left out of the list, whatever their other fields contain.
fn keeps_sessions(page: &Value) {
    let Some(rows) = page.get("sessions").and_then(Value::as_array) else {
        return;
    };
    let id = |row: &'_ Value| row.get("id")?.as_str().map(is_unicode);
    let is_readable = |row: &&Value| id(row) == Some(true);
    let readable: Vec<&Value> = rows.iter().filter(is_readable).collect();
    let text = serde_json::to_vec(page).expect("JSON");
    let next = page.get("next");
    let page = decoded_by(LIST_READER, &sessions::LIST, &text);
    if !is_end_or_cursor(next) || (readable.is_empty() && !rows.is_empty()) {
        assert!(page.is_none());
        return;
    }
    let page = page.expect("a list of sessions");
    let ids = readable.iter().filter_map(|row| row.get("id")?.as_str());
    assert!(page.sessions.iter().map(|session| &*session.id).eq(ids));
    assert_eq!(page.unreadable, rows.len() - readable.len());
    for (session, row) in page.sessions.iter().zip(readable) {
        let clients = row.get("clients").and_then(Value::as_array);
        let named = clients
            .into_iter()
            .flatten()
            .filter_map(|client| client.get("client_id")?.as_str());
        let shown = session
            .clients
            .iter()
            .filter_map(|client| client.client_id.as_deref());
        assert!(shown.eq(named));
    }
}

/// Identities decide what may be unlinked, so either all of them are read or none.
fn keeps_users(listed: &Value) {
    let Some(rows) = listed.as_array() else {
        return;
    };
    let ids: Option<Vec<&str>> = rows.iter().map(readable_user).collect();
    let Some(ids) = ids else { return };
    // Re-encoded, to remove the repeated keys of the body.
    let body = serde_json::to_vec(listed).expect("JSON");
    let users = decoded(&users::BY_EMAIL, &body)
        .expect("every user can be read")
        .0;
    assert!(users.iter().map(|user| &user.user_id).eq(ids));
    for (user, row) in users.iter().zip(rows) {
        let wanted = row.get("identities").and_then(Value::as_array);
        let wanted = wanted
            .into_iter()
            .flatten()
            .filter(|identity| !identity.is_null());
        assert_eq!(user.identities.len(), wanted.count());
    }
}

/// The id of a user whose identities can all be read.
fn readable_user(row: &Value) -> Option<&str> {
    let is_readable = |identity: &Value| {
        let id = identity.get("user_id");
        let has_id = id.is_some_and(|id| id.is_number() || id.as_str().is_some_and(is_unicode));
        let provider = identity.get("provider").and_then(Value::as_str);
        identity.is_null() || (has_id && provider.is_some_and(is_unicode))
    };
    let has_identities = match row.get("identities") {
        None | Some(Value::Null) => true,
        Some(Value::Array(identities)) => identities.iter().all(is_readable),
        Some(_) => false,
    };
    let id = row.get("user_id")?.as_str();
    id.filter(|id| has_identities && is_unicode(id))
}

fn is_unicode(text: &str) -> bool {
    !text.contains('\u{fffd}')
}
