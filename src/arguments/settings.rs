//! The configuration that callers pass: an object of plain values, in which `undefined` counts as absent.

use serde_json::{Map, Value as Json};

use super::limits::{MAX_SETTING_ITEMS, max_setting_text, with_commas};
use super::value::{Kind, Value};
use crate::error::{Error, Result};

/// The deepest setting is `application.clientAssertion.privateKey`.
const NESTING: u32 = 3;

/// Exceptions thrown while reading are not passed on: their messages might quote a value.
pub fn settings<V: Value>(config: V) -> Result<Map<String, Json>> {
    match config.kind() {
        Ok(Kind::Object) => object(config, "", NESTING),
        _ => Err(not_an_object()),
    }
}

fn object<V: Value>(object: V, path: &str, levels_left: u32) -> Result<Map<String, Json>> {
    let keys = object.property_names().map_err(|_| not_an_object())?;
    let keys = keys.map_err(|problem| {
        let field = path.strip_suffix('.').unwrap_or("config").to_owned();
        Error::configuration(field, problem, "Pass documented settings only")
    })?;
    let mut settings = Map::new();
    for key in keys {
        let name = format!("{path}{key}");
        let value = object
            .property(&key)
            .map_err(|_| unsupported_value(&name))?;
        if let Some(value) = value
            && let Some(value) = setting(value, &name, levels_left)?
        {
            settings.insert(key, value);
        }
    }
    Ok(settings)
}

fn setting<V: Value>(value: V, name: &str, levels_left: u32) -> Result<Option<Json>> {
    let failed = |_| unsupported_value(name);
    match value.kind().map_err(failed)? {
        Kind::Undefined => Ok(None),
        _ if name == "logger" => Err(misplaced_logger()),
        Kind::Object if levels_left > 0 => {
            if let Some(length) = value.length().map_err(failed)? {
                return list(value, length, name).map(Some);
            }
            if levels_left == 1 || value.is_bytes().map_err(failed)? {
                return Err(unsupported_value(name));
            }
            let inner = object(value, &format!("{name}."), levels_left - 1)?;
            Ok(Some(Json::Object(inner)))
        }
        // JavaScript keeps the function, and calls it.
        Kind::Other("function") if name == "accessToken" => Ok(Some(Json::Bool(true))),
        Kind::Object | Kind::Other(_) => Err(unsupported_value(name)),
        _ => {
            let most = max_setting_text(name);
            let plain = value.plain(most).map_err(failed)?;
            plain.map(Some).ok_or_else(|| too_long(name, most))
        }
    }
}

/// The only list is `allowedRedirectOrigins`, so its items are plain values.
fn list<V: Value>(list: V, length: u32, name: &str) -> Result<Json> {
    if length > MAX_SETTING_ITEMS {
        let problem = format!("has {} items", with_commas(length as usize));
        let name = name.to_owned();
        return Err(Error::configuration(name, &problem, "Pass at most 1,000"));
    }
    let item = |index| {
        let item = list.element(index).map_err(|_| unsupported_value(name))?;
        let item = item.ok_or_else(|| unsupported_value(name))?;
        Ok(setting(item, name, 0)?.unwrap_or_default())
    };
    (0..length)
        .map(item)
        .collect::<Result<_>>()
        .map(Json::Array)
}

fn too_long(name: &str, most: usize) -> Error {
    Error::configuration(
        name.to_owned(),
        &format!("has more than {} characters", with_commas(most)),
        "Check what was passed: it is far longer than any valid value",
    )
}

fn unsupported_value(name: &str) -> Error {
    Error::configuration(
        name.to_owned(),
        "is not a supported value",
        "Pass a string, a finite number, a boolean or a plain object; for a Buffer, its toString()",
    )
}

fn misplaced_logger() -> Error {
    Error::configuration(
        "logger",
        "is not a setting",
        "Pass the logger as the second argument of the constructor",
    )
}

fn not_an_object() -> Error {
    Error::configuration(
        "config",
        "is not an object",
        "Pass an object with domain, clientId and clientSecret or clientAssertion",
    )
}
