//! Parsing user agents.

use std::hint::black_box;

use auth0_user_security::user_agent::{known, parse};

use crate::sample::USER_AGENTS;
use crate::{Case, Run, case};

pub static CASES: &[Case] = &[
    case("find 5 known user agents", known_ones),
    case("parse a new user agent", new_one),
];

fn known_ones() -> Run {
    for text in USER_AGENTS {
        parse(Some(text));
        assert!(known(Some(text)).is_some());
    }
    Box::new(|| {
        for text in USER_AGENTS {
            black_box(known(black_box(Some(text))));
        }
    })
}

/// A patch release of a browser whose rules have been compiled.
fn new_one() -> Run {
    let mut patch = 0;
    let mut next = move || {
        // As many as there are with four digits.
        patch = (patch + 1) % 9000;
        format!(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/120.0.{}.0 Safari/537.36",
            1000 + patch
        )
    };
    assert_eq!(&*parse(Some(&next())).browser, "Chrome 120.0.1001");
    assert!(known(Some(&next())).is_none());
    Box::new(move || drop(black_box(parse(Some(&next())))))
}
