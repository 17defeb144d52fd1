//! The skeleton of every method: reads the arguments, runs the operation, and passes its outcome to JavaScript.
//! Failures are values, and a call can be cancelled.

use std::pin::pin;
use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{Either, External, PromiseRaw, Unknown};
use napi_derive::napi;
use serde_json::Value;
use tokio::sync::Notify;

use super::delivery::{self, Reply};
use super::value::{Arguments, Decoded, Options};
use crate::arguments::Rejection;
use crate::error::{Error, ErrorKind, Result};
use crate::failure_object::failure;
use crate::service::{Call, Operation, Priority, Service, Timing};

/// A service as JavaScript refers to it.
pub type ServiceHandle = External<Arc<Service>>;
/// A result, or a failure object.
pub type Outcome<T> = Either<T, Value>;
pub type Promised<'env, T> = napi::Result<PromiseRaw<'env, Outcome<T>>>;

/// Lets JavaScript cancel one call. Used in place of napi's own abort signal, which would overwrite the caller's
/// `onabort`.
pub type Cancellation = External<Arc<Notify>>;

#[napi(skip_typescript, catch_unwind)]
pub fn create_cancellation() -> Cancellation {
    External::new(Arc::new(Notify::new()))
}

#[napi(skip_typescript, catch_unwind)]
pub fn cancel(cancellation: &Cancellation) {
    // Leaves a permit if the call is not waiting yet.
    cancellation.notify_one();
}

/// A call whose arguments have been read: the options that every method has, and the operation.
pub struct Prepared<R> {
    timing: Timing,
    actor: Option<String>,
    run: R,
}

/// Call this after reading all options.
pub fn prepared<R, F>(options: Options<'_>, run: R) -> Decoded<'_, Prepared<R>>
where
    R: FnOnce(Arc<Service>, Operation, Call) -> F,
{
    options.finish()?;
    let timing = Timing {
        timeout: options.timeout,
        priority: if options.is_bulk {
            Priority::Bulk
        } else {
            Priority::Interactive
        },
    };
    let actor = options.actor;
    Ok(Prepared { timing, actor, run })
}

/// Runs a public method. `prepare` reads its arguments.
pub fn run<'env, T, R, F>(
    env: &'env Env,
    service: &ServiceHandle,
    given: Vec<Unknown<'env>>,
    cancel: Option<&Cancellation>,
    method: &'static str,
    prepare: impl FnOnce(&mut Arguments<'env>) -> Decoded<'env, Prepared<R>>,
) -> Promised<'env, T>
where
    T: Reply,
    R: FnOnce(Arc<Service>, Operation, Call) -> F + Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let prepared = decoded(prepare(&mut Arguments::new(given)))?;
    let service = Arc::clone(service);
    let cancelled = cancel.map(|cancellation| Arc::clone(cancellation));
    deliver(env, method, async move {
        let Prepared { timing, actor, run } = prepared?;
        let operation = Operation::new(actor);
        let call = service.call(method, timing);
        let result = run(service, operation.clone(), call);
        cancellable(result, operation, cancelled).await
    })
}

/// A call that is cancelled before its first change ends at once; after that it completes what it has begun, while
/// JavaScript no longer waits for it.
async fn cancellable<T>(
    call: impl Future<Output = Result<T>>,
    operation: Operation,
    cancelled: Option<Arc<Notify>>,
) -> Result<T> {
    let Some(cancelled) = cancelled else {
        return call.await;
    };
    let mut call = pin!(call);
    tokio::select! {
        biased;
        () = cancelled.notified() => operation.abort(),
        result = &mut call => return result,
    }
    if operation.has_begun() {
        return call.await;
    }
    Err(Error::new(ErrorKind::Cancelled, "The call was cancelled."))
}

/// Passes the result on once its turn in the event loop has come.
fn deliver<'env, T: Reply>(
    env: &'env Env,
    method: &'static str,
    call: impl Future<Output = Result<T>> + Send + 'static,
) -> Promised<'env, T> {
    let turns = delivery::turns(*env)?;
    let waiting = turns.clone();
    let run = async move {
        let result = call.await;
        let weight = result.as_ref().map_or(1, Reply::weight);
        waiting.wait_for(weight).await;
        Ok((outcome(method, result), weight))
    };
    env.spawn_future_with_callback(run, move |_, (outcome, weight)| {
        turns.built(weight);
        Ok(outcome)
    })
}

/// Runs a synchronous method.
pub fn at_once<'env, T>(
    method: &'static str,
    given: Vec<Unknown<'env>>,
    run: impl FnOnce(&mut Arguments<'env>) -> Decoded<'env, T>,
) -> napi::Result<Outcome<T>> {
    let result = decoded(run(&mut Arguments::new(given)))?;
    Ok(outcome(method, result))
}

/// Throws only what JavaScript itself has thrown.
pub fn decoded<T>(decoded: Decoded<T>) -> napi::Result<Result<T>> {
    match decoded {
        Ok(value) => Ok(Ok(value)),
        Err(Rejection::Failure(error)) => Ok(Err(error)),
        Err(Rejection::Thrown(thrown)) => Err(thrown),
    }
}

/// The only place that turns a result into the form in which it crosses to JavaScript.
pub fn outcome<T>(method: &'static str, result: Result<T>) -> Outcome<T> {
    match result {
        Ok(value) => Either::A(value),
        Err(error) => Either::B(failure(method, &error)),
    }
}
