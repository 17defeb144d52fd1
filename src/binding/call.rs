//! The skeleton of every method: reads the arguments, runs the operation, and hands its outcome to JavaScript.
//! Failures are values, and a call can be cancelled.

use std::pin::pin;
use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{Either, External, PromiseRaw, Unknown};
use napi_derive::napi;
use serde_json::Value;
use tokio::sync::Notify;

use super::delivery::{self, Reply};
use super::service::ServiceHandle;
use super::value::{Arguments, Decoded, Options};
use crate::arguments::Rejection;
use crate::error::{Error, ErrorKind, Result};
use crate::failure_object::failure;
use crate::service::{Call, Operation, Priority, Service, Timing};

/// A result, or a failure object.
pub type Outcome<T> = Either<T, Value>;
pub type Promised<'env, T> = napi::Result<PromiseRaw<'env, Outcome<T>>>;

/// Lets JavaScript cancel one call. It stands in for napi's own abort signal, which would overwrite the caller's
/// `onabort`.
pub type Cancellation = External<Arc<Notify>>;

#[napi(skip_typescript, catch_unwind)]
pub fn create_cancellation() -> Cancellation {
    External::new(Arc::new(Notify::new()))
}

#[napi(skip_typescript, catch_unwind)]
pub fn cancel(cancellation: &Cancellation) {
    // Leaves a permit if the call does not wait yet.
    cancellation.notify_one();
}

/// A call whose arguments have been read: what every method takes, and what this one does.
pub struct Prepared<R> {
    timing: Timing,
    actor: Option<String>,
    run: R,
}

impl<R> Prepared<R> {
    pub fn new<F>(options: &Options, run: R) -> Self
    where
        R: FnOnce(Arc<Service>, Operation, Call) -> F,
    {
        let priority = match options.is_bulk {
            true => Priority::Bulk,
            false => Priority::Interactive,
        };
        let timeout = options.timeout;
        Self {
            timing: Timing { timeout, priority },
            actor: options.actor.clone(),
            run,
        }
    }
}

/// What JavaScript passes for each method: its service, its arguments, and how it may be cancelled.
pub struct Invocation<'env> {
    pub env: &'env Env,
    pub service: Arc<Service>,
    pub given: Vec<Unknown<'env>>,
    pub cancelled: Option<Arc<Notify>>,
}

impl<'env> Invocation<'env> {
    pub fn new(
        env: &'env Env,
        service: &ServiceHandle,
        given: Vec<Unknown<'env>>,
        cancellation: Option<&Cancellation>,
    ) -> Self {
        Self {
            env,
            service: Arc::clone(service),
            given,
            cancelled: cancellation.map(|cancellation| Arc::clone(cancellation)),
        }
    }

    /// Runs a public method, which `decode` reads from its arguments.
    pub fn run<T, R, F>(
        self,
        method: &'static str,
        decode: impl FnOnce(&mut Arguments<'env>) -> Decoded<'env, Prepared<R>>,
    ) -> Promised<'env, T>
    where
        T: Reply,
        R: FnOnce(Arc<Service>, Operation, Call) -> F + Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let decoded = match decode(&mut Arguments::new(self.given)) {
            Ok(prepared) => Ok(prepared),
            Err(Rejection::Failure(error)) => Err(error),
            Err(Rejection::Thrown(error)) => return Err(error),
        };
        let (service, cancelled) = (self.service, self.cancelled);
        deliver(self.env, method, async move {
            let Prepared { timing, actor, run } = decoded?;
            let operation = Operation::new(actor);
            let call = service.call(method, timing);
            let result = run(service, operation.clone(), call);
            cancellable(result, operation, cancelled).await
        })
    }
}

/// Cancelled before its first change a call ends at once; after that it completes what it has begun, and JavaScript
/// no longer waits for it.
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

/// The result is handed over when its turn in the event loop has come.
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

/// Runs a method that waits for nothing.
pub fn at_once<'env, T>(
    method: &'static str,
    given: Vec<Unknown<'env>>,
    run: impl FnOnce(&mut Arguments<'env>) -> Decoded<'env, T>,
) -> napi::Result<Outcome<T>> {
    match run(&mut Arguments::new(given)) {
        Ok(value) => Ok(outcome(method, Ok(value))),
        Err(Rejection::Failure(error)) => Ok(outcome(method, Err(error))),
        Err(Rejection::Thrown(error)) => Err(error),
    }
}

/// The one place where a result takes the form in which it crosses to JavaScript.
pub fn outcome<T>(method: &'static str, result: Result<T>) -> Outcome<T> {
    match result {
        Ok(value) => Either::A(value),
        Err(error) => Either::B(failure(method, &error)),
    }
}
