//! Decoding responses.

use std::hint::black_box;
use std::marker::PhantomData;

use auth0_user_security::auth0::response::decode;
use auth0_user_security::auth0::session_page::SessionPage;
use auth0_user_security::auth0::sessions::LIST;
use auth0_user_security::auth0::users::{READ, User};
use serde_json::{Value, json};

use crate::sample::{ROOM, exchange, page, user};
use crate::{Case, Run, case};

pub static CASES: &[Case] = &[
    case("decode 5 sessions", || plainly(5)),
    case("decode 50 sessions", || plainly(50)),
    case("decode 5 sessions, one odd", || leniently(5)),
    case("decode 50 sessions, one odd", || leniently(50)),
    case("decode a user with 3 identities", user_with_identities),
];

fn plainly(sessions: usize) -> Run {
    reading(sessions, &page(sessions), true)
}

/// A single field of an undocumented type makes the whole page be read again.
fn leniently(sessions: usize) -> Run {
    let mut page = page(sessions);
    page["sessions"][sessions / 2]["device"]["last_asn"] = json!(64497);
    reading(sessions, &page, false)
}

fn reading(sessions: usize, body: &Value, is_plain: bool) -> Run {
    let exchange = exchange(&LIST.route, 200, body);
    let read = move || decode::<SessionPage>(ROOM, black_box(&exchange), None);
    let page = read().expect("a page");
    assert_eq!(page.sessions.len(), sessions);
    // Only the plain reading takes the length of the body for that of the rows.
    assert_eq!(page.bytes == body.to_string().len(), is_plain);
    Box::new(move || drop(black_box(read())))
}

fn user_with_identities() -> Run {
    let exchange = exchange(&READ.route, 200, &user());
    let read = move || decode::<User>(PhantomData, black_box(&exchange), None);
    assert_eq!(read().expect("a user").identities.len(), 3);
    Box::new(move || drop(black_box(read())))
}
