//! Reads own properties only: what a prototype offers was not passed by the caller, and any code in
//! the process can put it there.

use napi::ValueType;
use napi::bindgen_prelude::{
    JsObjectValue, KeyCollectionMode, KeyConversion, KeyFilter, Object, Unknown,
};

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

/// The names that `Object.keys` would list, as an array that may contain symbols too.
pub fn own_names<'env>(object: &Object<'env>) -> napi::Result<Object<'env>> {
    object.get_all_property_names(
        KeyCollectionMode::OwnOnly,
        KeyFilter::Enumerable,
        KeyConversion::NumbersToStrings,
    )
}

/// The element, or nothing in place of a hole, which a prototype could fill.
pub fn own_element<'env>(array: &Object<'env>, index: u32) -> napi::Result<Option<Unknown<'env>>> {
    if !array.has_own_property(&index.to_string())? {
        return Ok(None);
    }
    array.get_element(index).map(Some)
}
