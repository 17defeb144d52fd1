//! Creates a service from JavaScript's configuration and logger, and closes it.

use std::sync::Arc;

use napi::bindgen_prelude::{Either, External, Unknown};
use napi_derive::napi;
use serde_json::Value;

use super::delivery::{Receiver, ReceiverHandle};
use crate::arguments::settings;
use crate::config::{Config, TokenSupplier};
use crate::failure_object::failure;
use crate::listeners::{Listeners, TokenListener, supply};
use crate::logging::Logger;
use crate::service::Service;

/// A service as JavaScript refers to it.
pub type ServiceHandle = External<BoundService>;

/// A service, and where its results go.
pub struct BoundService {
    pub service: Arc<Service>,
    pub receiver: Receiver,
}

/// Creates a service, or a failure object if the configuration is invalid. `log`, `audit` and `tokens` are the numbers
/// under which JavaScript receives lines, events and requests for access tokens.
#[napi(skip_typescript, catch_unwind)]
pub fn create_service(
    config: Unknown,
    log: i64,
    audit: i64,
    receiver: &ReceiverHandle,
    tokens: Option<i64>,
) -> Either<ServiceHandle, Value> {
    let outbox = receiver.outbox.clone();
    let listeners = Listeners { outbox, log, audit };
    let supplier = tokens.map(|number| {
        let outbox = receiver.outbox.clone();
        Arc::new(TokenListener { outbox, number }) as Arc<dyn TokenSupplier>
    });
    let config = settings(config).and_then(|given| Config::with_supplier(given, supplier));
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

/// The response to a request for an access token: `token` is a string, or `thrown` the number of what was thrown.
#[napi(skip_typescript, catch_unwind)]
pub fn supply_token(id: i64, token: Option<String>, thrown: Option<i64>) {
    supply(id, token, thrown);
}
