//! The skeleton of every method: reads the arguments, runs the operation, and passes its outcome to JavaScript.
//! Failures are values, and a call can be cancelled.

use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};
use napi::Env;
use napi::bindgen_prelude::{External, Unknown, spawn};
use napi_derive::napi;
use tokio::sync::Notify;

use super::service::ServiceHandle;
use super::value::{Arguments, Decoded, Options};
use crate::arguments::Rejection;
use crate::cpu;
use crate::error::{Error, ErrorKind, Result};
use crate::listeners::of_call;
use crate::outbox::Outbox;
use crate::reply::{Encode, Reply, encode, encode_numbered, unexpected};
use crate::service::{Call, Operation, Priority, Service, Timing};

/// Sessions or methods that are encoded in less time than it takes to move them to another thread.
const ENCODED_AT_ONCE: usize = 200;

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
        priority: if options.is_bulk == Some(true) {
            Priority::Bulk
        } else {
            Priority::Interactive
        },
    };
    let actor = options.actor;
    Ok(Prepared { timing, actor, run })
}

/// Declares a public method that waits for Auth0, as the function that `lib/` calls. The last argument reads the
/// arguments.
macro_rules! method {
    ($name:ident, $method:literal, $prepare:expr) => {
        #[napi_derive::napi(skip_typescript, catch_unwind)]
        pub fn $name(
            env: napi::Env,
            service: &$crate::binding::service::ServiceHandle,
            number: i64,
            given: Vec<napi::bindgen_prelude::Unknown>,
            cancel: Option<&$crate::binding::call::Cancellation>,
        ) -> napi::Result<()> {
            $crate::binding::call::run(env, service, number, given, cancel, $method, $prepare)
        }
    };
}
pub(super) use method;

/// Starts a public method, whose result JavaScript receives under the number of the call. `prepare` reads its
/// arguments.
pub fn run<'env, T, R, F>(
    env: Env,
    service: &ServiceHandle,
    number: i64,
    given: Vec<Unknown<'env>>,
    cancel: Option<&Cancellation>,
    method: &'static str,
    prepare: impl FnOnce(&mut Arguments<'env>) -> Decoded<'env, Prepared<R>>,
) -> napi::Result<()>
where
    T: Reply + 'static,
    R: FnOnce(Arc<Service>, Operation, Call) -> F + Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let prepared = decoded(prepare(&mut Arguments::new(given)))?;
    let mut pending = Pending {
        outbox: service.receiver.expect(env),
        number,
        method,
        is_settled: false,
    };
    match prepared {
        Ok(Prepared { timing, actor, run }) => start(
            Started {
                service: Arc::clone(&service.service),
                timing,
                actor,
                cancelled: cancel.map(|cancellation| Arc::clone(cancellation)),
                pending,
            },
            Box::new(|service, operation, call| Box::pin(erased(run(service, operation, call)))),
        ),
        Err(error) => pending.settle(&Err(error)),
    }
    Ok(())
}

/// A call that begins.
struct Started {
    service: Arc<Service>,
    timing: Timing,
    actor: Option<String>,
    cancelled: Option<Arc<Notify>>,
    pending: Pending,
}

type Outcome = Result<Box<dyn Encode>>;
type Run = Box<dyn FnOnce(Arc<Service>, Operation, Call) -> BoxFuture<'static, Outcome> + Send>;

/// So that everything around the method is compiled once, not for each of them. Not an `async fn`, which would have room
/// for the method's future twice.
fn erased<T: Reply + 'static>(
    result: impl Future<Output = Result<T>>,
) -> impl Future<Output = Outcome> {
    result.map(|result| result.map(|reply| Box::new(reply) as Box<dyn Encode>))
}

fn start(started: Started, run: Run) {
    let Started {
        service,
        timing,
        actor,
        cancelled,
        mut pending,
    } = started;
    spawn(of_call(pending.number, async move {
        let operation = Operation::new(actor);
        let call = service.call(pending.method, timing);
        let result = run(service, operation.clone(), call);
        let result = cancellable(result, operation, cancelled).await;
        let result = result.map_err(|error| error.with_correlation_id(call.correlation_id()));
        let items = result.as_ref().map_or(0, |reply| reply.items());
        if items > ENCODED_AT_ONCE {
            // Off the thread that serves requests.
            cpu::run_to_end(move || pending.settle(&result)).await;
        } else {
            pending.settle(&result);
        }
    }));
}

/// A call that JavaScript waits for.
struct Pending {
    outbox: Arc<Outbox>,
    number: i64,
    method: &'static str,
    is_settled: bool,
}

impl Pending {
    fn settle(&mut self, result: &Outcome) {
        let weight = result.as_ref().map_or(1, |reply| reply.weight());
        let json = encode_numbered(self.number, self.method, result);
        self.outbox.put(json, weight);
        self.is_settled = true;
    }
}

impl Drop for Pending {
    /// Without a result, the call has panicked.
    fn drop(&mut self) {
        if !self.is_settled {
            self.outbox.put(unexpected(self.number), 1);
        }
    }
}

/// A call that is cancelled before its first change ends at once; after that it completes what it has begun, while
/// JavaScript no longer waits for it.
async fn cancellable(
    mut call: BoxFuture<'static, Outcome>,
    operation: Operation,
    cancelled: Option<Arc<Notify>>,
) -> Outcome {
    let Some(cancelled) = cancelled else {
        return call.await;
    };
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

/// Runs a synchronous method. The outcome is JSON.
pub fn at_once<'env, T: Reply>(
    method: &'static str,
    given: Vec<Unknown<'env>>,
    run: impl FnOnce(&mut Arguments<'env>) -> Decoded<'env, T>,
) -> napi::Result<String> {
    let result = decoded(run(&mut Arguments::new(given)))?;
    Ok(encode(method, &result))
}

/// Throws only what JavaScript itself has thrown.
pub fn decoded<T>(decoded: Decoded<T>) -> napi::Result<Result<T>> {
    match decoded {
        Ok(value) => Ok(Ok(value)),
        Err(Rejection::Failure(error)) => Ok(Err(error)),
        Err(Rejection::Thrown(thrown)) => Err(thrown),
    }
}
