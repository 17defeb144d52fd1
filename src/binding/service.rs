//! Makes a service out of JavaScript's configuration and logger.

use std::sync::Arc;

use napi::bindgen_prelude::{
    External, FnArgs, FromNapiValue, Function, JsObjectValue, Object, Unknown,
};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{JsString, JsValue, Status, ValueType};
use napi_derive::napi;
use serde_json::{Map, Value};

use super::call::{Outcome, outcome};
use super::limits::{self, Excess};
use super::own::{own_element, own_value};
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
    let keys = limits::names(object).map_err(|_| no_object())?;
    let keys = keys.map_err(|excess| no_settings(path, excess))?;
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
        ValueType::Undefined => return Ok(None),
        ValueType::Null | ValueType::Boolean | ValueType::Number => {
            return Value::from_unknown(value).map(Some).map_err(fault);
        }
        ValueType::String => return setting_text(value, name).map(Some),
        ValueType::Object if levels_left > 0 => {}
        _ => return Err(no_setting(name)),
    }
    let object = Object::from_unknown(value).map_err(fault)?;
    let is_bytes = object.is_buffer().map_err(fault)? || object.is_typedarray().map_err(fault)?;
    if object.is_array().map_err(fault)? {
        setting_list(&object, name).map(Some)
    } else if is_bytes || levels_left == 1 {
        Err(no_setting(name))
    } else {
        let inner = settings(&object, &format!("{name}."), levels_left - 1)?;
        Ok(Some(Value::Object(inner)))
    }
}

/// More origins than an application has.
const MAX_ITEMS: u32 = 1_000;

/// The one list is `allowedRedirectOrigins`, so its items are plain values.
fn setting_list(list: &Object, name: &str) -> Result<Value> {
    let fault = |_| no_setting(name);
    let count = list.get_array_length().map_err(fault)?;
    if count > MAX_ITEMS {
        let problem = format!("has {} items", limits::with_commas(count as usize));
        return Err(Error::configuration(
            name.to_owned(),
            &problem,
            "Pass at most 1,000",
        ));
    }
    let item = |index| {
        let item = own_element(list, index).map_err(fault)?;
        let item = item.ok_or_else(|| no_setting(name))?;
        Ok(setting(item, name, 0)?.unwrap_or_default())
    };
    (0..count)
        .map(item)
        .collect::<Result<_>>()
        .map(Value::Array)
}

fn setting_text(value: Unknown, name: &str) -> Result<Value> {
    let fault = |_| no_setting(name);
    let text = JsString::from_unknown(value).map_err(fault)?;
    let most = limits::setting_limit(name);
    if text.utf16_len().map_err(fault)? > most {
        let most = limits::with_commas(most);
        return Err(Error::configuration(
            name.to_owned(),
            &format!("has more than {most} characters"),
            "Check what was passed: it is far longer than any valid value",
        ));
    }
    // Not by way of a buffer that nobody wipes.
    String::from_unknown(value)
        .map(Value::String)
        .map_err(fault)
}

fn no_settings(path: &str, excess: Excess) -> Error {
    let field = path.trim_end_matches('.');
    let field = if field.is_empty() { "config" } else { field };
    Error::configuration(
        field.to_owned(),
        excess.problem(),
        "Pass the settings of the reference only",
    )
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
