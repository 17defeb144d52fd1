//! The validated configuration of a service: every error is found here, before any socket opens.

mod access;
mod authentication;
mod authorities;
mod domain;
mod fields;
mod file_link;
mod host;
mod missing;
mod policies;
mod proxy;
mod secret;
mod settings;
mod shared_state;
mod spelling;
mod stray;
mod test_tenant;

pub use access::{Access, TokenSupplier, is_sendable};
pub use authentication::ClientAuthentication;
pub use authorities::Authorities;
pub use domain::Domain;
pub use policies::{
    Application, EmailLookup, Level, RetryPolicy, RevokeAccess, RevokeRefreshTokens,
};
pub use proxy::{Proxy, ProxyUrl};
pub use secret::Secret;
pub use shared_state::SharedStateSettings;
pub use test_tenant::is_nearby;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::geo::GeoDatabase;
use crate::redirect_url::AllowedOrigins;
use access::access;
use authorities::authorities;
use fields::Fields;
use policies::MAX_TIMEOUT_MS;
use proxy::proxy;
use settings::{
    Domains, application, domains, email_lookup, geoip, log_level, max_connections, redirect_uri,
    retry_policy, revoke_access, revoke_refresh_tokens,
};
use shared_state::shared_state;

/// `Debug` redacts secrets by their type.
#[derive(Debug)]
pub struct Config {
    pub domain: Domain,
    /// The domains may have any name, and only addresses of this machine or its private networks.
    pub is_test_tenant: bool,
    pub access: Access,
    pub audience: String,
    /// Host of the login pages, ticket links and ID tokens, when it is not `domain`.
    pub custom_domain: Option<Domain>,
    /// Without one, accounts cannot be linked.
    pub application: Option<Application>,
    pub database_connection: String,
    pub email_lookup: EmailLookup,
    pub redirect_uri: Option<String>,
    pub allowed_redirects: AllowedOrigins,
    pub password_ticket_ttl_seconds: u64,
    pub require_link_state: bool,
    pub link_state_ttl: Duration,
    pub revoke_refresh_tokens: RevokeRefreshTokens,
    pub revoke_access: RevokeAccess,
    pub timeout: Duration,
    pub attempt_timeout: Duration,
    pub retry: RetryPolicy,
    /// To one origin, from all services of the process.
    pub max_connections: usize,
    /// Trusted in place of the system's.
    pub authorities: Option<Authorities>,
    pub proxy: Proxy,
    /// The minimum level of the lines that are logged; `None` logs nothing.
    pub log_level: Option<Level>,
    pub geoip: Option<Arc<GeoDatabase>>,
    pub shared_state: Option<SharedStateSettings>,
}

const DEFAULT_TIMEOUT_MS: u64 = 30_000;
const DEFAULT_ATTEMPT_TIMEOUT_MS: u64 = 10_000;
const DEFAULT_DATABASE_CONNECTION: &str = "Username-Password-Authentication";
/// A day. Auth0's own default is five.
const DEFAULT_TICKET_TTL_SECONDS: u64 = 86_400;
/// The longest time, and by default the time, for which the state of an account connection is valid.
pub const LONGEST_LINK_STATE: Duration = Duration::from_secs(600);
const MAX_TICKET_TTL_SECONDS: u64 = 30 * 86_400;

impl Config {
    /// Reads the configuration object as JavaScript passed it. A `null` counts as absent.
    pub fn from_object(object: Map<String, Value>) -> Result<Self> {
        Self::with_supplier(object, None)
    }

