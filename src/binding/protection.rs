//! The methods that defend an account.

use std::collections::HashSet;

use super::call::{method, prepared};
use super::value::{Decoded, Options};
use crate::arguments::{MAX_SESSIONS, MAX_TTL_SECONDS, Presence};
use crate::error::Error;
use crate::service::{
    AccessKind, Destination, LimitOptions, RemovalOptions, RevokeApplicationOptions,
    VerificationOptions,
};

const INSTEAD_OF_NONE: &str = "To end every session use revokeAllUserSessions.";

method!(block_user, "blockUser", |given| {
    let user = given.user()?;
    let options = given.change_options()?;
    prepared(options, move |service, operation, call| async move {
        service.block_user(&user, &operation, call).await
    })
});

method!(unblock_user, "unblockUser", |given| {
    let user = given.user()?;
    let options = given.change_options()?;
    prepared(options, move |service, operation, call| async move {
        service.unblock_user(&user, &operation, call).await
    })
});

method!(find_user_blocks, "findUserBlocks", |given| {
    let user = given.user()?;
    let options = given.options()?;
    prepared(options, move |service, _, call| async move {
        service.find_user_blocks(&user, call).await
    })
});

method!(clear_user_blocks, "clearUserBlocks", |given| {
    let user = given.user()?;
    let options = given.change_options()?;
    prepared(options, move |service, operation, call| async move {
        service.clear_user_blocks(&user, &operation, call).await
    })
});

method!(find_user_factors, "findUserFactors", |given| {
    let user = given.user()?;
    let options = given.options()?;
    prepared(options, move |service, _, call| async move {
        service.find_user_factors(&user, call).await
    })
});

method!(remove_user_factor, "removeUserFactor", |given| {
    let (user, factor) = (given.user()?, given.named("factor", "id")?);
    let mut options = given.change_options()?;
    let removal = removal_options(&mut options)?;
    prepared(options, move |service, operation, call| async move {
        service
            .remove_user_factor(&user, factor.as_deref(), removal, &operation, call)
            .await
    })
});

method!(remove_all_user_factors, "removeAllUserFactors", |given| {
    let user = given.user()?;
    let mut options = given.change_options()?;
    let removal = removal_options(&mut options)?;
    prepared(options, move |service, operation, call| async move {
        service
            .remove_all_user_factors(&user, removal, &operation, call)
            .await
    })
});

method!(find_user_applications, "findUserApplications", |given| {
    let user = given.user()?;
    let mut options = given.options()?;
    let with_ids = options.flag("includeTokenIds")?;
    prepared(options, move |service, _, call| async move {
        service.find_user_applications(&user, with_ids, call).await
    })
});

method!(revoke_user_application, "revokeUserApplication", |given| {
    let (user, client_id) = (given.user()?, given.named("application", "clientId")?);
    let mut options = given.change_options()?;
    let revoke = RevokeApplicationOptions {
        wait_until_gone: options.flag("waitUntilGone")?,
    };
    prepared(options, move |service, operation, call| async move {
        service
            .revoke_user_application(&user, client_id.as_deref(), revoke, &operation, call)
            .await
    })
});

method!(limit_user_sessions, "limitUserSessions", |given| {
    let user = given.user()?;
    let mut options = given.change_options()?;
    let max = options.required_number("max", MAX_SESSIONS, INSTEAD_OF_NONE)?;
    let kept = options.texts_of("keep")?.unwrap_or_default();
    let mut keep: HashSet<String> = kept.into_iter().collect();
    let current = match options.text_if_present("currentSessionId")? {
        Presence::Absent => None,
        Presence::Text(id) if !id.is_empty() => Some(id),
        Presence::Text(_) | Presence::Empty => return Err(no_current_session().into()),
    };
    keep.extend(current.clone());
    let required = if options.flag("requireCurrent")? {
        Some(current.ok_or_else(no_current_session)?)
    } else {
        None
    };
    let limit = LimitOptions::new(max, keep, required)?;
    prepared(options, move |service, operation, call| async move {
        service
            .limit_user_sessions(&user, &limit, &operation, call)
            .await
    })
});

method!(end_user_access, "endUserAccess", |given| {
    let user = given.user()?;
    let mut options = given.change_options()?;
    let named = options.texts_of("include")?;
    let kinds = AccessKind::all_of(named.as_deref())?;
    prepared(options, move |service, operation, call| async move {
        service
            .end_user_access(&user, &kinds, &operation, call)
            .await
    })
});

method!(
    generate_email_verification_ticket,
    "generateEmailVerificationTicket",
    |given| {
        let user = given.user()?;
        let mut options = given.change_options()?;
        let result_url = options.text("redirectUrl")?;
        let ticket = VerificationOptions {
            ttl_seconds: options.whole_number("ttlSeconds", MAX_TTL_SECONDS)?,
            destination: destination(&mut options, result_url)?,
        };
        prepared(options, move |service, operation, call| async move {
            service
                .generate_email_verification_ticket(&user, &ticket, &operation, call)
                .await
        })
    }
);

method!(send_verification_email, "sendVerificationEmail", |given| {
    let user = given.user()?;
    let mut options = given.change_options()?;
    let email = VerificationOptions {
        destination: destination(&mut options, None)?,
        ..VerificationOptions::default()
    };
    prepared(options, move |service, operation, call| async move {
        service
            .send_verification_email(&user, &email, &operation, call)
            .await
    })
});

/// Without its id, the caller's own session might be the one that ends.
fn no_current_session() -> Error {
    Error::argument_type(
        "options.currentSessionId has no value: pass the `sid` claim of the caller's ID token, or leave the option out.",
    )
}

fn removal_options<'env>(options: &mut Options<'env>) -> Decoded<'env, RemovalOptions> {
    Ok(RemovalOptions {
        allow_last: options.flag("allowLast")?,
    })
}

fn destination<'env>(
    options: &mut Options<'env>,
    result_url: Option<String>,
) -> Decoded<'env, Destination> {
    Ok(Destination {
        result_url,
        client_id: options.text("clientId")?,
        organization_id: options.text("organizationId")?,
    })
}
