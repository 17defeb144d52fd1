//! The method about sign-in methods.

use super::call::{method, prepared};

method!(
    find_user_authentication_methods,
    "findUserAuthenticationMethods",
    |given| {
        let user = given.user()?;
        let options = given.options()?;
        prepared(options, move |service, _, call| async move {
            service.find_user_authentication_methods(&user, call).await
        })
    }
);