    /// The same, with what calls the function in `accessToken`.
    pub fn with_supplier(
        object: Map<String, Value>,
        supplier: Option<Arc<dyn TokenSupplier>>,
    ) -> Result<Self> {
        let mut fields = Fields::new("", object);
        missing::check(fields.given())?;
        let Domains {
            domain,
            custom_domain,
            is_test_tenant,
        } = domains(&mut fields)?;
        let audience = fields.text("audience")?;
        let access = access(&mut fields, supplier)?;
        let allowed_redirects = AllowedOrigins::parse(fields.texts("allowedRedirectOrigins")?)?;
        let domains: Vec<&Domain> = [&domain].into_iter().chain(&custom_domain).collect();
        let config = Self {
            authorities: authorities(&mut fields)?,
            proxy: proxy(&mut fields, &domains, is_test_tenant)?,
            custom_domain,
            application: application(&mut fields, &access)?,
            database_connection: database_connection(&mut fields)?,
            email_lookup: email_lookup(&mut fields)?,
            redirect_uri: redirect_uri(&mut fields, &allowed_redirects)?,
            allowed_redirects,
            password_ticket_ttl_seconds: password_ticket_ttl_seconds(&mut fields)?,
            require_link_state: fields.flag("requireLinkState")?,
            link_state_ttl: link_state_ttl(&mut fields)?,
            access,
            audience: audience.unwrap_or_else(|| format!("{}/api/v2/", domain.origin())),
            revoke_refresh_tokens: revoke_refresh_tokens(&mut fields)?,
            revoke_access: revoke_access(&mut fields)?,
            timeout: fields.millis("timeoutMs", 1..=MAX_TIMEOUT_MS, DEFAULT_TIMEOUT_MS)?,
            attempt_timeout: attempt_timeout(&mut fields)?,
            retry: retry_policy(&mut fields)?,
            max_connections: max_connections(&mut fields)?,
            log_level: log_level(&mut fields)?,
            geoip: geoip(&mut fields)?.map(Arc::new),
            shared_state: shared_state(&mut fields)?,
            domain,
            is_test_tenant,
        };
        fields.finish()?;
        config.check_shared_state()?;
        Ok(config)
    }

    /// The credential that keys are derived from.
    pub fn credential(&self) -> Option<&ClientAuthentication> {
        match &self.access {
            Access::Credentials { authentication, .. } => Some(authentication),
            Access::Token(_) | Access::Supplied(_) => {
                self.application.as_ref()?.authentication.as_ref()
            }
        }
    }

    fn check_shared_state(&self) -> Result<()> {
        if self.shared_state.is_none() || self.credential().is_some() {
            return Ok(());
        }
        Err(Error::configuration(
            "application",
            "is missing, though sharedState needs it beside accessToken",
            "Pass the client id and secret of the web application: what processes share is protected \
             with a key derived from the secret",
        ))
    }

    /// Where people sign in: the custom domain, if there is one.
    pub fn login_origin(&self) -> &str {
        self.custom_domain.as_ref().unwrap_or(&self.domain).origin()
    }
}

fn database_connection(fields: &mut Fields) -> Result<String> {
    let name = fields.text("databaseConnection")?;
    Ok(name.unwrap_or_else(|| DEFAULT_DATABASE_CONNECTION.to_owned()))
}

fn password_ticket_ttl_seconds(fields: &mut Fields) -> Result<u64> {
    fields.integer(
        "passwordTicketTtlSeconds",
        1..=MAX_TICKET_TTL_SECONDS,
        DEFAULT_TICKET_TTL_SECONDS,
    )
}

fn link_state_ttl(fields: &mut Fields) -> Result<Duration> {
    let longest = LONGEST_LINK_STATE.as_secs();
    let seconds = fields.integer("linkStateTtlSeconds", 1..=longest, longest)?;
    Ok(Duration::from_secs(seconds))
}

