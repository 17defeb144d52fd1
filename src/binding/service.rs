//! Creates a service from JavaScript's configuration and logger, and closes it.

use std::sync::Arc;

use napi::bindgen_prelude::{Either, External, Unknown};
use napi_derive::napi;
use serde_json::{Map, Value, json};

use super::delivery::{Receiver, ReceiverHandle};
use crate::arguments::settings;
use crate::config::Config;
use crate::failure_object::failure;
use crate::logging::{LogLine, Logger, Sink};
use crate::outbox::Outbox;
use crate::service::Service;

/// A service as JavaScript refers to it.
pub type ServiceHandle = External<BoundService>;

/// A service, and where its results go.
pub struct BoundService {
    pub service: Arc<Service>,
    pub receiver: Receiver,
}

/// Creates a service, or a failure object if the configuration is invalid. `log` and `audit` are the numbers under which
/// JavaScript receives lines and events, and `null` once there will be no more.
#[napi(skip_typescript, catch_unwind)]
pub fn create_service(
    config: Unknown,
    log: i64,
    audit: i64,
    receiver: &ReceiverHandle,
) -> Either<ServiceHandle, Value> {
    let listeners = Listeners {
        outbox: receiver.outbox.clone(),
        log,
        audit,
    };
    let config = settings(config).and_then(Config::from_object);
    match config {
        Ok(config) => {
            let logger = Logger::new(config.log_level, listeners);
            Either::A(External::new(BoundService {
                service: Arc::new(Service::new(config, logger)),
                receiver: Receiver::clone(receiver),
            }))
        }
        Err(error) => Either::B(failure("constructor", &error)),
    }
}

#[napi(skip_typescript, catch_unwind)]
pub fn close_service(service: &ServiceHandle) {
    service.service.close();
}

/// The numbers of the JavaScript functions for log lines and audit events. Both travel with the results, so that they
/// arrive before the result of their call.
struct Listeners {
    outbox: Arc<Outbox>,
    log: i64,
    audit: i64,
}

impl Sink for Listeners {
    fn line(&self, line: LogLine) {
        let line = json!([line.level.as_str(), line.message, line.details]);
        self.outbox.post(self.log, &line);
    }

    fn audit(&self, event: Map<String, Value>) {
        self.outbox.post(self.audit, &Value::Object(event));
    }
}

impl Drop for Listeners {
    /// JavaScript need not keep the functions any longer.
    fn drop(&mut self) {
        self.outbox.post(self.log, &Value::Null);
        self.outbox.post(self.audit, &Value::Null);
    }
}
