//! The operations of the library, one file per part of its contract.

mod api;
mod audit;
mod authentication_methods;
mod connection_url;
mod dashboard;
mod diagnosis;
mod linking;
mod password;
mod refresh_tokens;
mod revocation;
mod risk;
mod session_view;
mod sessions;
mod sign_in;
mod unlinking;
mod users;

pub use audit::{Action, Target};
pub use connection_url::ConnectionUrlOptions;
pub use password::TicketOptions;
pub use revocation::RevokeOptions;
pub use risk::risk_level;
pub use sign_in::Proof;

use std::sync::Arc;
use std::time::Duration;

use crate::config::Config;
use crate::credentials::key_set::KeySet;
use crate::credentials::link_state::StateSealer;
use crate::logging::Logger;
use crate::transport::http::Http;
use crate::transport::pipeline::{Call, Channel};
use api::Api;

#[derive(Debug)]
pub struct Service {
    config: Config,
    api: Api,
    /// The way to the login pages' host, which is the custom domain where there is one.
    login: Arc<Channel>,
    keys: KeySet,
    states: StateSealer,
    logger: Logger,
}

impl Service {
    pub fn new(config: Config, logger: Logger) -> Self {
        let api_channel = channel(&config, config.domain.origin());
        let login = match &config.custom_domain {
            Some(domain) => channel(&config, domain.origin()),
            None => api_channel.clone(),
        };
        Self {
            api: Api::new(&config, api_channel),
            keys: KeySet::new(login.clone()),
            states: StateSealer::new(&config.client_secret),
            login,
            config,
            logger,
        }
    }

    /// Ends the pooled connections. A later call opens new ones.
    pub fn close(&self) {
        self.login.http.close();
        self.api.close();
    }

    /// A call that begins now.
    pub fn call(&self, timeout: Option<Duration>) -> Call {
        Call::after(timeout.unwrap_or(self.config.timeout))
    }
}

fn channel(config: &Config, origin: &str) -> Arc<Channel> {
    Arc::new(Channel {
        origin: origin.to_owned(),
        http: Http::new(config),
        retry: config.retry,
        attempt_timeout: config.attempt_timeout,
    })
}
