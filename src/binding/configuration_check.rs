//! The method that checks the configuration.

use napi::Env;
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use super::call::{Cancellation, Invocation, Prepared, Promised};
use super::service::ServiceHandle;
use crate::model::ConfigurationReport;

#[napi(skip_typescript, catch_unwind)]
pub fn check_configuration<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    given: Vec<Unknown<'env>>,
    cancellation: Option<&Cancellation>,
) -> Promised<'env, ConfigurationReport> {
    let invocation = Invocation::new(env, service, given, cancellation);
    invocation.run("checkConfiguration", |given| {
        let options = given.options(&[])?;
        Ok(Prepared::new(
            &options,
            move |service, _, call| async move { Ok(service.check_configuration(call).await) },
        ))
    })
}
