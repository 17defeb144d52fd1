//! The methods about sessions.

use super::call::{method, prepared};
use super::value::{Decoded, Options};
use crate::reply::Done;
use crate::service::RevokeOptions;

method!(find_user_sessions, "findUserSessions", |given| {
    let user = given.user()?;
    let mut options = given.options()?;
    let current = options.text("currentSessionId")?;
    prepared(options, move |service, _, call| async move {
        let current = current.as_deref();
        service.find_user_sessions(&user, current, call).await
    })
});

method!(revoke_user_session, "revokeUserSession", |given| {
    let (user, session) = (given.user()?, given.session()?);
    let form = given.form;
    let mut options = given.change_options()?;
    let revoke = revoke_options(&mut options)?;
    prepared(options, move |service, operation, call| async move {
        service
            .revoke_user_session(&user, session.as_deref(), revoke, &operation, call)
            .await?;
        Ok(Done::from(form))
    })
});

method!(revoke_all_user_sessions, "revokeAllUserSessions", |given| {
    let (user, form) = (given.user()?, given.form);
    let mut options = given.change_options()?;
    let revoke = revoke_options(&mut options)?;
    prepared(options, move |service, operation, call| async move {
        service
            .revoke_all_user_sessions(&user, revoke, &operation, call)
            .await?;
        Ok(Done::from(form))
    })
});

method!(
    revoke_other_user_sessions,
    "revokeOtherUserSessions",
    |given| {
        let (user, kept) = (given.user()?, given.current_session_id()?);
        let mut options = given.change_options()?;
        let mut revoke = revoke_options(&mut options)?;
        revoke.require_current = options.flag("requireCurrent")?;
        prepared(options, move |service, operation, call| async move {
            service
                .revoke_other_user_sessions(&user, &kept, revoke, &operation, call)
                .await
        })
    }
);

fn revoke_options<'env>(options: &mut Options<'env>) -> Decoded<'env, RevokeOptions> {
    Ok(RevokeOptions {
        wait_until_gone: options.flag("waitUntilGone")?,
        require_current: false,
    })
}
