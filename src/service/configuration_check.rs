//! Checks everything that must be set up in the tenant, and reports how to fix what is not.

use crate::auth0::session_page::PageReader;
use crate::auth0::{login, refresh_tokens, sessions};
use crate::config::{Access, RevokeRefreshTokens};
use crate::credentials::access_token::AccessToken;
use crate::error::{ApiCategory, ApiFailure, Error, ErrorKind, Result};
use crate::model::{ConfigurationFinding, ConfigurationReport};
use crate::service::Service;
use crate::service::method_needs::CheckedMethods;
use crate::service::needs::Needs;
use crate::service::refresh_tokens::REVOKE_REFRESH_TOKENS;
use crate::service::sessions::SESSIONS_NEED_A_PLAN;
use crate::transport::call::Call;
use crate::transport::request::Route;

/// No database user has this id, so a request for it changes nothing and reveals no user's data.
const ABSENT_USER: &str = "auth0|000000000000000000000000";

const OFFERS_SESSIONS: &str = "The tenant offers session management.";

const GRANT: &str = "Grant it to the application: Applications > APIs > Auth0 Management API > \
                     Machine to Machine Applications.";

/// The request that shows whether the plan has what the methods need: one that they may send.
#[derive(Clone, Copy)]
enum Probe {
    Sessions,
    RefreshTokens,
}

impl Probe {
    fn of(needs: &[&Needs]) -> Option<Self> {
        // What it ends is for its caller to choose, according to the plan.
        let needs = || needs.iter().filter(|need| need.method != "endUserAccess");
        let sends = |list: &Route| needs().any(|need| need.scopes().contains(&list.scopes[0]));
        let ends_sessions = || needs().any(|need| need.scopes().contains(&"delete:sessions"));
        if sends(&sessions::LIST.route) || ends_sessions() {
            Some(Self::Sessions)
        } else if sends(&refresh_tokens::LIST.route) {
            Some(Self::RefreshTokens)
        } else {
            None
        }
    }
}

impl Service {
    pub async fn check_configuration(
        &self,
        methods: &CheckedMethods,
        call: Call,
    ) -> ConfigurationReport {
        let needs: Vec<_> = self.needs(methods).collect();
        let revokes = needs
            .iter()
            .any(|need| need.method == REVOKE_REFRESH_TOKENS);
        let probe = Probe::of(&needs);
        let mut findings = Vec::new();
        match self.api.token(call).await {
            Ok(token) => {
                findings.extend(self.check_token());
                findings.extend(needs.into_iter().map(|need| scopes(&token, need)));
                if revokes {
                    findings.push(check_refresh_token_scope(&token));
                }
                if let Some(probe) = probe {
                    findings.push(self.check_sessions(probe, call).await);
                }
            }
            Err(error) => findings.push(bad(check_of(&error), &error)),
        }
        if self.config.custom_domain.is_some() {
            findings.push(self.check_custom_domain(call).await);
        }
        ConfigurationReport {
            ok: findings.iter().all(|finding| finding.ok),
            findings,
        }
    }

    /// Auth0 has checked the audience of a token that it issued just now; one that the caller supplies is checked with
    /// the sessions.
    fn check_token(&self) -> Vec<ConfigurationFinding> {
        match self.config.access {
            Access::Credentials { .. } => vec![
                good("token", "Auth0 issued an access token."),
                good("audience", "The audience is that of the Management API."),
            ],
            Access::Token(_) | Access::Supplied(_) => {
                vec![good("token", "An access token was supplied.")]
            }
        }
    }

    fn leaves_refresh_tokens(&self) -> bool {
        self.config.revoke_refresh_tokens == RevokeRefreshTokens::Never
    }

    /// What is needed under this configuration: refresh tokens that stay valid need no scope.
    fn needs(&self, methods: &CheckedMethods) -> impl Iterator<Item = &'static Needs> {
        let leaves_tokens = self.leaves_refresh_tokens();
        methods
            .needs()
            .filter(move |need| !(leaves_tokens && need.method == REVOKE_REFRESH_TOKENS))
    }

    async fn check_sessions(&self, probe: Probe, call: Call) -> ConfigurationFinding {
        match self.probe(probe, call).await {
            Ok(()) => good("sessions", OFFERS_SESSIONS),
            Err(error) if error.is_absent() => self.check_absence(call).await,
            Err(error) => bad("sessions", &error),
        }
    }

    async fn probe(&self, probe: Probe, call: Call) -> Result<()> {
        let room = PageReader {
            rows: 1,
            bytes: 65_536,
        };
        match probe {
            Probe::Sessions => {
                let request = sessions::list(ABSENT_USER, None, room)?;
                self.api.send(request, call).await.map(drop)
            }
            Probe::RefreshTokens => {
                let list = &refresh_tokens::LIST;
                let request = refresh_tokens::list(list, ABSENT_USER, None)?;
                self.api.send(request, call).await.map(drop)
            }
        }
    }

    /// A gateway without such a route sends a 404 too. For a missing user Auth0 sends an error code.
    async fn check_absence(&self, call: Call) -> ConfigurationFinding {
        match self.user_by_id(ABSENT_USER, call).await {
            Err(error) if !error.is_insufficient_scope() => bad("sessions", &error),
            _ => good("sessions", OFFERS_SESSIONS),
        }
    }

    async fn check_custom_domain(&self, call: Call) -> ConfigurationFinding {
        let check = "customDomain";
        let issuer = format!("{}/", self.config.login_origin());
        let found = async { self.login.send(login::discovery()?, call).await };
        match found.await {
            Ok(found) if found.issuer == issuer => good(check, "The custom domain issues tokens."),
            Ok(_) => finding(
                check,
                false,
                "The custom domain responds with another issuer.".to_owned(),
                Some("Check that customDomain is a verified custom domain of this tenant."),
            ),
            Err(error) => bad(check, &error),
        }
    }
}

