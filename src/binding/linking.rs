//! The methods that link and unlink accounts, publicly called connecting and disconnecting.

use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use super::call::{at_once, decoded, method, prepared};
use super::service::ServiceHandle;
use super::value::{Arguments, Decoded, Options};
use crate::arguments::Presence;
use crate::config::Secret;
use crate::error::{Error, LinkingReason};
use crate::reply::ObjectOrUrl;
use crate::service::{ConnectionUrlOptions, Proof};
use crate::user::UserRef;

/// Whether `generateAccountConnectionUrl` is called by id, and so returns a promise.
#[napi(skip_typescript, catch_unwind)]
pub fn is_connection_by_id(given: Vec<Unknown>) -> napi::Result<bool> {
    Ok(decoded(Arguments::new(given).is_connection_by_id())?.unwrap_or(true))
}

/// A ticket when called by object, its URL by id.
#[napi(skip_typescript, catch_unwind)]
pub fn generate_account_connection_url(
    service: &ServiceHandle,
    given: Vec<Unknown>,
) -> napi::Result<String> {
    at_once("generateAccountConnectionUrl", given, |given| {
        if given.is_connection_by_id()? {
            let user = given.user()?;
            let provider = given.next("provider").plain_text()?;
            let options = connection_options(given.options()?, Some(user))?;
            let url = service
                .service
                .connection_url_for_user(&provider, &options)?;
            return Ok(ObjectOrUrl::Url(url));
        }
        let provider = given.next("provider").plain_text()?;
        let redirect_url = given.next("redirectUrl").plain_text()?;
        let options = connection_options(given.options()?, None)?;
        let ticket = service
            .service
            .connection_url(&provider, &redirect_url, &options)?;
        Ok(ObjectOrUrl::Object(ticket))
    })
}

/// `user` is the first argument, if it names a user.
fn connection_options(
    mut options: Options<'_>,
    user: Option<UserRef>,
) -> Decoded<'_, ConnectionUrlOptions> {
    let user = match (user, options.user("user")?) {
        (Some(_), Some(_)) => {
            let message = "options.user must be left out: the first argument is the user.";
            return Err(Error::argument_value(message).into());
        }
        (first, option) => first.or(option),
    };
    let url = ConnectionUrlOptions {
        user,
        connection: options.text("connection")?,
        scope: options.text("scope")?,
        prompt: options.text("prompt")?,
        authorization_params: options.texts("authorizationParams")?,
    };
    options.finish()?;
    Ok(url)
}

method!(
    connect_secondary_account,
    "connectSecondaryAccount",
    |given| {
        let user = given.user()?;
        let (proof, allow_unverified, options) = proof(given)?;
        prepared(options, move |service, operation, call| async move {
            service
                .link_account(&user, &proof, allow_unverified, &operation, call)
                .await
        })
    }
);

/// `(redirectUri, code, options)` or `(provider, accessToken, options)`. Also whether the email may be unverified.
fn proof<'env>(given: &mut Arguments<'env>) -> Decoded<'env, (Proof, bool, Options<'env>)> {
    let target = given.next("redirectUri or provider").plain_text()?;
    let is_code = target.contains([':', '/']);
    let credential = if is_code {
        "authorizationCode"
    } else {
        "accessToken"
    };
    let credential = Secret::new(given.next(credential).plain_text()?);
    let mut options = given.change_options()?;
    let allow_unverified = options.flag("allowUnverifiedEmail")?;
    let state = options.text_if_present("state")?;
    // A misspelt `state` is named before a missing one.
    options.finish()?;
    let state = match state {
        Presence::Absent => None,
        Presence::Empty => return Err(state_missing().into()),
        Presence::Text(_) if !is_code => return Err(state_without_code().into()),
        Presence::Text(state) => Some(state),
    };
    let proof = if is_code {
        Proof::Code {
            redirect_uri: target,
            code: credential,
            state,
        }
    } else {
        Proof::AccessToken {
            provider: target,
            token: credential,
        }
    };
    Ok((proof, allow_unverified, options))
}

/// A callback that lost its state must not be taken for one that never had any.
fn state_missing() -> Error {
    Error::linking(
        LinkingReason::StateRequired,
        "options.state was given but is empty: the callback came back without the state.",
    )
}

fn state_without_code() -> Error {
    Error::argument_value("options.state belongs to an authorization code, not to an access token.")
}

method!(
    disconnect_secondary_account,
    "disconnectSecondaryAccount",
    |given| {
        let (user, (provider, id)) = (given.user()?, given.identity()?);
        let options = given.change_options()?;
        prepared(options, move |service, operation, call| async move {
            service
                .unlink_account(&user, &provider, id.as_deref(), &operation, call)
                .await
        })
    }
);
