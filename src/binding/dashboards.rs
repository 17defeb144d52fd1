//! The methods that summarize a user: the dashboard, and the risk derived from it.

use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use super::call::{at_once, method, prepared};
use super::service::ServiceHandle;
use crate::arguments::session_facts;
use crate::service::{Account, DashboardOptions, risk_level};

method!(
    get_user_security_dashboard,
    "getUserSecurityDashboard",
    |given| {
        let user = given.user()?;
        let mut options = given.options()?;
        let dashboard = DashboardOptions {
            current_session_id: options.text("currentSessionId")?,
            allow_partial: options.flag("allowPartial")?,
        };
        prepared(options, move |service, _, call| async move {
            service.security_dashboard(&user, &dashboard, call).await
        })
    }
);

/// The risk level for sessions, which are only counted, and methods.
#[napi(skip_typescript, catch_unwind)]
pub fn assess_risk(given: Vec<Unknown>) -> napi::Result<String> {
    at_once("assessRisk", given, |given| {
        let (_, session_count) = given.sessions()?;
        Ok(risk_level(&Account {
            session_count,
            sessions: Vec::new(),
            providers: given.providers()?,
        }))
    })
}

/// The reasons for a risk level. Sessions are read only as far as the policy requires it.
#[napi(skip_typescript, catch_unwind)]
pub fn explain_risk(service: &ServiceHandle, given: Vec<Unknown>) -> napi::Result<String> {
    at_once("explainRisk", given, |given| {
        let (sessions, session_count) = given.sessions()?;
        let providers = given.providers()?;
        let policy = service.service.risk_policy(given.risk_policy()?)?;
        let sessions = if policy.reads_sessions() {
            session_facts(&sessions)?
        } else {
            Vec::new()
        };
        let account = Account {
            session_count,
            sessions,
            providers,
        };
        Ok(service.service.explain_risk(&account, &policy))
    })
}
