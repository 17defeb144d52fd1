//! The methods that link and unlink accounts, which callers know as connecting and disconnecting.

use napi::Env;
use napi::bindgen_prelude::{Either, Unknown};
use napi_derive::napi;

use super::call::{Cancellation, Invocation, Outcome, Prepared, Promised, at_once};
use super::service::ServiceHandle;
use super::value::{Arguments, Decoded, Options};
use crate::arguments::{Named, Rejection};
use crate::config::Secret;
use crate::error::{Error, LinkingReason};
use crate::model::{UserAccountConnectionTicket, UserAuthenticationMethod};
use crate::service::{ConnectionUrlOptions, Proof};
use crate::user::UserRef;

/// Whether `generateAccountConnectionUrl` is called by id, and so promises its result.
#[napi(skip_typescript, catch_unwind)]
pub fn is_connection_by_id(given: Vec<Unknown>) -> napi::Result<bool> {
    match Arguments::new(given).is_connection_by_id() {
        Ok(is_by_id) => Ok(is_by_id),
        Err(Rejection::Failure(_)) => Ok(true),
        Err(Rejection::Thrown(thrown)) => Err(thrown),
    }
}

/// A ticket by object, its URL by id.
#[napi(skip_typescript, catch_unwind)]
pub fn generate_account_connection_url(
    service: &ServiceHandle,
    given: Vec<Unknown>,
) -> napi::Result<Outcome<Either<UserAccountConnectionTicket, String>>> {
    at_once("generateAccountConnectionUrl", given, |given| {
        if given.is_connection_by_id()? {
            let user = given.user()?;
            let provider = given.next("provider").plain_text()?;
            let options = connection_options(&given.options(CONNECTION_OPTIONS)?, Some(user))?;
            let url = service.connection_url_for_user(&provider, &options)?;
            return Ok(Either::B(url));
        }
        let provider = given.next("provider").plain_text()?;
        let redirect_url = given.next("redirectUrl").plain_text()?;
        let options = connection_options(&given.options(CONNECTION_OPTIONS)?, None)?;
        let ticket = service.connection_url(&provider, &redirect_url, &options)?;
        Ok(Either::A(ticket))
    })
}

const CONNECTION_OPTIONS: &[&str] = &[
    "user",
    "connection",
    "scope",
    "prompt",
    "authorizationParams",
];

/// `user` is the first argument, if that names one.
fn connection_options<'env>(
    options: &Options<'env>,
    user: Option<UserRef>,
) -> Decoded<'env, ConnectionUrlOptions> {
    let user = match (user, options.user("user")?) {
        (Some(_), Some(_)) => {
            let message = "options.user is named by the first argument.";
            return Err(Error::argument_value(message).into());
        }
        (first, option) => first.or(option),
    };
    Ok(ConnectionUrlOptions {
        user,
        connection: options.text("connection")?,
        scope: options.text("scope")?,
        prompt: options.text("prompt")?,
        authorization_params: options.texts("authorizationParams")?,
    })
}

#[napi(skip_typescript, catch_unwind)]
pub fn connect_secondary_account<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    given: Vec<Unknown<'env>>,
    cancellation: Option<&Cancellation>,
) -> Promised<'env, Vec<UserAuthenticationMethod>> {
    let invocation = Invocation::new(env, service, given, cancellation);
    invocation.run("connectSecondaryAccount", |given| {
        let user = given.user()?;
        let (proof, options) = proof(given)?;
        let allow_unverified = options.flag("allowUnverifiedEmail")?;
        Ok(Prepared::new(
            &options,
            move |service, operation, call| async move {
                service
                    .connect_secondary_account(&user, &proof, allow_unverified, &operation, call)
                    .await
            },
        ))
    })
}

/// `(redirectUri, code, options)` or `(provider, accessToken, options)`.
fn proof<'env>(given: &mut Arguments<'env>) -> Decoded<'env, (Proof, Options<'env>)> {
    let target = given.next("redirectUri or provider").plain_text()?;
    let is_code = target.contains([':', '/']);
    let credential = if is_code {
        "authorizationCode"
    } else {
        "accessToken"
    };
    let credential = Secret::new(given.next(credential).plain_text()?);
    let options = given.change_options(&["state", "allowUnverifiedEmail"])?;
    let state = match options.text_if_named("state")? {
        Named::Not => None,
        Named::Empty => return Err(state_missing().into()),
        Named::Text(state) => Some(state),
    };
    let proof = match state {
        state if is_code => Proof::Code {
            redirect_uri: target,
            code: credential,
            state,
        },
        None => Proof::AccessToken {
            provider: target,
            token: credential,
        },
        Some(_) => {
            let message = "options.state belongs to an authorization code, not to an access token.";
            return Err(Error::argument_value(message).into());
        }
    };
    Ok((proof, options))
}

/// A callback that came back without its state must not pass for one that never had any.
fn state_missing() -> Error {
    Error::linking(
        LinkingReason::StateRequired,
        "options.state was given but is empty: the callback came back without the state.",
    )
}

#[napi(skip_typescript, catch_unwind)]
pub fn disconnect_secondary_account<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    given: Vec<Unknown<'env>>,
    cancellation: Option<&Cancellation>,
) -> Promised<'env, Vec<UserAuthenticationMethod>> {
    let invocation = Invocation::new(env, service, given, cancellation);
    invocation.run("disconnectSecondaryAccount", |given| {
        let (user, (provider, id)) = (given.user()?, given.identity()?);
        let options = given.change_options(&[])?;
        Ok(Prepared::new(
            &options,
            move |service, operation, call| async move {
                let id = id.as_deref();
                service
                    .disconnect_secondary_account(&user, &provider, id, &operation, call)
                    .await
            },
        ))
    })
}
