//! Lets a user prove that their email is theirs: by a link that the caller delivers, or by an email from Auth0.

use serde_json::{Map, Value, json};

use crate::auth0::tickets::{self, EMAIL_VERIFICATION, SEND_VERIFICATION};
use crate::auth0::users::{self, Identity, User};
use crate::error::{EffectState, Error, ProtectionReason, Result, Step};
use crate::model::{EmailVerificationTicket, VerificationEmail};
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::needs::Needs;
use crate::service::operation::Operation;
use crate::service::sign_in_methods::DATABASE_PROVIDER;
use crate::service::ticket_links::Destination;
use crate::transport::call::Call;
use crate::user::UserRef;

pub(super) static NEEDS: &[Needs] = &[
    Needs {
        method: "generateEmailVerificationTicket",
        routes: &[&users::READ.route, &EMAIL_VERIFICATION.route],
    },
    Needs {
        method: "sendVerificationEmail",
        routes: &[&users::READ.route, &SEND_VERIFICATION.route],
    },
];

/// One day: a link in an email is often opened much later than one on a page.
const DEFAULT_TTL_SECONDS: u32 = 86_400;

#[derive(Debug, Default)]
pub struct VerificationOptions {
    pub destination: Destination,
    /// For tickets only.
    pub ttl_seconds: Option<u32>,
}

impl Service {
    pub async fn generate_email_verification_ticket(
        &self,
        user: &UserRef,
        options: &VerificationOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<EmailVerificationTicket> {
        let run = Box::pin(self.email_ticket(user, options, operation, call));
        self.audited(Action::EmailTicket, user, operation, call, run)
            .await
    }

    pub async fn send_verification_email(
        &self,
        user: &UserRef,
        options: &VerificationOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<VerificationEmail> {
        let run = Box::pin(self.send_email(user, options, operation, call));
        self.audited(Action::SendVerificationEmail, user, operation, call, run)
            .await
    }

    async fn email_ticket(
        &self,
        user: &UserRef,
        options: &VerificationOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<EmailVerificationTicket> {
        self.check_destination(&options.destination)?;
        let ttl = options.ttl_seconds.unwrap_or(DEFAULT_TTL_SECONDS);
        let body = self.body_for(user, options, operation, call).await?;
        let link = self
            .make_ticket(&EMAIL_VERIFICATION, body, u64::from(ttl), operation, call)
            .await?;
        Ok(EmailVerificationTicket {
            redirect: link.url,
            expires_at: link.expires_at,
        })
    }

    async fn send_email(
        &self,
        user: &UserRef,
        options: &VerificationOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<VerificationEmail> {
        let body = self.body_for(user, options, operation, call).await?;
        let request = tickets::send_verification(body)?;
        let sent = self.api.change(request, operation, call).await;
        operation.set_state(Step::VerificationEmail, EffectState::of(&sent));
        Ok(VerificationEmail { job_id: sent?.id })
    }

    async fn body_for(
        &self,
        user: &UserRef,
        options: &VerificationOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<Value> {
        let connection = user.connection();
        let user = self.user(user, call).await?;
        operation.name("userId", user.user_id.as_str());
        body(&user, connection, options)
    }
}

/// Without an identity Auth0 verifies the email of the primary one, but only if that is of a database.
fn body(user: &User, connection: Option<&str>, options: &VerificationOptions) -> Result<Value> {
    let is_named =
        |identity: &Identity| connection.is_none() || identity.connection.as_deref() == connection;
    let mut identities = user.identities.iter().enumerate();
    let found = identities.find(|(_, identity)| is_named(identity));
    let (position, identity) = found.ok_or_else(|| no_email(NO_IDENTITY))?;
    let is_primary = position == 0;
    if !has_email(user, identity, is_primary) {
        return Err(no_email(NO_EMAIL));
    }
    let mut body = json!({ "user_id": user.user_id });
    if !(is_primary && identity.provider == DATABASE_PROVIDER) {
        body["identity"] = json!({ "user_id": identity.user_id, "provider": identity.provider });
    }
    options.destination.add_to(&mut body);
    Ok(body)
}

/// The root attributes describe the primary identity.
fn has_email(user: &User, identity: &Identity, is_primary: bool) -> bool {
    let is_email = |profile: &Map<String, Value>| {
        let email = profile.get("email").and_then(Value::as_str);
        email.is_some_and(|email| !email.trim().is_empty())
    };
    identity.profile.as_ref().is_some_and(is_email) || (is_primary && is_email(&user.profile))
}

const NO_EMAIL: &str = "The user has no email that could be verified.";
const NO_IDENTITY: &str = "The user has no identity in the connection that was named.";

fn no_email(message: &'static str) -> Error {
    Error::protection(ProtectionReason::NoEmail, message)
}
