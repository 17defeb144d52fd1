//! Runs a call of JavaScript as a future: cancellable, with failures as values.

use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{Either, External, PromiseRaw, ToNapiValue};
use napi_derive::napi;
use serde_json::Value;
use tokio::sync::Notify;

use super::arguments::{Decoded, Rejection};
use super::delivery::{self, Weigh};
use super::failure::failure;
use crate::error::{Error, ErrorKind, Result};
use crate::service::{Action, Target};
use crate::user::UserRef;

/// A result, or a failure object.
pub type Outcome<T> = Either<T, Value>;

/// Lets JavaScript cancel one call. It stands in for napi's own abort signal, which would
/// overwrite the caller's `onabort`.
pub type CallHandle = External<Arc<Notify>>;

#[napi(skip_typescript, catch_unwind)]
pub fn create_call_handle() -> CallHandle {
    External::new(Arc::new(Notify::new()))
}

#[napi(skip_typescript, catch_unwind)]
pub fn cancel_call(handle: &CallHandle) {
    // Leaves a permit when the call does not wait yet.
    handle.notify_one();
}

/// Starts the decoded call, or reports why it cannot begin.
pub fn start<'env, T, F>(
    env: &'env Env,
    operation: &'static str,
    handle: Option<&CallHandle>,
    decoded: Decoded<F>,
) -> napi::Result<PromiseRaw<'env, Outcome<T>>>
where
    T: ToNapiValue + Weigh + Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let call = match decoded {
        Ok(call) => Ok(call),
        Err(Rejection::Fault(error)) => Err(error),
        Err(Rejection::JavaScript(error)) => return Err(error),
    };
    let cancelled = handle.map(|handle| Arc::clone(handle));
    let turns = delivery::turns(*env)?;
    let waiting = turns.clone();
    let run = async move {
        let result = match (call, cancelled) {
            (Err(error), _) => Err(error),
            (Ok(call), None) => call.await,
            (Ok(call), Some(cancelled)) => tokio::select! {
                biased;
                () = cancelled.notified() => Err(cancellation()),
                result = call => result,
            },
        };
        let weight = result.as_ref().map_or(1, Weigh::weight);
        waiting.wait_for(weight).await;
        Ok((outcome(operation, result), weight))
    };
    env.spawn_future_with_callback(run, move |_, (outcome, weight)| {
        turns.built(weight);
        Ok(outcome)
    })
}

/// Runs a call that needs no waiting.
pub fn at_once<T>(
    operation: &'static str,
    decoded: Decoded<impl FnOnce() -> Result<T>>,
) -> napi::Result<Outcome<T>> {
    let result = match decoded {
        Ok(call) => call(),
        Err(Rejection::Fault(error)) => Err(error),
        Err(Rejection::JavaScript(error)) => return Err(error),
    };
    Ok(outcome(operation, result))
}

/// A security action on a user, with the ids that the caller named.
pub fn action(
    name: &'static str,
    actor: Option<String>,
    user: &UserRef,
    ids: &[(&'static str, Option<&str>)],
) -> Action {
    let named = match user {
        UserRef::Id(id) => ("userId", Some(id.as_str())),
        UserRef::Email { email, .. } => ("email", Some(email.as_str())),
        UserRef::Impossible => ("userId", None),
    };
    let target = Target::default();
    for (key, id) in std::iter::once(&named).chain(ids) {
        target.note(key, *id);
    }
    Action {
        name,
        actor,
        target,
    }
}

pub fn outcome<T>(operation: &'static str, result: Result<T>) -> Outcome<T> {
    match result {
        Ok(value) => Either::A(value),
        Err(error) => Either::B(failure(operation, &error)),
    }
}

fn cancellation() -> Error {
    Error::new(ErrorKind::Cancelled, "The call was cancelled.")
}
