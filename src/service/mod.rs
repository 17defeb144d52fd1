//! The operations of the library, one file per part of its contract.

mod api;
mod revocation;
mod session_view;
mod sessions;
mod users;

pub use revocation::RevokeOptions;

use std::time::Duration;

use crate::config::Config;
use crate::logging::Logger;
use crate::transport::pipeline::Deadline;
use api::Api;

#[derive(Debug)]
pub struct Service {
    config: Config,
    api: Api,
    logger: Logger,
}

impl Service {
    pub fn new(config: Config, logger: Logger) -> Self {
        Self {
            api: Api::new(&config),
            config,
            logger,
        }
    }

    /// The deadline of a call that begins now.
    pub fn deadline(&self, timeout: Option<Duration>) -> Deadline {
        Deadline::after(timeout.unwrap_or(self.config.timeout))
    }
}
