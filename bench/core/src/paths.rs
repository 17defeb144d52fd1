//! Building requests: the ids of users become parts of paths and queries.

use std::hint::black_box;

use auth0_user_security::auth0::sessions::list;
use auth0_user_security::auth0::users::{Identity, by_email, unlink};

use crate::sample::{EMAIL, ROOM, USER};
use crate::{Case, Run, case};

const CURSOR: &str = "MTcxNjk4NTYwMDAwMCxzZXNf";

pub static CASES: &[Case] = &[
    case("request a page of sessions", page_of_sessions),
    case("request a user by email", user_by_email),
    case("request an unlink", unlinking),
];

fn page_of_sessions() -> Run {
    let request = || list(black_box(USER), black_box(Some(CURSOR)), ROOM);
    assert_eq!(
        request().expect("a valid id").raw.target,
        format!("/api/v2/users/auth0%7C6650f3a1c2d4e5f601234567/sessions?take=50&from={CURSOR}")
    );
    Box::new(move || drop(black_box(request())))
}

fn user_by_email() -> Run {
    let request = || by_email(black_box(EMAIL));
    assert!(request().is_ok());
    Box::new(move || drop(black_box(request())))
}

fn unlinking() -> Run {
    let identity = Identity {
        provider: "google-oauth2".to_owned(),
        user_id: "115015401343387192604".to_owned(),
        connection: None,
        is_social: true,
        profile: None,
    };
    let request = move || unlink(black_box(USER), black_box(&identity));
    assert!(request().is_ok());
    Box::new(move || drop(black_box(request())))
}
