//! Values of JavaScript, as `arguments` reads them.

use napi::bindgen_prelude::{
    FromNapiValue, JsObjectValue, KeyCollectionMode, KeyConversion, KeyFilter, Object, Unknown,
};
use napi::{JsDate, JsString, JsValue, ValueType};
use serde_json::Value as Json;

use crate::arguments::{self, Kind, MAX_PROPERTIES, MAX_PROPERTY_NAME, Value};
use crate::user::JsText;

pub type Decoded<'env, R> = arguments::Decoded<R, Unknown<'env>>;
pub type Arguments<'env> = arguments::Arguments<Unknown<'env>>;
pub type Options<'env> = arguments::Options<Unknown<'env>>;

impl Value for Unknown<'_> {
    type Thrown = napi::Error;

    fn kind(self) -> napi::Result<Kind> {
        Ok(match self.get_type()? {
            ValueType::Undefined => Kind::Undefined,
            ValueType::Null => Kind::Null,
            ValueType::Boolean => Kind::Boolean,
            ValueType::Number => Kind::Number,
            ValueType::String => Kind::String,
            ValueType::Object => Kind::Object,
            ValueType::Symbol => Kind::Other("symbol"),
            ValueType::Function => Kind::Other("function"),
            _ => Kind::Other("bigint"),
        })
    }

    fn flag(self) -> napi::Result<bool> {
        bool::from_unknown(self)
    }

    fn number(self) -> napi::Result<f64> {
        f64::from_unknown(self)
    }

    fn text(self, most: usize) -> napi::Result<JsText> {
        let string = JsString::from_unknown(self)?;
        if string.utf16_len()? > most {
            return Ok(JsText::TooLong);
        }
        let utf16 = string.into_utf16()?;
        // napi passes the string with its terminating NUL.
        let units = utf16.as_slice().split_last();
        let text = String::from_utf16(units.map_or(&[], |(_, units)| units));
        Ok(text.map_or(JsText::LoneSurrogate, JsText::Valid))
    }

    fn property(self, name: &str) -> napi::Result<Option<Self>> {
        let object = Object::from_unknown(self)?;
        let is_own = object.has_own_property(name)?;
        let value = is_own.then(|| object.get_named_property_unchecked(name));
        value.transpose()
    }

    fn property_names(self) -> napi::Result<Result<Vec<String>, &'static str>> {
        let found = Object::from_unknown(self)?.get_all_property_names(
            KeyCollectionMode::OwnOnly,
            KeyFilter::Enumerable,
            KeyConversion::NumbersToStrings,
        )?;
        let count = found.get_array_length()?;
        if count > MAX_PROPERTIES {
            return Ok(Err("has more than 100 properties"));
        }
        let mut names = Vec::new();
        for index in 0..count {
            let name: Unknown = found.get_element(index)?;
            // The others are symbols.
            if name.get_type()? != ValueType::String {
                continue;
            }
            let name = JsString::from_unknown(name)?;
            if name.utf16_len()? > MAX_PROPERTY_NAME {
                return Ok(Err(
                    "has a property whose name is longer than 100 characters",
                ));
            }
            names.push(name.into_utf8()?.into_owned()?);
        }
        Ok(Ok(names))
    }

    fn length(self) -> napi::Result<Option<u32>> {
        let array = Object::from_unknown(self)?;
        let length = array.is_array()?.then(|| array.get_array_length());
        length.transpose()
    }

    fn element(self, index: u32) -> napi::Result<Option<Self>> {
        let array = Object::from_unknown(self)?;
        let is_own = array.has_own_property(&index.to_string())?;
        is_own.then(|| array.get_element(index)).transpose()
    }

    fn plain(self, most: usize) -> napi::Result<Option<Json>> {
        let is_text = self.get_type()? == ValueType::String;
        if is_text && JsString::from_unknown(self)?.utf16_len()? > most {
            return Ok(None);
        }
        Json::from_unknown(self).map(Some)
    }

    fn is_bytes(self) -> napi::Result<bool> {
        let object = Object::from_unknown(self)?;
        Ok(object.is_buffer()? || object.is_typedarray()?)
    }

    fn date(self) -> napi::Result<Option<i64>> {
        if !self.is_date()? {
            return Ok(None);
        }
        let millis = JsDate::from_unknown(self)?.value_of()?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a date of JavaScript is a whole number of at most 8.64e15, or NaN"
        )]
        Ok((!millis.is_nan()).then_some(millis as i64))
    }
}
