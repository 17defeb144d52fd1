//! A state opens only for the flow that it was sealed for, and no other text opens at all.

use auth0_user_security::config::{ClientAuthentication, Secret};
use auth0_user_security::credentials::id_token::Unverified;
use auth0_user_security::credentials::link_state::{Flow, StateSealer};
use chrono::{DateTime, TimeDelta, Utc};

const REDIRECT: &str = "https://app.example.com/callback";

/// The first three bytes choose a change and its position, the rest is the connection and the user, and the whole input
/// is a text that was never sealed.
pub fn check(data: &[u8]) {
    let sealer = StateSealer::new(&ClientAuthentication::Secret(Secret::new(
        "a client secret".to_owned(),
    )));
    let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
    let text = super::text(data);
    let unbound = Flow {
        redirect_url: REDIRECT,
        user: None,
    };
    let bound = Flow {
        user: Some(&text),
        ..unbound
    };
    assert!(sealer.open(&text, unbound, now).is_err(), "never sealed");
    assert!(sealer.open(&text, bound, now).is_err(), "never sealed");
    let _ = Unverified::parse(&text);
    if let [kind, place, with, rest @ ..] = data {
        for user in [None, Some(super::text(rest))] {
            let flow = Flow {
                user: user.as_deref(),
                ..unbound
            };
            genuine(&sealer, &super::text(rest), flow, now, |state| {
                changed(state, *kind, usize::from(*place), *with)
            });
        }
    }
}

fn genuine(
    sealer: &StateSealer,
    text: &str,
    flow: Flow,
    now: DateTime<Utc>,
    change: impl Fn(&str) -> String,
) {
    let is_name = |c: &char| !c.is_control();
    let connection: String = text.chars().take_while(is_name).take(128).collect();
    let ticket = sealer
        .seal("google-oauth2", &connection, flow, now)
        .expect("sealed");
    let opened = sealer.open(&ticket.state, flow, now).expect("genuine");
    assert_eq!(
        (opened.provider.as_str(), &opened.connection),
        ("google-oauth2", &connection)
    );
    assert_eq!(
        (&opened.nonce, &opened.code_verifier),
        (&ticket.nonce, &ticket.code_verifier)
    );
    opens_for_nothing_else(sealer, &ticket.state, flow, now);
    assert!(
        sealer.open(&ticket.state, flow, ticket.expires_at).is_err(),
        "expired"
    );
    let forged = change(&ticket.state);
    if forged != ticket.state {
        assert!(
            sealer.open(&forged, flow, now).is_err(),
            "{forged} for {}",
            ticket.state
        );
    }
}

fn changed(state: &str, kind: u8, place: usize, with: u8) -> String {
    let place = place % state.len();
    let with = char::from(with);
    let (head, tail) = state.split_at(place);
    match kind % 5 {
        0 => format!("{head}{with}{}", &tail[1..]),
        1 => format!("{head}{with}{tail}"),
        2 => format!("{head}{}", &tail[1..]),
        3 => head.to_owned(),
        _ => format!("{tail}{head}"),
    }
}

fn opens_for_nothing_else(sealer: &StateSealer, state: &str, flow: Flow, now: DateTime<Utc>) {
    let elsewhere = Flow {
        redirect_url: "https://evil.example/",
        ..flow
    };
    assert!(
        sealer.open(state, elsewhere, now).is_err(),
        "another redirect URL"
    );
    if flow.user.is_some() {
        let other = Flow {
            user: Some("another user"),
            ..flow
        };
        assert!(sealer.open(state, other, now).is_err(), "another user");
        let without_user = Flow { user: None, ..flow };
        assert!(sealer.open(state, without_user, now).is_err(), "no user");
    }
}
