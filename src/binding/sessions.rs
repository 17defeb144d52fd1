//! The session calls: decode the arguments, run the operation.

use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{Either, PromiseRaw, Unknown};
use napi_derive::napi;

use super::arguments::{self, Decoded, Form};
use super::call::{CallHandle, Outcome, start, start_change};
use super::options::Options;
use super::service::ServiceHandle;
use crate::model::UserSession;
use crate::service::{Operation, RevokeOptions, Timing};

const FIND: &str = "findUserSessions";
const REVOKE_ONE: &str = "revokeUserSession";
const REVOKE_ALL: &str = "revokeAllUserSessions";
const REVOKE_OTHERS: &str = "revokeOtherUserSessions";

/// What JavaScript gets for "done": `true` in the example form, nothing in the reference form.
type Done = Either<bool, ()>;

#[napi(skip_typescript, catch_unwind)]
pub fn find_user_sessions<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    user: Unknown,
    options: Unknown,
    handle: Option<&CallHandle>,
) -> napi::Result<PromiseRaw<'env, Outcome<Vec<UserSession>>>> {
    let decode = || -> Decoded<_> {
        let (user, _) = arguments::user(user)?;
        let options = Options::read(options, &["currentSessionId"])?;
        let (timing, current) = (options.timing()?, options.text("currentSessionId")?);
        let service = Arc::clone(service);
        Ok(async move {
            let call = service.call(FIND, timing);
            service
                .find_user_sessions(&user, current.as_deref(), call)
                .await
        })
    };
    start(env, FIND, handle, decode())
}

#[napi(skip_typescript, catch_unwind)]
pub fn revoke_user_session<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    user: Unknown,
    session: Unknown,
    options: Unknown,
    handle: Option<&CallHandle>,
) -> napi::Result<PromiseRaw<'env, Outcome<Done>>> {
    let decode = || -> Decoded<_> {
        let (user, user_form) = arguments::user(user)?;
        let (session_id, session_form) = arguments::session(session)?;
        let (timing, revoke, actor) = revoke_options(options, &[])?;
        let service = Arc::clone(service);
        let operation = Operation::new(actor);
        let run = {
            let operation = operation.clone();
            async move {
                let call = service.call(REVOKE_ONE, timing);
                let session_id = session_id.as_deref();
                service
                    .revoke_user_session(&user, session_id, revoke, &operation, call)
                    .await?;
                Ok(done(&[user_form, session_form]))
            }
        };
        Ok((operation, run))
    };
    start_change(env, REVOKE_ONE, handle, decode())
}

#[napi(skip_typescript, catch_unwind)]
pub fn revoke_all_user_sessions<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    user: Unknown,
    options: Unknown,
    handle: Option<&CallHandle>,
) -> napi::Result<PromiseRaw<'env, Outcome<Done>>> {
    let decode = || -> Decoded<_> {
        let (user, form) = arguments::user(user)?;
        let (timing, revoke, actor) = revoke_options(options, &[])?;
        let service = Arc::clone(service);
        let operation = Operation::new(actor);
        let run = {
            let operation = operation.clone();
            async move {
                let call = service.call(REVOKE_ALL, timing);
                service
                    .revoke_all_user_sessions(&user, revoke, &operation, call)
                    .await?;
                Ok(done(&[form]))
            }
        };
        Ok((operation, run))
    };
    start_change(env, REVOKE_ALL, handle, decode())
}

#[napi(skip_typescript, catch_unwind)]
pub fn revoke_other_user_sessions<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    user: Unknown,
    current_session_id: Unknown,
    options: Unknown,
    handle: Option<&CallHandle>,
) -> napi::Result<PromiseRaw<'env, Outcome<u32>>> {
    let decode = || -> Decoded<_> {
        let (user, _) = arguments::user(user)?;
        let current = arguments::current_session_id(current_session_id)?;
        let (timing, revoke, actor) = revoke_options(options, &["requireCurrent"])?;
        let service = Arc::clone(service);
        let operation = Operation::new(actor);
        let run = {
            let operation = operation.clone();
            async move {
                let call = service.call(REVOKE_OTHERS, timing);
                service
                    .revoke_other_user_sessions(&user, &current, revoke, &operation, call)
                    .await
            }
        };
        Ok((operation, run))
    };
    start_change(env, REVOKE_OTHERS, handle, decode())
}

/// `further` are the options of one method alone.
fn revoke_options(
    options: Unknown,
    further: &[&str],
) -> Decoded<(Timing, RevokeOptions, Option<String>)> {
    let options = Options::read_action(options, &[&["waitUntilGone"], further].concat())?;
    let revoke = RevokeOptions {
        wait_until_gone: options.flag("waitUntilGone")?,
        require_current: options.flag("requireCurrent")?,
    };
    Ok((options.timing()?, revoke, options.text("actor")?))
}

fn done(forms: &[Form]) -> Done {
    if forms.contains(&Form::Example) {
        Either::A(true)
    } else {
        Either::B(())
    }
}
