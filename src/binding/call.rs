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
use crate::service::Operation;

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

/// Starts the decoded call, or reports why it cannot begin. A cancelled call ends at once.
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
    let cancelled = handle.map(|handle| Arc::clone(handle));
    run(env, operation, decoded, |call| async move {
        match cancelled {
            None => call.await,
            Some(cancelled) => tokio::select! {
                biased;
                () = cancelled.notified() => Err(cancellation()),
                result = call => result,
            },
        }
    })
}

/// Starts a call that changes something. Cancelled before its first change it ends at once; after that it completes
/// what it has begun, and JavaScript no longer waits for it.
pub fn start_change<'env, T, F>(
    env: &'env Env,
    name: &'static str,
    handle: Option<&CallHandle>,
    decoded: Decoded<(Operation, F)>,
) -> napi::Result<PromiseRaw<'env, Outcome<T>>>
where
    T: ToNapiValue + Weigh + Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let cancelled = handle.map(|handle| Arc::clone(handle));
    run(env, name, decoded, |(operation, call)| async move {
        let Some(cancelled) = cancelled else {
            return call.await;
        };
        let mut call = Box::pin(call);
        tokio::select! {
            biased;
            () = cancelled.notified() => operation.abort(),
            result = &mut call => return result,
        }
        if operation.has_begun() {
            call.await
        } else {
            Err(cancellation())
        }
    })
}

/// Its result is handed over when its turn in the event loop has come.
fn run<'env, D, T, F>(
    env: &'env Env,
    operation: &'static str,
    decoded: Decoded<D>,
    begin: impl FnOnce(D) -> F,
) -> napi::Result<PromiseRaw<'env, Outcome<T>>>
where
    T: ToNapiValue + Weigh + Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let call = match decoded {
        Ok(call) => Ok(begin(call)),
        Err(Rejection::Fault(error)) => Err(error),
        Err(Rejection::JavaScript(error)) => return Err(error),
    };
    let turns = delivery::turns(*env)?;
    let waiting = turns.clone();
    let run = async move {
        let result = match call {
            Ok(call) => call.await,
            Err(error) => Err(error),
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

pub fn outcome<T>(operation: &'static str, result: Result<T>) -> Outcome<T> {
    match result {
        Ok(value) => Either::A(value),
        Err(error) => Either::B(failure(operation, &error)),
    }
}

fn cancellation() -> Error {
    Error::new(ErrorKind::Cancelled, "The call was cancelled.")
}
