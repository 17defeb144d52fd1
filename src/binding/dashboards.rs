//! The methods that summarize a user: the dashboard, and the risk level derived from it.

use napi::Env;
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use super::call::{Cancellation, Outcome, Promised, ServiceHandle, at_once, prepared, run};
use crate::model::UserSecurityDashboard;
use crate::service::risk_level;

const DASHBOARD: &str = "getUserSecurityDashboard";

#[napi(skip_typescript, catch_unwind)]
pub fn get_user_security_dashboard<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    given: Vec<Unknown<'env>>,
    cancel: Option<&Cancellation>,
) -> Promised<'env, UserSecurityDashboard> {
    run(env, service, given, cancel, DASHBOARD, |given| {
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
pub fn assess_risk(given: Vec<Unknown>) -> napi::Result<Outcome<&'static str>> {
    at_once("assessRisk", given, |given| {
        let sessions = given.session_count()?;
        Ok(risk_level(sessions, &given.providers()?))
    })
}
