//! The method that checks the configuration.

use napi::Env;
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use super::call::{Cancellation, Promised, prepared, run};
use super::service::ServiceHandle;
use crate::model::ConfigurationReport;

#[napi(skip_typescript, catch_unwind)]
pub fn check_configuration<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    given: Vec<Unknown<'env>>,
    cancel: Option<&Cancellation>,
) -> Promised<'env, ConfigurationReport> {
    run(env, service, given, cancel, "checkConfiguration", |given| {
        let options = given.options()?;
        prepared(options, move |service, _, call| async move {
            Ok(service.check_configuration(call).await)
        })
    })
}
