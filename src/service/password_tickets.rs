//! Password-change tickets: short-lived, and only for users who have a password.

use serde_json::{Value, json};

use crate::auth0::tickets::PASSWORD_CHANGE;
use crate::auth0::users::{self, Identity, User};
use crate::error::{Error, ErrorKind, ProtectionReason, Result};
use crate::model::UserAccountChangePasswordTicket;
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::needs::Needs;
use crate::service::operation::Operation;
use crate::service::sign_in_methods::DATABASE_PROVIDER;
use crate::service::ticket_links::Destination;
use crate::transport::call::Call;
use crate::user::UserRef;

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: "generatePasswordChangeTicket",
    routes: &[&users::READ.route, &PASSWORD_CHANGE.route],
}];

#[derive(Debug, Default)]
pub struct TicketOptions {
    pub destination: Destination,
    pub ttl_seconds: Option<u32>,
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
        self.check_destination(&options.destination)?;
        let found = self.user(user, call).await?;
        operation.name("userId", found.user_id.as_str());
        let body = ticket_for(&found, user.connection(), options)?;
        let configured = self.config.password_ticket_ttl_seconds;
        let ttl = options.ttl_seconds.map_or(configured, u64::from);
        let link = self
            .make_ticket(&PASSWORD_CHANGE, body, ttl, operation, call)
            .await?;
        Ok(UserAccountChangePasswordTicket {
            redirect: link.url,
            expires_at: link.expires_at,
            blocked_until: found.blocked.then_some("passwordReset"),
        })
    }

    /// Fails if no ticket would be made.
    pub async fn check_password_ticket(
        &self,
        user: &UserRef,
        options: &TicketOptions,
        call: Call,
    ) -> Result<()> {
        let found = self.user(user, call).await?;
        ticket_for(&found, user.connection(), options).map(|_| ())
    }
}

/// The request for a ticket, if the user can have one.
fn ticket_for(user: &User, connection: Option<&str>, options: &TicketOptions) -> Result<Value> {
    if user.blocked && !options.allow_blocked {
        return Err(user_blocked());
    }
    ticket_body(user, connection, options)
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

fn ticket_body(user: &User, connection: Option<&str>, options: &TicketOptions) -> Result<Value> {
    let mut body = json!({
        "user_id": user.user_id,
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
    options.destination.add_to(&mut body);
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
