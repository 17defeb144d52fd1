//! The methods about sessions.

use napi::Env;
use napi::bindgen_prelude::{Either, Unknown};
use napi_derive::napi;

use super::call::{Cancellation, Invocation, Prepared, Promised};
use super::service::ServiceHandle;
use super::value::{Decoded, Options};
use crate::arguments::Form;
use crate::model::UserSession;
use crate::service::RevokeOptions;

/// What JavaScript gets for "done": `true` by object, nothing by id.
type Done = Either<bool, ()>;

fn done(form: Form) -> Done {
    match form {
        Form::ByObject => Either::A(true),
        Form::ById => Either::B(()),
    }
}

#[napi(skip_typescript, catch_unwind)]
pub fn find_user_sessions<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    given: Vec<Unknown<'env>>,
    cancellation: Option<&Cancellation>,
) -> Promised<'env, Vec<UserSession>> {
    let invocation = Invocation::new(env, service, given, cancellation);
    invocation.run("findUserSessions", |given| {
        let user = given.user()?;
        let options = given.options(&["currentSessionId"])?;
        let current = options.text("currentSessionId")?;
        Ok(Prepared::new(
            &options,
            move |service, _, call| async move {
                let current = current.as_deref();
                service.find_user_sessions(&user, current, call).await
            },
        ))
    })
}

#[napi(skip_typescript, catch_unwind)]
pub fn revoke_user_session<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    given: Vec<Unknown<'env>>,
    cancellation: Option<&Cancellation>,
) -> Promised<'env, Done> {
    let invocation = Invocation::new(env, service, given, cancellation);
    invocation.run("revokeUserSession", |given| {
        let (user, session) = (given.user()?, given.session()?);
        let form = given.form;
        let options = given.change_options(&["waitUntilGone"])?;
        let revoke = revoke_options(&options)?;
        Ok(Prepared::new(
            &options,
            move |service, operation, call| async move {
                let session = session.as_deref();
                service
                    .revoke_user_session(&user, session, revoke, &operation, call)
                    .await?;
                Ok(done(form))
            },
        ))
    })
}

#[napi(skip_typescript, catch_unwind)]
pub fn revoke_all_user_sessions<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    given: Vec<Unknown<'env>>,
    cancellation: Option<&Cancellation>,
) -> Promised<'env, Done> {
    let invocation = Invocation::new(env, service, given, cancellation);
    invocation.run("revokeAllUserSessions", |given| {
        let (user, form) = (given.user()?, given.form);
        let options = given.change_options(&["waitUntilGone"])?;
        let revoke = revoke_options(&options)?;
        Ok(Prepared::new(
            &options,
            move |service, operation, call| async move {
                service
                    .revoke_all_user_sessions(&user, revoke, &operation, call)
                    .await?;
                Ok(done(form))
            },
        ))
    })
}

#[napi(skip_typescript, catch_unwind)]
pub fn revoke_other_user_sessions<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    given: Vec<Unknown<'env>>,
    cancellation: Option<&Cancellation>,
) -> Promised<'env, u32> {
    let invocation = Invocation::new(env, service, given, cancellation);
    invocation.run("revokeOtherUserSessions", |given| {
        let (user, kept) = (given.user()?, given.current_session_id()?);
        let options = given.change_options(&["waitUntilGone", "requireCurrent"])?;
        let revoke = revoke_options(&options)?;
        Ok(Prepared::new(
            &options,
            move |service, operation, call| async move {
                service
                    .revoke_other_user_sessions(&user, &kept, revoke, &operation, call)
                    .await
            },
        ))
    })
}

fn revoke_options<'env>(options: &Options<'env>) -> Decoded<'env, RevokeOptions> {
    Ok(RevokeOptions {
        wait_until_gone: options.flag("waitUntilGone")?,
        require_current: options.flag("requireCurrent")?,
    })
}
