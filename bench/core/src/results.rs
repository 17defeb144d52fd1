//! Encoding results for JavaScript.

use std::collections::HashMap;
use std::hint::black_box;

use auth0_user_security::auth0::response::decode;
use auth0_user_security::auth0::session_page::SessionPage;
use auth0_user_security::auth0::sessions::LIST;
use auth0_user_security::error::Result;
use auth0_user_security::model::{Derived, SessionAuthenticationMethod, UserSession};
use auth0_user_security::reply::{Reply, encode};
use chrono::{DateTime, TimeDelta, Utc};

use crate::sample::{ROOM, USER, USER_AGENTS, exchange, refusal};
use crate::{Case, Run, case};

const METHOD: &str = "listUserSessions";

pub static CASES: &[Case] = &[
    case("encode 5 sessions", sessions),
    case("encode an error", error),
];

fn sessions() -> Run {
    encoding(Ok((0..5).map(session).collect::<Vec<_>>()), USER)
}

fn error() -> Run {
    let refused = exchange(&LIST.route, 403, &refusal());
    let error = decode::<SessionPage>(ROOM, &refused, None).map(|_| true);
    encoding(error, "InsufficientScopeError")
}

fn encoding<T: Reply + 'static>(result: Result<T>, part: &str) -> Run {
    let encode = move || encode(METHOD, black_box(&result));
    assert!(encode().contains(part));
    Box::new(move || drop(black_box(encode())))
}

fn session(number: usize) -> UserSession {
    let at = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
    UserSession {
        id: format!("ses_{number:024x}"),
        user_id: USER.to_owned(),
        client_id: Derived,
        client_ids: vec!["hK3n0Vq8yB2sTz5LwXc1RmEu7JdA9oPf".to_owned()],
        created_at: at,
        updated_at: at,
        authenticated_at: Some(at),
        last_activity_at: Some(at),
        expires_at: Some(at),
        idle_expires_at: Some(at),
        device: "Desktop".into(),
        browser: "Chrome 120.0.0".into(),
        os: "Windows 10".into(),
        platform: Derived,
        name: Derived,
        address: "2001:db8:85a3::8a2e:370:7334".to_owned(),
        initial_address: Some("203.0.113.7".to_owned()),
        asn: Some("64497".to_owned()),
        initial_asn: Some("64496".to_owned()),
        initial_os: Some("Windows 10".into()),
        user_agent: Some(USER_AGENTS[number].to_owned()),
        country: Some("France".to_owned()),
        city: Some("Paris".to_owned()),
        current: number == 0,
        persistent: Some(true),
        authentication_methods: vec![SessionAuthenticationMethod {
            name: "pwd".to_owned(),
            kind: None,
            at: Some(at),
        }],
        // A single entry, since the order of several is random.
        metadata: Some(HashMap::from([("tenant".to_owned(), "acme".to_owned())])),
        actor: None,
    }
}
