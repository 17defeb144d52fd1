//! The method that creates password-change tickets.

use napi::Env;
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use super::call::{Cancellation, prepared, run};
use super::service::ServiceHandle;
use crate::arguments::Form;
use crate::reply::ObjectOrUrl;
use crate::service::TicketOptions;

const GENERATE: &str = "generatePasswordChangeTicket";

const MAX_TTL_SECONDS: u32 = 30 * 86_400;

/// The ticket when called by object, its URL by id.
#[napi(skip_typescript, catch_unwind)]
pub fn generate_password_change_ticket(
    env: Env,
    service: &ServiceHandle,
    call: i64,
    given: Vec<Unknown>,
    cancel: Option<&Cancellation>,
) -> napi::Result<()> {
    run(env, service, call, given, cancel, GENERATE, |given| {
        let (user, form) = (given.user()?, given.form);
        let result_url = given.optional_text("redirectUrl")?;
        let mut options = given.change_options()?;
        let ticket = TicketOptions {
            result_url,
            ttl_seconds: options.whole_number("ttlSeconds", MAX_TTL_SECONDS)?,
            client_id: options.text("clientId")?,
            organization_id: options.text("organizationId")?,
            include_email_in_redirect: options.flag("includeEmailInRedirect")?,
            mark_email_as_verified: options.flag("markEmailAsVerified")?,
        };
        prepared(options, move |service, operation, call| async move {
            let ticket = service
                .generate_password_change_ticket(&user, &ticket, &operation, call)
                .await?;
            Ok(match form {
                Form::ByObject => ObjectOrUrl::Object(ticket),
                Form::ById => ObjectOrUrl::Url(ticket.redirect),
            })
        })
    })
}
