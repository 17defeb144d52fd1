//! Makes a service out of JavaScript's configuration and logger.

use std::sync::Arc;

use napi::bindgen_prelude::{External, FnArgs, FromNapiValue, Function, Object, Unknown};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{JsValue, Status, ValueType};
use napi_derive::napi;
use serde_json::{Map, Value};

use super::call::{Outcome, outcome};
use super::own::{own_elements, own_keys, own_value};
use crate::config::{Config, LogLevel};
use crate::error::{Error, Result};
use crate::logging::{LogLine, Logger};
use crate::service::Service;

/// Level, message, details.
type LogArguments = FnArgs<(&'static str, String, Value)>;
/// Weak: a logger never keeps the process alive.
type LogFunction = ThreadsafeFunction<LogArguments, (), LogArguments, Status, false, true>;

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
    Config::from_object(settings(&config, "", NESTING)?)
}

/// The deepest setting is `application.clientAssertion.privateKey`.
const NESTING: u32 = 3;

/// The settings of an object as JSON; `undefined` counts as left out.
fn settings(object: &Object, path: &str, levels_left: u32) -> Result<Map<String, Value>> {
    let keys = own_keys(object).map_err(|_| no_object())?;
    let mut fields = Map::new();
    for key in keys {
        let name = format!("{path}{key}");
        // napi's own words might quote a value.
        let value = own_value(object, &key).map_err(|_| no_setting(&name))?;
        if let Some(value) = value
            && let Some(value) = setting(value, &name, levels_left)?
        {
            fields.insert(key, value);
        }
    }
    Ok(fields)
}

fn setting(value: Unknown, name: &str, levels_left: u32) -> Result<Option<Value>> {
    let fault = |_| no_setting(name);
    match value.get_type().map_err(fault)? {
        ValueType::Undefined => Ok(None),
        ValueType::Function | ValueType::Symbol | ValueType::External | ValueType::BigInt => {
            Err(no_setting(name))
        }
        ValueType::Object => {
            let object = Object::from_unknown(value).map_err(fault)?;
            compound(&object, name, levels_left).map(Some)
        }
        _ => Value::from_unknown(value).map(Some).map_err(fault),
    }
}

/// An object or an array. Beneath the deepest setting its content is not read: no setting fits there.
fn compound(object: &Object, name: &str, levels_left: u32) -> Result<Value> {
    let fault = |_| no_setting(name);
    if object.is_buffer().map_err(fault)? {
        return Err(no_setting(name));
    }
    let levels_left = levels_left.saturating_sub(1);
    if !object.is_array().map_err(fault)? {
        let inner = match levels_left {
            0 => Map::new(),
            _ => settings(object, &format!("{name}."), levels_left)?,
        };
        return Ok(Value::Object(inner));
    }
    if levels_left == 0 {
        return Ok(Value::Array(Vec::new()));
    }
    let elements = own_elements(object).map_err(fault)?;
    let elements = elements.ok_or_else(|| no_setting(name))?;
    let items = elements.into_iter().map(|element| {
        let item = setting(element, name, levels_left)?;
        Ok(item.unwrap_or(Value::Null))
    });
    items.collect::<Result<Vec<Value>>>().map(Value::Array)
}

fn no_setting(name: &str) -> Error {
    Error::configuration(
        name.to_owned(),
        "is not a value that a setting can have",
        "Pass a string, a finite number, a boolean or a plain object; of a Buffer, its toString()",
    )
}

fn no_object() -> Error {
    Error::configuration(
        "config",
        "is not an object",
        "Pass an object with domain, clientId and clientSecret or clientAssertion",
    )
}

fn send(log: &LogFunction, line: LogLine) {
    let level = match line.level {
        LogLevel::Debug => "debug",
        LogLevel::Info => "info",
        LogLevel::Warn => "warn",
        LogLevel::Audit => "audit",
        LogLevel::Error | LogLevel::Silent => "error",
    };
    let arguments = FnArgs::from((level, line.message, Value::Object(line.details)));
    // A closing environment takes no lines any more, which is no fault of the call.
    let _ = log.call(arguments, ThreadsafeFunctionCallMode::NonBlocking);
}
