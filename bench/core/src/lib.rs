//! What the core does for each call, without I/O. `cargo bench` measures the time of each case, `main.rs` runs it so
//! that its instructions can be counted.

#![allow(
    clippy::expect_used,
    reason = "a case whose input is wrong must not be measured"
)]

mod decoding;
mod link_state;
mod paths;
mod results;
mod retries;
mod sample;
mod user_agents;

use std::fmt;

/// Runs a case once.
pub type Run = Box<dyn FnMut()>;

/// Something to measure.
#[derive(Debug)]
pub struct Case {
    /// Also the key of its baseline.
    pub name: &'static str,
    /// Makes the input and checks that it takes the path that the name promises.
    pub prepare: fn() -> Run,
}

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

pub fn cases() -> impl Iterator<Item = &'static Case> {
    [
        decoding::CASES,
        user_agents::CASES,
        paths::CASES,
        link_state::CASES,
        retries::CASES,
        results::CASES,
    ]
    .into_iter()
    .flatten()
}

const fn case(name: &'static str, prepare: fn() -> Run) -> Case {
    Case { name, prepare }
}
