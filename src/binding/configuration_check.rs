//! The method that checks the configuration.

use napi::Env;
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use super::call::{Cancellation, prepared, run};
use super::service::ServiceHandle;

#[napi(skip_typescript, catch_unwind)]
pub fn check_configuration(
    env: Env,
    service: &ServiceHandle,
    call: i64,
    given: Vec<Unknown>,
    cancel: Option<&Cancellation>,
) -> napi::Result<()> {
    run(
        env,
        service,
        call,
        given,
        cancel,
        "checkConfiguration",
        |given| {
            let options = given.options()?;
            prepared(options, move |service, _, call| async move {
                Ok(service.check_configuration(call).await)
            })
        },
    )
}
