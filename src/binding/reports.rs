//! The calls about a whole user or the whole configuration, and the end of a service.

use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{PromiseRaw, Unknown};
use napi_derive::napi;

use super::arguments::{self, Decoded};
use super::call::{CallHandle, Outcome, at_once, start};
use super::limits::{MAX_METHODS, MAX_SESSIONS};
use super::options::Options;
use super::own::own_element;
use super::service::ServiceHandle;
use crate::error::Error;
use crate::model::{ConfigurationReport, UserSecurityDashboard};
use crate::service::risk_level;

#[napi(skip_typescript, catch_unwind)]
pub fn get_user_security_dashboard<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    user: Unknown,
    options: Unknown,
    handle: Option<&CallHandle>,
) -> napi::Result<PromiseRaw<'env, Outcome<UserSecurityDashboard>>> {
    let decode = || -> Decoded<_> {
        let (user, _) = arguments::user(user)?;
        let options = Options::read(options, &["currentSessionId"])?;
        let (timing, current) = (options.timing()?, options.text("currentSessionId")?);
        let service = Arc::clone(service);
        Ok(async move {
            let call = service.call("getUserSecurityDashboard", timing);
            service
                .security_dashboard(&user, current.as_deref(), call)
                .await
        })
    };
    start(env, "getUserSecurityDashboard", handle, decode())
}

#[napi(skip_typescript, catch_unwind)]
pub fn check_configuration<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    options: Unknown,
    handle: Option<&CallHandle>,
) -> napi::Result<PromiseRaw<'env, Outcome<ConfigurationReport>>> {
    let decode = || -> Decoded<_> {
        let timing = Options::read(options, &[])?.timing()?;
        let service = Arc::clone(service);
        Ok(async move {
            let call = service.call("checkConfiguration", timing);
            Ok(service.check_configuration(call).await)
        })
    };
    start(env, "checkConfiguration", handle, decode())
}

/// The level for listed sessions and methods.
#[napi(skip_typescript, catch_unwind)]
pub fn assess_risk(sessions: Unknown, methods: Unknown) -> napi::Result<Outcome<&'static str>> {
    let decode = || -> Decoded<_> {
        let of_one = "Pass those of one user.";
        let (_, sessions) = arguments::list("sessions", sessions, MAX_SESSIONS, of_one)?;
        let (methods, count) = arguments::list("methods", methods, MAX_METHODS, of_one)?;
        let provider = |index| match own_element(&methods, index)? {
            Some(method) => arguments::provider_of(method),
            None => Err(Error::argument_type("methods must be an array without holes.").into()),
        };
        let providers = (0..count).map(provider).collect::<Decoded<Vec<_>>>()?;
        Ok(move || Ok(risk_level(sessions, &providers)))
    };
    at_once("assessRisk", decode())
}

#[napi(skip_typescript, catch_unwind)]
pub fn close_service(service: &ServiceHandle) {
    service.close();
}
