//! Creates a service from JavaScript's configuration and logger, and closes it.

use std::sync::Arc;

use napi::Status;
use napi::bindgen_prelude::{Either, External, FnArgs, Function, Unknown};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi_derive::napi;
use serde_json::{Map, Value};

use super::delivery::{Receiver, ReceiverHandle};
use crate::arguments::settings;
use crate::config::Config;
use crate::failure_object::failure;
use crate::logging::{LogLine, Logger, Sink};
use crate::service::Service;

/// A service as JavaScript refers to it.
pub type ServiceHandle = External<BoundService>;

/// A service, and where its results go.
pub struct BoundService {
    pub service: Arc<Service>,
    pub receiver: Receiver,
}

/// Level, message, details.
type Line = FnArgs<(&'static str, String, Value)>;
type Event = FnArgs<(Value,)>;
/// Weak: a logger never keeps the process alive.
type Listener<Arguments> = ThreadsafeFunction<Arguments, (), Arguments, Status, false, true>;

/// Creates a service, or a failure object if the configuration is invalid.
#[allow(
    clippy::needless_pass_by_value,
    reason = "napi passes functions by value; the lint does not fire in a test build"
)]
#[napi(skip_typescript, catch_unwind)]
pub fn create_service(
    config: Unknown,
    log: Function<Line, ()>,
    audit: Function<Event, ()>,
    receiver: &ReceiverHandle,
) -> napi::Result<Either<ServiceHandle, Value>> {
    let log = log.build_threadsafe_function().weak::<true>();
    let audit = audit.build_threadsafe_function().weak::<true>();
    let listeners = Listeners {
        log: log.callee_handled::<false>().build()?,
        audit: audit.callee_handled::<false>().build()?,
    };
    let config = settings(config).and_then(Config::from_object);
    Ok(match config {
        Ok(config) => {
            let logger = Logger::new(config.log_level, listeners);
            Either::A(External::new(BoundService {
                service: Arc::new(Service::new(config, logger)),
                receiver: Receiver::clone(receiver),
            }))
        }
        Err(error) => Either::B(failure("constructor", &error)),
    })
}

#[napi(skip_typescript, catch_unwind)]
pub fn close_service(service: &ServiceHandle) {
    service.service.close();
}

struct Listeners {
    log: Listener<Line>,
    audit: Listener<Event>,
}

/// A closing environment accepts no more lines, which must not fail the call.
impl Sink for Listeners {
    fn line(&self, line: LogLine) {
        let details = Value::Object(line.details);
        let line = FnArgs::from((line.level.as_str(), line.message, details));
        let _ = self.log.call(line, ThreadsafeFunctionCallMode::NonBlocking);
    }

    fn audit(&self, event: Map<String, Value>) {
        let event = FnArgs::from((Value::Object(event),));
        let _ = self
            .audit
            .call(event, ThreadsafeFunctionCallMode::NonBlocking);
    }
}
