//! The native half of `Auth0UserSecurityService`: decode the arguments, run the operation.

use std::sync::Arc;

use napi::bindgen_prelude::{
    Either, External, FnArgs, FromNapiValue, Function, JsObjectValue, Object, PromiseRaw, Unknown,
};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, Status, ValueType};
use napi_derive::napi;
use serde_json::{Map, Value};

use super::arguments::{self, Decoded, Form, Options};
use super::call::{CallHandle, Outcome, outcome, start};
use crate::config::{Config, LogLevel};
use crate::error::{Error, Result};
use crate::logging::{LogLine, Logger};
use crate::model::UserSession;
use crate::service::{RevokeOptions, Service};

/// Level, message, details.
type LogArguments = FnArgs<(&'static str, String, Value)>;
/// Weak: a logger never keeps the process alive.
type LogFunction = ThreadsafeFunction<LogArguments, (), LogArguments, Status, false, true>;
/// What JavaScript gets for "done": `true` in the example form, nothing in the reference form.
type Done = Either<bool, ()>;

/// A service as JavaScript holds it.
pub type ServiceHandle = External<Arc<Service>>;

/// Makes a service, or a failure object for a configuration fault.
#[allow(
    clippy::needless_pass_by_value,
    reason = "napi hands functions over by value; the lint does not fire in a test build"
)]
#[napi(skip_typescript, catch_unwind)]
pub fn create_service(
    config: Unknown,
    log: Function<LogArguments, ()>,
) -> napi::Result<Outcome<ServiceHandle>> {
    let sink: LogFunction = log
        .build_threadsafe_function()
        .weak::<true>()
        .callee_handled::<false>()
        .build()?;
    let created = read_config(config).map(|config| {
        let logger = Logger::new(config.log_level, move |line| send(&sink, line));
        External::new(Arc::new(Service::new(config, logger)))
    });
    Ok(outcome("constructor", created))
}

fn read_config(config: Unknown) -> Result<Config> {
    let Ok(ValueType::Object) = config.get_type() else {
        return Err(no_object());
    };
    let config = Object::from_unknown(config).map_err(|_| no_object())?;
    let keys = Object::keys(&config).map_err(|_| no_object())?;
    let mut fields = Map::new();
    for key in keys {
        match config.get_named_property::<Unknown>(&key).map(setting) {
            Ok(Ok(Some(value))) => drop(fields.insert(key, value)),
            Ok(Ok(None)) => {}
            // napi's own words might quote a value.
            _ => {
                return Err(Error::configuration(
                    key,
                    "is not a value that a setting can have",
                    "Pass a string, a finite number, a boolean or a plain object",
                ));
            }
        }
    }
    Config::from_object(fields)
}

/// A value as JSON; `undefined` counts as left out.
fn setting(value: Unknown) -> napi::Result<Option<Value>> {
    match value.get_type()? {
        ValueType::Undefined => Ok(None),
        ValueType::Function | ValueType::Symbol | ValueType::External => {
            Err(napi::Error::from_status(Status::InvalidArg))
        }
        _ => Value::from_unknown(value).map(Some),
    }
}

fn no_object() -> Error {
    Error::configuration(
        "config",
        "is not an object",
        "Pass an object with domain, clientId and clientSecret",
    )
}

fn send(log: &LogFunction, line: LogLine) {
    let level = match line.level {
        LogLevel::Debug => "debug",
        LogLevel::Info => "info",
        LogLevel::Warn => "warn",
        LogLevel::Error | LogLevel::Silent => "error",
    };
    let arguments = FnArgs::from((level, line.message, Value::Object(line.details)));
    // A closing environment takes no lines any more, which is no fault of the call.
    let _ = log.call(arguments, ThreadsafeFunctionCallMode::NonBlocking);
}

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
        let (timeout, current) = (options.timeout()?, options.text("currentSessionId")?);
        let service = Arc::clone(service);
        Ok(async move {
            let until = service.deadline(timeout);
            service
                .find_user_sessions(&user, current.as_deref(), until)
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
        let (timeout, revoke) = revoke_options(options)?;
        let service = Arc::clone(service);
        Ok(async move {
            let until = service.deadline(timeout);
            service
                .revoke_user_session(&user, session_id.as_deref(), revoke, until)
                .await?;
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
        let (timeout, revoke) = revoke_options(options)?;
        let service = Arc::clone(service);
        Ok(async move {
            let until = service.deadline(timeout);
            service
                .revoke_all_user_sessions(&user, revoke, until)
                .await?;
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
        let (timeout, revoke) = revoke_options(options)?;
        let service = Arc::clone(service);
        Ok(async move {
            let until = service.deadline(timeout);
            service
                .revoke_other_user_sessions(&user, &current, revoke, until)
                .await
        })
    };
    start(env, "revokeOtherUserSessions", handle, decode())
}

fn revoke_options(options: Unknown) -> Decoded<(Option<std::time::Duration>, RevokeOptions)> {
    let options = Options::read(options, &["waitUntilGone"])?;
    let revoke = RevokeOptions {
        wait_until_gone: options.flag("waitUntilGone")?,
    };
    Ok((options.timeout()?, revoke))
}

fn done(forms: &[Form]) -> Done {
    if forms.contains(&Form::Example) {
        Either::A(true)
    } else {
        Either::B(())
    }
}
