//! The calls about sign-in methods and passwords: tell the forms apart, run the operation.

use std::sync::Arc;
use std::time::Duration;

use napi::bindgen_prelude::{Either, FromNapiValue, Object, PromiseRaw, Unknown};
use napi::{Env, ValueType};
use napi_derive::napi;

use super::arguments::{self, Decoded, Form, optional_text, plain_text, required_text};
use super::call::{CallHandle, Outcome, action, at_once, start};
use super::options::Options;
use super::service::ServiceHandle;
use crate::config::Secret;
use crate::error::Error;
use crate::model::{
    UserAccountChangePasswordTicket, UserAccountConnectionTicket, UserAuthenticationMethod,
};
use crate::service::{ConnectionUrlOptions, Proof, TicketOptions};
use crate::user::{JsText, UserRef, possible_resource_id};

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
        let timeout = Options::read(options, &[])?.timeout()?;
        let service = Arc::clone(service);
        Ok(async move {
            let call = service.call(timeout);
            service.find_user_authentication_methods(&user, call).await
        })
    };
    start(env, "findUserAuthenticationMethods", handle, decode())
}

/// Whether `(userId, provider)` was passed, which promises a URL, and not `(provider, url)`.
#[napi(skip_typescript, catch_unwind)]
pub fn is_connection_url_reference_form(first: Unknown, second: Unknown) -> napi::Result<bool> {
    if first.get_type()? != ValueType::String {
        return Ok(true);
    }
    let is_provider = KNOWN_PROVIDERS.contains(&&*String::from_unknown(first)?);
    let is_url =
        second.get_type()? == ValueType::String && String::from_unknown(second)?.contains(':');
    Ok(!(is_provider || is_url))
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
        let options = ConnectionUrlOptions {
            user: Some(user),
            ..connection_options(options)?
        };
        Ok(move || service.connection_url_for_user(&provider, &options))
    };
    at_once("generateAccountConnectionUrl", decode())
}

fn connection_options(options: Unknown) -> Decoded<ConnectionUrlOptions> {
    let options = Options::read(options, CONNECTION_OPTIONS)?;
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
        let timeout = options.timeout()?;
        let state = options.text("state")?;
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
        Ok(async move {
            let call = service.call(timeout);
            let action = action("account.link", actor, &user, &[]);
            let run = service.connect_secondary_account(&user, &proof, allow_unverified, call);
            service.audited(action, call, run).await
        })
    };
    start(env, "connectSecondaryAccount", handle, decode())
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
        let (timeout, actor) = (options.timeout()?, options.text("actor")?);
        let service = Arc::clone(service);
        Ok(async move {
            let call = service.call(timeout);
            let action = action(
                "account.unlink",
                actor,
                &user,
                &[
                    ("provider", Some(&*provider)),
                    ("identityId", id.as_deref()),
                ],
            );
            let run = service.disconnect_secondary_account(&user, &provider, id.as_deref(), call);
            service.audited(action, call, run).await
        })
    };
    start(env, "disconnectSecondaryAccount", handle, decode())
}

/// Provider and identity id; an id that cannot exist is nothing.
fn method(first: Unknown, second: Unknown) -> Decoded<(String, Option<String>)> {
    let (provider, id) = match first.get_type()? {
        ValueType::Object => {
            let method = Object::from_unknown(first)?;
            let provider = optional_text(&method, "method", "provider")?;
            let id = optional_text(&method, "method", "id")?;
            let missing =
                || Error::argument_type("method must have id and provider, each a string.");
            (provider.ok_or_else(missing)?, id.ok_or_else(missing)?)
        }
        _ => (
            required_text("provider", first)?,
            required_text("secondaryUserId", second)?,
        ),
    };
    match provider {
        JsText::Valid(provider) => Ok((provider, possible_resource_id(id))),
        JsText::LoneSurrogate => {
            Err(Error::argument_value("provider is not valid Unicode.").into())
        }
    }
}

/// The ticket in the example form, its URL in the reference form.
#[napi(skip_typescript, catch_unwind)]
pub fn generate_password_change_ticket<'env>(
    env: &'env Env,
    service: &ServiceHandle,
    user: Unknown,
    redirect_url: Unknown,
    options: Unknown,
    handle: Option<&CallHandle>,
) -> napi::Result<PromiseRaw<'env, Outcome<Either<UserAccountChangePasswordTicket, String>>>> {
    let decode = || -> Decoded<_> {
        let (user, form): (UserRef, Form) = arguments::user(user)?;
        let result_url = match redirect_url.get_type()? {
            ValueType::Undefined | ValueType::Null => None,
            _ => Some(plain_text("redirectUrl", redirect_url)?),
        };
        let (timeout, ticket, actor) = ticket_options(options, result_url)?;
        let service = Arc::clone(service);
        Ok(async move {
            let call = service.call(timeout);
            let action = action("password.ticket", actor, &user, &[]);
            let run = service.generate_password_change_ticket(&user, &ticket, call);
            let ticket = service.audited(action, call, run).await?;
            Ok(match form {
                Form::Example => Either::A(ticket),
                Form::Reference => Either::B(ticket.redirect),
            })
        })
    };
    start(env, "generatePasswordChangeTicket", handle, decode())
}

fn ticket_options(
    options: Unknown,
    result_url: Option<String>,
) -> Decoded<(Option<Duration>, TicketOptions, Option<String>)> {
    let options = Options::read_action(
        options,
        &[
            "ttlSeconds",
            "clientId",
            "organizationId",
            "includeEmailInRedirect",
            "markEmailAsVerified",
        ],
    )?;
    let ticket = TicketOptions {
        result_url,
        ttl_seconds: options.number("ttlSeconds", 1, 2_592_000)?,
        client_id: options.text("clientId")?,
        organization_id: options.text("organizationId")?,
        include_email_in_redirect: options.flag("includeEmailInRedirect")?,
        mark_email_as_verified: options.flag("markEmailAsVerified")?,
    };
    Ok((options.timeout()?, ticket, options.text("actor")?))
}
