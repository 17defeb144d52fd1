//! Sealing and opening the state of a link.

use std::hint::black_box;

use auth0_user_security::config::{ClientAuthentication, Secret};
use auth0_user_security::credentials::link_state::{Flow, SealedState, StateSealer};
use chrono::{DateTime, Utc};

use crate::sample::USER;
use crate::{Case, Run, case};

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;
const FLOW: Flow<'static> = Flow {
    redirect_url: "https://app.example.com/account/link/callback",
    user: Some(USER),
};

pub static CASES: &[Case] = &[
    case("seal a link state", sealing),
    case("open a link state", opening),
];

fn sealer() -> StateSealer {
    let secret = "wR3kq0Vt8yB2sTz5LwXc1RmEu7JdA9oPfhK3n0Vq8yB2sTz5LwXc1RmEu7JdA9oP";
    StateSealer::new(&ClientAuthentication::Secret(Secret::new(
        secret.to_owned(),
    )))
}

fn seal(sealer: &StateSealer) -> SealedState {
    sealer
        .seal("google-oauth2", "google-oauth2", black_box(FLOW), NOW)
        .expect("random bytes")
}

fn sealing() -> Run {
    let sealer = sealer();
    Box::new(move || drop(black_box(seal(&sealer))))
}

fn opening() -> Run {
    let sealer = sealer();
    let state = seal(&sealer).state;
    let open = move || sealer.open(black_box(&state), black_box(FLOW), NOW);
    assert_eq!(open().expect("genuine").provider, "google-oauth2");
    Box::new(move || drop(black_box(open())))
}
