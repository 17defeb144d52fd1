//! Reads own properties only: what a prototype offers was not passed by the caller, and any code in
//! the process can put it there.

use napi::bindgen_prelude::{
    JsObjectValue, KeyCollectionMode, KeyConversion, KeyFilter, Object, Unknown,
};
use napi::{JsValue, ValueType};

/// The property as it stands, or nothing if the object has none of its own.
pub fn own_value<'env>(object: &Object<'env>, name: &str) -> napi::Result<Option<Unknown<'env>>> {
    if !object.has_own_property(name)? {
        return Ok(None);
    }
    object.get_named_property_unchecked(name).map(Some)
}

/// The property, where `undefined` and `null` count as missing.
pub fn own_property<'env>(
    object: &Object<'env>,
    name: &str,
) -> napi::Result<Option<Unknown<'env>>> {
    let Some(value) = own_value(object, name)? else {
        return Ok(None);
    };
    match value.get_type()? {
        ValueType::Undefined | ValueType::Null => Ok(None),
        _ => Ok(Some(value)),
    }
}

/// The names that `Object.keys` would list.
pub fn own_keys(object: &Object) -> napi::Result<Vec<String>> {
    let names = object.get_all_property_names(
        KeyCollectionMode::OwnOnly,
        KeyFilter::Enumerable,
        KeyConversion::NumbersToStrings,
    )?;
    let mut keys = Vec::new();
    for index in 0..names.get_array_length()? {
        let name: Unknown = names.get_element(index)?;
        if name.get_type()? == ValueType::String {
            keys.push(name.coerce_to_string()?.into_utf8()?.into_owned()?);
        }
    }
    Ok(keys)
}

/// The elements of an array, or nothing if it has a hole, which a prototype could fill.
pub fn own_elements<'env>(array: &Object<'env>) -> napi::Result<Option<Vec<Unknown<'env>>>> {
    let mut elements = Vec::new();
    for index in 0..array.get_array_length()? {
        if !array.has_own_property(&index.to_string())? {
            return Ok(None);
        }
        elements.push(array.get_element(index)?);
    }
    Ok(Some(elements))
}
