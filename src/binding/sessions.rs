//! The session calls: decode the arguments, run the operation.

use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{Either, PromiseRaw, Unknown};
use napi_derive::napi;

use super::arguments::{self, Decoded, Form};
use super::call::{CallHandle, Outcome, action, start};
use super::options::Options;
use super::service::ServiceHandle;
use crate::model::UserSession;
use crate::service::{RevokeOptions, Timing};

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
            let call = service.call(timing);
            service
                .find_user_sessions(&user, current.as_deref(), call)
                .await
        })
    };
    start(env, "findUserSessions", handle, decode())
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
        let (timing, revoke, actor) = revoke_options(options)?;
        let service = Arc::clone(service);
        Ok(async move {
            let call = service.call(timing);
            let action = action(
                "session.revoke",
                actor,
                &user,
                &[("sessionId", session_id.as_deref())],
            );
            let run = service.revoke_user_session(&user, session_id.as_deref(), revoke, call);
            service.audited(action, call, run).await?;
            Ok(done(&[user_form, session_form]))
        })
    };
    start(env, "revokeUserSession", handle, decode())
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
        let (timing, revoke, actor) = revoke_options(options)?;
        let service = Arc::clone(service);
        Ok(async move {
            let call = service.call(timing);
            let action = action("session.revoke_all", actor, &user, &[]);
            let run = service.revoke_all_user_sessions(&user, revoke, call);
            service.audited(action, call, run).await?;
            Ok(done(&[form]))
        })
    };
    start(env, "revokeAllUserSessions", handle, decode())
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
        let (timing, revoke, actor) = revoke_options(options)?;
        let service = Arc::clone(service);
        Ok(async move {
            let call = service.call(timing);
            let action = action(
                "session.revoke_others",
                actor,
                &user,
                &[("keptSessionId", Some(&*current))],
            );
            let run = service.revoke_other_user_sessions(&user, &current, revoke, call);
            service.audited(action, call, run).await
        })
    };
    start(env, "revokeOtherUserSessions", handle, decode())
}

fn revoke_options(options: Unknown) -> Decoded<(Timing, RevokeOptions, Option<String>)> {
    let options = Options::read_action(options, &["waitUntilGone"])?;
    let revoke = RevokeOptions {
        wait_until_gone: options.flag("waitUntilGone")?,
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