/// A refused token request is about the audience if Auth0 says so.
fn check_of(error: &Error) -> &'static str {
    match &error.kind {
        ErrorKind::Configuration { field, .. } if field.as_deref() == Some("audience") => {
            "audience"
        }
        _ => "token",
    }
}

fn scopes(token: &AccessToken, needs: &Needs) -> ConfigurationFinding {
    let (method, needed) = (needs.method, needs.scopes());
    let check = format!("scopes:{method}");
    if token.scopes.is_none() {
        let message = format!("Auth0 did not list the granted scopes; {method} needs some.");
        let hint = format!(
            "Check in the dashboard whether the application has {}.",
            needed.join(", ")
        );
        return finding(&check, false, message, Some(&hint));
    }
    let is_missing = |scope: &&str| token.grants(scope) == Some(false);
    let missing: Vec<&str> = needed.into_iter().filter(is_missing).collect();
    if missing.is_empty() {
        return good(&check, &format!("{method} has the scopes it needs."));
    }
    let message = format!("{method} lacks {}.", missing.join(" and "));
    finding(&check, false, message, Some(GRANT))
}

/// Nothing fails without this scope, so the finding is ok without it, but has a hint.
fn check_refresh_token_scope(token: &AccessToken) -> ConfigurationFinding {
    let check = "scopes:waitUntilGone";
    let scope = refresh_tokens::READ_SCOPE;
    if token.grants(scope) == Some(true) {
        return good(
            check,
            "waitUntilGone can check whether refresh tokens are gone.",
        );
    }
    let message = format!(
        "waitUntilGone waits for sessions only: the optional scope {scope} is not among the scopes that Auth0 \
         listed, so refresh tokens cannot be checked."
    );
    finding(check, true, message, Some(GRANT))
}

fn good(check: &str, message: &str) -> ConfigurationFinding {
    finding(check, true, message.to_owned(), None)
}

fn bad(check: &str, error: &Error) -> ConfigurationFinding {
    let hint = match &error.kind {
        ErrorKind::Configuration { hint, .. } => Some(hint.as_ref()),
        ErrorKind::Api(failure) => Some(hint_for(failure)),
        _ => None,
    };
    finding(check, false, error.message.to_string(), hint)
}

/// How to fix what made a request fail.
fn hint_for(failure: &ApiFailure) -> &'static str {
    match (failure.category, failure.status) {
        (ApiCategory::Network { .. } | ApiCategory::Timeout, _) => {
            "Check the domain, and whether this machine may reach it."
        }
        (ApiCategory::FeatureUnavailable, _) => SESSIONS_NEED_A_PLAN,
        (ApiCategory::RateLimit, _) => "Try again later.",
        (ApiCategory::InsufficientScope { .. }, _) => GRANT,
        (ApiCategory::Foreign, _) | (_, Some(300..=399)) => {
            "Check the domain, and what responds for it: a proxy, gateway or firewall in front of it."
        }
        (ApiCategory::Response, Some(401)) => {
            "Check that the audience is the identifier of this tenant's Management API."
        }
        (ApiCategory::Response, Some(500..)) => {
            "Try again later; https://status.auth0.com shows whether Auth0 has a disruption."
        }
        (ApiCategory::Response, Some(400..)) => {
            "In the Auth0 dashboard, look for the failed operation and its reason under Monitoring > Logs."
        }
        (ApiCategory::Response, _) => {
            "Check the domain: what responds for it does not respond as Auth0 documents."
        }
    }
}

fn finding(check: &str, ok: bool, message: String, hint: Option<&str>) -> ConfigurationFinding {
    ConfigurationFinding {
        check: check.to_owned(),
        ok,
        message,
        hint: hint.map(str::to_owned),
    }
}
