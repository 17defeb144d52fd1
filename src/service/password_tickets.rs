//! Password-change tickets: short-lived, and only for users who have a password.

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use crate::auth0::tickets::{self, PASSWORD_CHANGE, Ticket};
use crate::auth0::users::{self, Identity, User};
use crate::config::Domain;
use crate::error::{EffectState, Error, ErrorKind, ProtectionReason, Result, Step};
use crate::model::UserAccountChangePasswordTicket;
use crate::redirect_url::check_link;
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::needs::Needs;
use crate::service::operation::Operation;
use crate::service::sign_in_methods::DATABASE_PROVIDER;
use crate::transport::call::Call;
use crate::user::UserRef;

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: "generatePasswordChangeTicket",
    routes: &[&users::READ.route, &PASSWORD_CHANGE.route],
}];

#[derive(Debug, Default)]
pub struct TicketOptions {
    pub result_url: Option<String>,
    pub ttl_seconds: Option<u32>,
    pub client_id: Option<String>,
    pub organization_id: Option<String>,
    pub include_email_in_redirect: bool,
    pub mark_email_as_verified: bool,
    /// Also for a user whom an administrator has blocked, although a new password lifts the block.
    pub allow_blocked: bool,
}

impl Service {
    pub async fn generate_password_change_ticket(
        &self,
        user: &UserRef,
        options: &TicketOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<UserAccountChangePasswordTicket> {
        let run = self.password_change_ticket(user, options, operation, call);
        self.audited(Action::PasswordTicket, user, operation, call, run)
            .await
    }

    async fn password_change_ticket(
        &self,
        user: &UserRef,
        options: &TicketOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<UserAccountChangePasswordTicket> {
        let is_for_application = options.client_id.is_some() || options.organization_id.is_some();
        self.check_result_url(options.result_url.as_deref(), is_for_application)?;
        let connection = user.connection();
        let user = self.user(user, call).await?;
        operation.name("userId", user.user_id.as_str());
        if user.blocked && !options.allow_blocked {
            return Err(user_blocked());
        }
        let configured = self.config.password_ticket_ttl_seconds;
        let ttl = options.ttl_seconds.map_or(configured, u64::from);
        let body = ticket_body(&user, connection, options, ttl)?;
        let custom_domain = self.config.custom_domain.as_ref().map(Domain::host);
        let asked_at = Utc::now();
        let request = tickets::ticket(&PASSWORD_CHANGE, body, custom_domain)?;
        let made = self.api.change(request, operation, call).await;
        let made = made.and_then(|made| made.check(|made| self.check_ticket(made, ttl)));
        operation.set_state(Step::Ticket, EffectState::of(&made));
        Ok(UserAccountChangePasswordTicket {
            redirect: made?.ticket.expose().to_owned(),
            expires_at: asked_at + TimeDelta::seconds(i64::try_from(ttl).unwrap_or(0)),
            blocked_until: user.blocked.then_some("passwordReset"),
        })
    }

    /// Checks where a ticket leads to in the end.
    pub(super) fn check_result_url(
        &self,
        url: Option<&str>,
        is_for_application: bool,
    ) -> Result<()> {
        let Some(url) = url else { return Ok(()) };
        self.config
            .allowed_redirects
            .check_result("redirectUrl", url)?;
        if is_for_application {
            return Err(Error::argument_value(
                "Auth0 accepts a redirect URL or one of clientId and organizationId, not both.",
            ));
        }
        Ok(())
    }

    /// The link is opened in a browser, so it must lead to one of the tenant's domains.
    pub(super) fn check_ticket(&self, made: &Ticket, ttl: u64) -> Result<(), String> {
        let domains = [
            Some(&self.config.domain),
            self.config.custom_domain.as_ref(),
        ];
        let mut origins: Vec<&str> = domains.into_iter().flatten().map(Domain::origin).collect();
        // If `domain` is a custom domain, the audience contains the tenant's own.
        origins.extend(self.config.audience.strip_suffix("/api/v2/"));
        check_link(made.ticket.expose(), &origins).map_err(|problem| {
            format!(
                "contains a ticket URL that {problem}, so the URL is not returned. A ticket may \
                 exist; it expires after {ttl} s. Check `domain` and what responds for it in this \
                 network; if the tenant has a custom domain, set `customDomain`."
            )
        })
    }
}

/// The identity whose password the ticket changes: in the connection that the caller named, and in no other; or else the
/// first.
fn password_identity<'a>(user: &'a User, connection: Option<&str>) -> Option<&'a Identity> {
    let is_named =
        |identity: &Identity| connection.is_none() || identity.connection.as_deref() == connection;
    user.identities
        .iter()
        .find(|identity| identity.provider == DATABASE_PROVIDER && is_named(identity))
}

/// The lifetime is always sent, because Auth0's default is five days.
fn ticket_body(
    user: &User,
    connection: Option<&str>,
    options: &TicketOptions,
    ttl: u64,
) -> Result<Value> {
    let mut body = json!({
        "user_id": user.user_id,
        "ttl_sec": ttl,
        "mark_email_as_verified": options.mark_email_as_verified,
        "includeEmailInRedirect": options.include_email_in_redirect,
    });
    let identity = password_identity(user, connection).ok_or_else(|| no_password(connection))?;
    // Without an identity, the ticket is for the primary one.
    if !user
        .identities
        .first()
        .is_some_and(|primary| primary.is(DATABASE_PROVIDER, &identity.user_id))
    {
        body["identity"] = json!({ "user_id": identity.user_id, "provider": DATABASE_PROVIDER });
    }
    for (name, value) in [
        ("result_url", &options.result_url),
        ("client_id", &options.client_id),
        ("organization_id", &options.organization_id),
    ] {
        if let Some(value) = value {
            body[name] = json!(value);
        }
    }
    Ok(body)
}

/// A ticket used by an attacker would let them in again.
fn user_blocked() -> Error {
    Error::protection(
        ProtectionReason::UserBlocked,
        "The user is blocked, and Auth0 lifts the block when the password is reset. Pass allowBlocked: true to \
         create the ticket nonetheless.",
    )
}

/// The error that Auth0 would respond with, without sending the request.
fn no_password(connection: Option<&str>) -> Error {
    let message = match connection {
        Some(_) => {
            "The user has no password in the connection that was named. Name the user's database \
             connection, or leave `connection` out."
        }
        None => {
            "The user has no password: no identity belongs to an Auth0 database connection. Send the \
             user to the identity provider instead."
        }
    };
    let route = &PASSWORD_CHANGE.route;
    let kind = ErrorKind::NoPassword {
        method: route.method.as_str(),
        endpoint: route.template,
    };
    Error::new(kind, message)
}
