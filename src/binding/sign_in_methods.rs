//! The method about sign-in methods.

use napi::Env;
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use super::call::{Cancellation, Invocation, Prepared, Promised};
use super::service::ServiceHandle;
use crate::model::UserAuthenticationMethod;

#[napi(skip_typescript, catch_unwind)]
pub fn find_user_authentication_methods<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    given: Vec<Unknown<'env>>,
    cancellation: Option<&Cancellation>,
) -> Promised<'env, Vec<UserAuthenticationMethod>> {
    let invocation = Invocation::new(env, service, given, cancellation);
    invocation.run("findUserAuthenticationMethods", |given| {
        let user = given.user()?;
        let options = given.options(&[])?;
        Ok(Prepared::new(
            &options,
            move |service, _, call| async move {
                service.find_user_authentication_methods(&user, call).await
            },
        ))
    })
}
