//! The operations of the library, one file per part of its contract.

mod audit;
mod call_warnings;
mod configuration_check;
mod connection_url;
mod dashboard;
mod email_lookup;
mod identity_change;
mod linking;
mod management_api;
mod method_needs;
mod needs;
mod operation;
mod password_tickets;
mod refresh_tokens;
mod revocation;
mod revocation_target;
mod revoke_access;
mod revoke_access_evidence;
mod revoke_all;
mod revoke_others;
mod risk;
mod session_pages;
mod session_view;
mod sessions;
mod settlement;
mod sign_in;
mod sign_in_methods;
mod unlinking;
mod users;
mod waiting;

pub use connection_url::ConnectionUrlOptions;
pub use dashboard::DashboardOptions;
pub use operation::Operation;
pub use password_tickets::TicketOptions;
pub use revocation::RevokeOptions;
pub use risk::risk_level;
pub use sign_in::Proof;

pub use crate::transport::call::Call;
pub use crate::transport::pacing::queue::Priority;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::config::Config;
use crate::credentials::authentication_api::AuthenticationApi;
use crate::credentials::derived_key::derive_key;
use crate::credentials::key_set::KeySet;
use crate::credentials::link_state::StateSealer;
use crate::credentials::shared_token::SharedToken;
use crate::credentials::token_sealer::TokenSealer;
use crate::credentials::used_states::UsedStates;
use crate::logging::Logger;
use crate::shared_state::SharedState;
use crate::transport::http::Http;
use crate::transport::pacing::pacer::Pacer;
use crate::transport::pacing::shared_budget::SharedBudget;
use crate::transport::pipeline::Channel;
use call_warnings::CallWarnings;
use management_api::ManagementApi;
use revoke_access_evidence::Evidence;

/// Per-call deadline and priority.
#[derive(Debug, Clone, Copy, Default)]
pub struct Timing {
    /// Defaults to that of the configuration.
    pub timeout: Option<Duration>,
    pub priority: Priority,
}

#[derive(Debug)]
pub struct Service {
    config: Config,
    api: ManagementApi,
    /// At the custom domain, if there is one.
    login: AuthenticationApi,
    keys: KeySet,
    states: StateSealer,
    revoke_access_evidence: Arc<Evidence>,
    used_states: UsedStates,
    shared: Option<SharedState>,
    logger: Logger,
    warnings: CallWarnings,
}

impl Service {
    pub fn new(config: Config, logger: Logger) -> Self {
        let shared = config.shared_state.as_ref();
        let shared = shared.map(|settings| SharedState::new(settings, logger.clone()));
        let api_channel = channel(&config, config.domain.origin(), shared.as_ref(), &logger);
        let login = match &config.custom_domain {
            Some(domain) => channel(&config, domain.origin(), shared.as_ref(), &logger),
            None => api_channel.clone(),
        };
        let login = AuthenticationApi::new(login);
        let shared_token = shared.clone().map(|state| shared_token(&config, state));
        Self {
            api: ManagementApi::new(&config, api_channel, shared_token),
            keys: KeySet::new(login.clone(), config.timeout),
            states: StateSealer::new(&config.authentication),
            revoke_access_evidence: Evidence::of_tenant(config.domain.origin()),
            used_states: UsedStates::new(&config.authentication, shared.clone()),
            login,
            shared,
            config,
            logger,
            warnings: CallWarnings::default(),
        }
    }

    /// Closes the pooled connections. A later call opens new ones.
    pub fn close(&self) {
        self.login.close();
        self.api.close();
        if let Some(shared) = &self.shared {
            shared.close();
        }
    }

    /// Warns once per call, however often it meets the cause while polling or retrying.
    pub(super) fn warn_once(&self, call: Call, message: &'static str, details: Value) {
        if self.warnings.is_first(call, message) {
            self.warn(call, message, details);
        }
    }

    /// A call of a public method that begins now.
    pub fn call(&self, operation: &'static str, timing: Timing) -> Call {
        Call::after(timing.timeout.unwrap_or(self.config.timeout))
            .with_priority(timing.priority)
            .named(operation)
    }
}

fn channel(
    config: &Config,
    origin: &str,
    shared: Option<&SharedState>,
    logger: &Logger,
) -> Arc<Channel> {
    // A custom domain belongs to the same tenant and shares its limits.
    let tenant = config.domain.origin();
    Arc::new(Channel {
        origin: origin.to_owned(),
        http: Http::new(config),
        pacer: Pacer::of_tenant(tenant),
        budget: shared.map(|state| Arc::new(shared_budget(config, state.clone()))),
        retry: config.retry,
        attempt_timeout: config.attempt_timeout,
        logger: logger.clone(),
    })
}

fn shared_budget(config: &Config, state: SharedState) -> SharedBudget {
    let key = derive_key(&config.authentication, "shared-budget/v1");
    SharedBudget::new(state, config.domain.origin(), &key)
}

fn shared_token(config: &Config, state: SharedState) -> SharedToken {
    let whose = [config.domain.origin(), &config.client_id, &config.audience];
    SharedToken::new(state, TokenSealer::new(&config.authentication, &whose))
}
