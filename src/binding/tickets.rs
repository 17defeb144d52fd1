//! The call for a password ticket: tell the forms apart, run the operation.

use std::sync::Arc;

use napi::bindgen_prelude::{Either, PromiseRaw, Unknown};
use napi::{Env, ValueType};
use napi_derive::napi;

use super::arguments::{self, Decoded, Form, plain_text};
use super::call::{CallHandle, Outcome, start_change};
use super::options::Options;
use super::service::ServiceHandle;
use crate::model::UserAccountChangePasswordTicket;
use crate::service::{Operation, TicketOptions, Timing};

const METHOD: &str = "generatePasswordChangeTicket";

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
        let (user, form) = arguments::user(user)?;
        let result_url = match redirect_url.get_type()? {
            ValueType::Undefined | ValueType::Null => None,
            _ => Some(plain_text("redirectUrl", redirect_url)?),
        };
        let (timing, ticket, actor) = ticket_options(options, result_url)?;
        let service = Arc::clone(service);
        let operation = Operation::new(actor);
        let run = {
            let operation = operation.clone();
            async move {
                let call = service.call(METHOD, timing);
                let ticket = service
                    .generate_password_change_ticket(&user, &ticket, &operation, call)
                    .await?;
                Ok(match form {
                    Form::Example => Either::A(ticket),
                    Form::Reference => Either::B(ticket.redirect),
                })
            }
        };
        Ok((operation, run))
    };
    start_change(env, METHOD, handle, decode())
}

fn ticket_options(
    options: Unknown,
    result_url: Option<String>,
) -> Decoded<(Timing, TicketOptions, Option<String>)> {
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
    Ok((options.timing()?, ticket, options.text("actor")?))
}
