//! The methods that summarize a user: the dashboard, and the risk level derived from it.

use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use super::call::{at_once, method, prepared};
use crate::service::{DashboardOptions, risk_level};

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
        let sessions = given.session_count()?;
        Ok(risk_level(sessions, &given.providers()?))
    })
}