fn attempt_timeout(fields: &mut Fields) -> Result<Duration> {
    fields.millis(
        "attemptTimeoutMs",
        1..=MAX_TIMEOUT_MS,
        DEFAULT_ATTEMPT_TIMEOUT_MS,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use serde_json::json;

    fn parse(value: Value) -> Result<Config> {
        match value {
            Value::Object(map) => Config::from_object(map),
            _ => panic!("the test passes an object"),
        }
    }

    fn minimal(extra: &Value) -> Value {
        let mut base = json!({
            "domain": "tenant.eu.auth0.com", "clientId": "id", "clientSecret": "canary-secret",
        });
        for (key, value) in extra.as_object().into_iter().flatten() {
            base[key] = value.clone();
        }
        base
    }

    fn failing_field(value: &Value) -> String {
        let error = parse(minimal(value)).expect_err("a configuration error");
        match error.kind {
            ErrorKind::Configuration { field, .. } => field.expect("a field").into_owned(),
            other => panic!("not a configuration error: {other:?}"),
        }
    }

    #[test]
    fn defaults_are_those_of_the_documentation() {
        let config = parse(minimal(&json!({}))).expect("valid");
        assert_eq!(config.audience, "https://tenant.eu.auth0.com/api/v2/");
        assert_eq!(config.timeout, Duration::from_secs(30));
        assert_eq!(config.attempt_timeout, Duration::from_secs(10));
        assert_eq!(config.max_connections, 64);
        assert_eq!(config.revoke_refresh_tokens, RevokeRefreshTokens::Auto);
        assert_eq!(config.email_lookup, EmailLookup::Exact);
        assert_eq!(config.log_level, Some(Level::Warn));
    }

    #[test]
    fn every_error_names_its_field() {
        for (value, field) in [
            (json!({"domain": null}), "domain"),
            (json!({"domain": 5}), "domain"),
            (json!({"clientId": ""}), "clientId"),
            (json!({"clientSecret": "  "}), "clientSecret"),
            (json!({"clientSecret": ["x"]}), "clientSecret"),
            (json!({"timeoutMs": 0}), "timeoutMs"),
            (json!({"timeoutMs": 1.5}), "timeoutMs"),
            (json!({"timeoutMs": "1000"}), "timeoutMs"),
            (json!({"timeoutMs": 1e12}), "timeoutMs"),
            (json!({"maxConnections": 0}), "maxConnections"),
            (json!({"maxConnections": 1025}), "maxConnections"),
            (json!({"maxConnections": 1.5}), "maxConnections"),
            (json!({"maxConnections": "64"}), "maxConnections"),
            (json!({"retry": {"maxAttempts": 0}}), "retry.maxAttempts"),
            (json!({"retry": {"attempts": 1}}), "retry.attempts"),
            (json!({"retry": 3}), "retry"),
            (json!({"revokeRefreshTokens": "yes"}), "revokeRefreshTokens"),
            (json!({"revokeAccess": true}), "revokeAccess"),
            (json!({"revokeAccess": "auto"}), "revokeAccess"),
            (json!({"emailLookup": "anyCase"}), "emailLookup"),
            (json!({"emailLookup": true}), "emailLookup"),
            (json!({"logLevel": "loud"}), "logLevel"),
            (json!({"clientSecrt": "x"}), "clientSecrt"),
        ] {
            assert_eq!(failing_field(&value), field, "{value}");
        }
    }

    #[test]
    fn neither_debug_nor_errors_show_the_secret() {
        let config = parse(minimal(&json!({}))).expect("valid");
        assert!(!format!("{config:?}").contains("canary-secret"));
        let error = parse(minimal(&json!({"extra": 1}))).expect_err("unknown key");
        assert!(!format!("{error:?} {error}").contains("canary-secret"));
    }

    #[test]
    fn a_test_tenant_is_not_reached_through_the_proxy_of_the_environment() {
        for (is_test_tenant, uses_proxy) in [(true, false), (false, true)] {
            let config = serde_json::json!({
                "domain": "tenant.example.com", "clientId": "id", "clientSecret": "secret",
                "insecureTestTenant": is_test_tenant,
            });
            let config = Config::from_object(config.as_object().unwrap().clone()).unwrap();
            assert_eq!(matches!(config.proxy, Proxy::Environment), uses_proxy);
        }
    }
}
