//! The operations of the library, one file per part of its contract.

mod audit;
mod batch;
mod call_warnings;
mod configuration_check;
mod connection_url;
mod dashboard;
mod email_lookup;
mod fleet_needs;
mod identity_change;
mod link_application;
mod linking;
mod management_api;
mod method_needs;
mod needs;
mod open_services;
mod operation;
mod password_tickets;
mod protection;
mod refresh_tokens;
mod revocation;
mod revocation_target;
mod revoke_access;
mod revoke_access_evidence;
mod revoke_all;
mod revoke_others;
mod risk;
mod selection;
mod session_batch;
mod session_pages;
mod session_view;
mod sessions;
mod settlement;
mod sign_in;
mod sign_in_methods;
mod ticket_links;
mod unlinking;
mod users;
mod waiting;

pub use connection_url::ConnectionUrlOptions;
pub use dashboard::DashboardOptions;
pub use method_needs::CheckedMethods;
pub use operation::Operation;
pub use password_tickets::TicketOptions;
pub use protection::{
    AccessKind, LimitOptions, RemovalOptions, RevokeApplicationOptions, VerificationOptions,
};
pub use revocation::RevokeOptions;
pub use risk::{Policy, risk_level};
pub use selection::{LogSelector, Selector, organization_id};
pub use sign_in::Proof;
pub use ticket_links::Destination;

pub use crate::risk_input::{Account, SessionFacts};
pub use crate::transport::call::Call;
pub use crate::transport::pacing::queue::Priority;
pub use crate::transport::pacing::waits::Waits;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::config::{Access, Config};
use crate::credentials::authentication_api::AuthenticationApi;
use crate::credentials::derived_key::derive_key;
use crate::credentials::key_set::KeySet;
use crate::credentials::shared_token::SharedToken;
use crate::credentials::token_sealer::TokenSealer;
use crate::error::Result;
use crate::logging::Logger;
use crate::shared_state::SharedState;
use crate::transport::http::Http;
use crate::transport::pacing::pacer::Pacer;
use crate::transport::pacing::shared_budget::SharedBudget;
use crate::transport::pipeline::Channel;
use call_warnings::CallWarnings;
use link_application::LinkApplication;
use management_api::ManagementApi;
use open_services::OpenService;
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
    link_application: Option<LinkApplication>,
    revoke_access_evidence: Arc<Evidence>,
    shared: Option<SharedState>,
    logger: Logger,
    warnings: CallWarnings,
    open: OpenService,
}

impl Service {
    pub fn new(config: Config, logger: Logger) -> Self {
        warn_of_test_tenant(&config, &logger);
        let open = OpenService::of(config.domain.origin());
        let shared = config.shared_state.as_ref();
        let shared = shared.map(|settings| SharedState::new(settings, logger.clone()));
        let api_channel = channel(&config, config.domain.origin(), shared.as_ref(), &logger);
        let login = match &config.custom_domain {
            Some(domain) => channel(&config, domain.origin(), shared.as_ref(), &logger),
            None => api_channel.clone(),
        };
        let login = AuthenticationApi::new(login);
        let shared_token = shared_token(&config, shared.as_ref());
        Self {
            api: ManagementApi::new(&config, api_channel, shared_token),
            keys: KeySet::new(login.clone(), config.timeout),
            link_application: LinkApplication::of(&config, shared.as_ref()),
            revoke_access_evidence: Evidence::of_tenant(config.domain.origin()),
            login,
            shared,
            config,
            logger,
            warnings: CallWarnings::default(),
            open,
        }
    }

    /// Closes the pooled connections. A later call opens new ones. With the last open service of a tenant, what was
    /// learned about it is forgotten.
    pub fn close(&self) {
        self.open.close();
        self.login.close();
        self.api.close();
        if let Some(shared) = &self.shared {
            shared.close();
        }
    }

    fn link_application(&self) -> Result<&LinkApplication> {
        let application = self.link_application.as_ref();
        application.ok_or_else(link_application::missing)
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

fn warn_of_test_tenant(config: &Config, logger: &Logger) {
    if config.is_test_tenant {
        logger.warn(
            "insecureTestTenant is set: secrets and tokens may be sent without TLS. It is for tests and development.",
            &serde_json::json!({ "domain": config.domain.origin() }),
        );
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
        http: Http::new(config, origin),
        pacer: Pacer::of_tenant(tenant),
        budget: shared.and_then(|state| shared_budget(config, state)),
        retry: config.retry,
        attempt_timeout: config.attempt_timeout,
        logger: logger.clone(),
    })
}

fn shared_budget(config: &Config, state: &SharedState) -> Option<Arc<SharedBudget>> {
    let key = derive_key(config.credential()?, "shared-budget/v1");
    let budget = SharedBudget::new(state.clone(), config.domain.origin(), &key);
    Some(Arc::new(budget))
}

/// The caller shares its own tokens as it likes.
fn shared_token(config: &Config, state: Option<&SharedState>) -> Option<SharedToken> {
    let Access::Credentials {
        client_id,
        authentication,
    } = &config.access
    else {
        return None;
    };
    let whose = [config.domain.origin(), client_id, &config.audience];
    let sealer = TokenSealer::new(authentication, &whose);
    Some(SharedToken::new(state?.clone(), sealer))
}
