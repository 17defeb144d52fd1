//! The method that checks the configuration.

use super::call::{method, prepared};

method!(check_configuration, "checkConfiguration", |given| {
    let options = given.options()?;
    prepared(options, move |service, _, call| async move {
        Ok(service.check_configuration(call).await)
    })
});
