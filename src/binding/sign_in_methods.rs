//! The method about sign-in methods.

use napi::Env;
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use super::call::{Cancellation, prepared, run};
use super::service::ServiceHandle;

const FIND: &str = "findUserAuthenticationMethods";

#[napi(skip_typescript, catch_unwind)]
pub fn find_user_authentication_methods(
    env: Env,
    service: &ServiceHandle,
    call: i64,
    given: Vec<Unknown>,
    cancel: Option<&Cancellation>,
) -> napi::Result<()> {
    run(env, service, call, given, cancel, FIND, |given| {
        let user = given.user()?;
        let options = given.options()?;
        prepared(options, move |service, _, call| async move {
            service.find_user_authentication_methods(&user, call).await
        })
    })
}
