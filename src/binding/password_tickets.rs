//! The method that creates password-change tickets.

use super::call::{method, prepared};
use crate::arguments::{Form, MAX_TTL_SECONDS};
use crate::reply::ObjectOrUrl;
use crate::service::{Destination, TicketOptions};

// The ticket when called by object, its URL by id.
method!(
    generate_password_change_ticket,
    "generatePasswordChangeTicket",
    |given| {
        let (user, form) = (given.user()?, given.form);
        let result_url = given.optional_text("redirectUrl")?;
        let mut options = given.change_options()?;
        let ticket = TicketOptions {
            ttl_seconds: options.whole_number("ttlSeconds", MAX_TTL_SECONDS)?,
            destination: Destination {
                result_url,
                client_id: options.text("clientId")?,
                organization_id: options.text("organizationId")?,
            },
            include_email_in_redirect: options.flag("includeEmailInRedirect")?,
            mark_email_as_verified: options.flag("markEmailAsVerified")?,
            allow_blocked: options.flag("allowBlocked")?,
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
    }
);
