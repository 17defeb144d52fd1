//! The methods that summarize a user: the dashboard, and the risk level derived from it.

use napi::Env;
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use super::call::{Cancellation, at_once, prepared, run};
use super::service::ServiceHandle;
use crate::service::risk_level;

const DASHBOARD: &str = "getUserSecurityDashboard";

#[napi(skip_typescript, catch_unwind)]
pub fn get_user_security_dashboard(
    env: Env,
    service: &ServiceHandle,
    call: i64,
    given: Vec<Unknown>,
    cancel: Option<&Cancellation>,
) -> napi::Result<()> {
    run(env, service, call, given, cancel, DASHBOARD, |given| {
        let user = given.user()?;
        let mut options = given.options()?;
        let current = options.text("currentSessionId")?;
        prepared(options, move |service, _, call| async move {
            let current = current.as_deref();
            service.security_dashboard(&user, current, call).await
        })
    })
}

/// The risk level for sessions, which are only counted, and methods.
#[napi(skip_typescript, catch_unwind)]
pub fn assess_risk(given: Vec<Unknown>) -> napi::Result<String> {
    at_once("assessRisk", given, |given| {
        let sessions = given.session_count()?;
        Ok(risk_level(sessions, &given.providers()?))
    })
}
