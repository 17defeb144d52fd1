//! The application that people sign in through when accounts are linked, and the states of their logins.

use crate::config::{Application, Config};
use crate::credentials::link_state::StateSealer;
use crate::credentials::used_states::UsedStates;
use crate::error::Error;
use crate::shared_state::SharedState;

#[derive(Debug)]
pub(super) struct LinkApplication {
    pub application: Application,
    pub states: StateSealer,
    pub used_states: UsedStates,
}

impl LinkApplication {
    pub fn of(config: &Config, shared: Option<&SharedState>) -> Option<Self> {
        let credential = config.credential()?;
        Some(Self {
            application: config.application.clone()?,
            states: StateSealer::new(credential).valid_for(config.link_state_ttl),
            used_states: UsedStates::new(credential, shared.cloned()),
        })
    }
}

pub(super) fn missing() -> Error {
    Error::configuration(
        "application",
        "is missing, though linking needs it beside accessToken",
        "Pass the client id and secret of the web application that people sign in through",
    )
}
