//! The calls about sign-in methods: tell the forms apart, run the operation.

use std::sync::Arc;

use napi::bindgen_prelude::{FromNapiValue, Object, PromiseRaw, Unknown};
use napi::{Env, JsString, ValueType};
use napi_derive::napi;

use super::arguments::{self, Decoded, optional_text, plain_text, required_text};
use super::call::{CallHandle, Outcome, at_once, start, start_change};
use super::limits;
use super::options::{Named, Options};
use super::service::ServiceHandle;
use crate::config::Secret;
use crate::error::{Error, LinkingReason};
use crate::model::{UserAccountConnectionTicket, UserAuthenticationMethod};
use crate::service::{ConnectionUrlOptions, Operation, Proof};
use crate::user::{JsText, possible_resource_id};

/// The providers of the enum that the README documents.
const KNOWN_PROVIDERS: &[&str] = &[
    "google-oauth2",
    "github",
    "windowslive",
    "apple",
    "email-password",
];
const CONNECTION_OPTIONS: &[&str] = &[
    "user",
    "connection",
    "scope",
    "prompt",
    "authorizationParams",
];

const FIND: &str = "findUserAuthenticationMethods";
const CONNECT: &str = "connectSecondaryAccount";
const DISCONNECT: &str = "disconnectSecondaryAccount";

type Methods = Vec<UserAuthenticationMethod>;

#[napi(skip_typescript, catch_unwind)]
pub fn find_user_authentication_methods<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    user: Unknown,
    options: Unknown,
    handle: Option<&CallHandle>,
) -> napi::Result<PromiseRaw<'env, Outcome<Methods>>> {
    let decode = || -> Decoded<_> {
        let (user, _) = arguments::user(user)?;
        let timing = Options::read(options, &[])?.timing()?;
        let service = Arc::clone(service);
        Ok(async move {
            let call = service.call(FIND, timing);
            service.find_user_authentication_methods(&user, call).await
        })
    };
    start(env, FIND, handle, decode())
}

/// Whether `(userId, provider)` was passed, which promises a URL, and not `(provider, url)`.
#[napi(skip_typescript, catch_unwind)]
pub fn is_connection_url_reference_form(first: Unknown, second: Unknown) -> napi::Result<bool> {
    if first.get_type()? != ValueType::String {
        return Ok(true);
    }
    let first = short_text(first)?.unwrap_or_default();
    if KNOWN_PROVIDERS.contains(&&*first) {
        return Ok(false);
    }
    let is_user_id = first.contains('|');
    // A text that is too long can only be a place.
    let is_place = second.get_type()? == ValueType::String
        && short_text(second)?.is_none_or(|text| text.contains([':', '/', '\\']));
    Ok(is_user_id || !is_place)
}

/// Nothing if the text is too long for a URL.
fn short_text(value: Unknown) -> napi::Result<Option<String>> {
    let text = JsString::from_unknown(value)?;
    if limits::is_too_long("redirectUrl", &text)? {
        return Ok(None);
    }
    text.into_utf8()?.into_owned().map(Some)
}

#[napi(skip_typescript, catch_unwind)]
pub fn generate_account_connection_url(
    service: &ServiceHandle,
    provider: Unknown,
    redirect_url: Unknown,
    options: Unknown,
) -> napi::Result<Outcome<UserAccountConnectionTicket>> {
    let decode = || -> Decoded<_> {
        let provider = plain_text("provider", provider)?;
        let redirect_url = plain_text("redirectUrl", redirect_url)?;
        let options = connection_options(options)?;
        Ok(move || service.connection_url(&provider, &redirect_url, &options))
    };
    at_once("generateAccountConnectionUrl", decode())
}

#[napi(skip_typescript, catch_unwind)]
pub fn generate_account_connection_url_for_user(
    service: &ServiceHandle,
    user: Unknown,
    provider: Unknown,
    options: Unknown,
) -> napi::Result<Outcome<String>> {
    let decode = || -> Decoded<_> {
        let (user, _) = arguments::user(user)?;
        let provider = plain_text("provider", provider)?;
        let options = connection_options(options)?;
        if options.user.is_some() {
            return Err(
                Error::argument_value("options.user is named by the first argument.").into(),
            );
        }
        let options = ConnectionUrlOptions {
            user: Some(user),
            ..options
        };
        Ok(move || service.connection_url_for_user(&provider, &options))
    };
    at_once("generateAccountConnectionUrl", decode())
}

