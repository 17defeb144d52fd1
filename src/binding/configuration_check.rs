//! The method that checks the configuration.

use super::call::{method, prepared};
use crate::service::CheckedMethods;

method!(check_configuration, "checkConfiguration", |given| {
    let mut options = given.options()?;
    let methods = CheckedMethods::named(options.texts_of("methods")?)?;
    prepared(options, move |service, _, call| async move {
        Ok(service.check_configuration(&methods, call).await)
    })
});