fn connection_options(options: Unknown) -> Decoded<ConnectionUrlOptions> {
    let options = Options::read(options, CONNECTION_OPTIONS)?;
    options.timing()?;
    Ok(ConnectionUrlOptions {
        user: options.user("user")?,
        connection: options.text("connection")?,
        scope: options.text("scope")?,
        prompt: options.text("prompt")?,
        authorization_params: options.texts("authorizationParams")?,
    })
}

/// `(user, redirectUri, code)` or `(user, provider, accessToken)`.
#[napi(skip_typescript, catch_unwind)]
pub fn connect_secondary_account<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    user: Unknown,
    redirect_uri_or_provider: Unknown,
    code_or_token: Unknown,
    options: Unknown,
    handle: Option<&CallHandle>,
) -> napi::Result<PromiseRaw<'env, Outcome<Methods>>> {
    let decode = || -> Decoded<_> {
        let (user, _) = arguments::user(user)?;
        let target = plain_text("redirectUri or provider", redirect_uri_or_provider)?;
        let is_code_form = target.contains([':', '/']);
        let credential = if is_code_form {
            "authorizationCode"
        } else {
            "accessToken"
        };
        let credential = Secret::new(plain_text(credential, code_or_token)?);
        let options = Options::read_action(options, &["state", "allowUnverifiedEmail"])?;
        let actor = options.text("actor")?;
        let allow_unverified = options.flag("allowUnverifiedEmail")?;
        let timing = options.timing()?;
        let state = match options.text_if_named("state")? {
            Named::Not => None,
            Named::Empty => return Err(state_missing().into()),
            Named::Text(_) if !is_code_form => return Err(state_without_code().into()),
            Named::Text(state) => Some(state),
        };
        let proof = if is_code_form {
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
        let service = Arc::clone(service);
        let operation = Operation::new(actor);
        let run = {
            let operation = operation.clone();
            async move {
                let call = service.call(CONNECT, timing);
                service
                    .connect_secondary_account(&user, &proof, allow_unverified, &operation, call)
                    .await
            }
        };
        Ok((operation, run))
    };
    start_change(env, CONNECT, handle, decode())
}

/// A callback that came back without its state must not pass for one that never had any.
fn state_missing() -> Error {
    Error::linking(
        LinkingReason::StateRequired,
        "options.state is named but has no value: the callback came back without the state.",
    )
}

fn state_without_code() -> Error {
    Error::argument_value("options.state belongs to an authorization code, not to an access token.")
}

/// `(user, { id, provider }, options)` or `(userId, provider, secondaryUserId, options)`.
#[napi(skip_typescript, catch_unwind)]
pub fn disconnect_secondary_account<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    user: Unknown,
    method_or_provider: Unknown,
    secondary_user_id: Unknown,
    options: Unknown,
    handle: Option<&CallHandle>,
) -> napi::Result<PromiseRaw<'env, Outcome<Methods>>> {
    let decode = || -> Decoded<_> {
        let (user, _) = arguments::user(user)?;
        let (provider, id) = method(method_or_provider, secondary_user_id)?;
        let options = Options::read_action(options, &[])?;
        let (timing, actor) = (options.timing()?, options.text("actor")?);
        let service = Arc::clone(service);
        let operation = Operation::new(actor);
        let run = {
            let operation = operation.clone();
            async move {
                let call = service.call(DISCONNECT, timing);
                let id = id.as_deref();
                service
                    .disconnect_secondary_account(&user, &provider, id, &operation, call)
                    .await
            }
        };
        Ok((operation, run))
    };
    start_change(env, DISCONNECT, handle, decode())
}

/// Provider and identity id; an id that cannot exist is nothing.
fn method(first: Unknown, second: Unknown) -> Decoded<(String, Option<String>)> {
    let (provider, id) = match first.get_type()? {
        ValueType::Object => {
            let method = Object::from_unknown(first)?;
            let provider = optional_text(&method, "method", "provider")?;
            let id = optional_text(&method, "method", "id")?;
            let missing = || {
                Error::argument_type(
                    "method must have id and provider as own properties, each a string.",
                )
            };
            (provider.ok_or_else(missing)?, id.ok_or_else(missing)?)
        }
        _ => (
            required_text("provider", first)?,
            required_text("secondaryUserId", second)?,
        ),
    };
    match provider {
        JsText::Valid(provider) => Ok((provider, possible_resource_id(id))),
        JsText::TooLong => Err(limits::too_long("provider")),
        JsText::LoneSurrogate => {
            Err(Error::argument_value("provider is not valid Unicode.").into())
        }
    }
}
