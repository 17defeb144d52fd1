//! The response to an emergency: ends the access of every user at risk, and lets them set a new password.

use super::audit::inspect;
use super::subject::{Ended, Halt, Subject};
use crate::model::{FleetOutcome, Responded};
use crate::service::{Policy, RevokeOptions, TicketOptions};
use crate::user::UserRef;

pub struct EmergencyOptions {
    /// Block the user first.
    pub lock: bool,
    pub ticket: Option<TicketOptions>,
    pub policy: Policy,
    /// Users with a lower risk are left alone.
    pub least_risk: Risk,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    Low,
    Medium,
    High,
}

impl Risk {
    pub fn with_name(name: &str) -> Option<Self> {
        match name {
            "low" => Some(Self::Low),
            "medium" => Some(Self::Medium),
            "high" => Some(Self::High),
            _ => None,
        }
    }
}

pub async fn respond(options: &EmergencyOptions, subject: &mut Subject<'_>) -> Ended {
    let mut response = Responded::default();
    let halt = act(options, subject, &mut response).await.err();
    match halt {
        None => {}
        Some(Halt::Duplicate) => response.action = "skipped",
        Some(Halt::Failed(_)) => response.action = "error",
    }
    Ended {
        outcome: FleetOutcome::Responded(response),
        halt,
    }
}

async fn act(
    options: &EmergencyOptions,
    subject: &mut Subject<'_>,
    response: &mut Responded,
) -> Result<(), Halt> {
    let inspection = inspect(&options.policy, subject).await?;
    response.risk_level = Some(inspection.risk.level);
    if Risk::with_name(inspection.risk.level) < Some(options.least_risk) {
        response.action = "no_action_required";
        return Ok(());
    }
    response.action = action(options);
    let user = inspection.user;
    if subject.is_dry_run {
        return plan(options, subject, &user).await;
    }
    end_access(options, subject, &user, response).await?;
    if let Some(ticket) = &options.ticket {
        make_ticket(ticket, subject, &user, response).await?;
    }
    Ok(())
}

fn action(options: &EmergencyOptions) -> &'static str {
    match (options.lock, options.ticket.is_some()) {
        (false, false) => "sessions_revoked",
        (false, true) => "sessions_revoked_password_reset_sent",
        (true, false) => "user_blocked_sessions_revoked",
        (true, true) => "user_blocked_sessions_revoked_password_reset_sent",
    }
}

/// Fails if the ticket would.
async fn plan(
    options: &EmergencyOptions,
    subject: &Subject<'_>,
    user: &UserRef,
) -> Result<(), Halt> {
    let Some(ticket) = &options.ticket else {
        return Ok(());
    };
    let check = subject
        .service
        .check_password_ticket(user, ticket, subject.call);
    check.await.map_err(Halt::from)
}

/// The block comes first, so that nobody signs in again in between.
async fn end_access(
    options: &EmergencyOptions,
    subject: &Subject<'_>,
    user: &UserRef,
    response: &mut Responded,
) -> Result<(), Halt> {
    let (service, call) = (subject.service, subject.call);
    if options.lock {
        let operation = subject.operations.next();
        service.block_user(user, &operation, call).await?;
    }
    let operation = subject.operations.next();
    let revoke = RevokeOptions::default();
    service
        .revoke_all_user_sessions(user, revoke, &operation, call)
        .await?;
    response.sessions_revoked = Some(true);
    Ok(())
}

async fn make_ticket(
    options: &TicketOptions,
    subject: &Subject<'_>,
    user: &UserRef,
    response: &mut Responded,
) -> Result<(), Halt> {
    let (service, operation) = (subject.service, subject.operations.next());
    let make = service.generate_password_change_ticket(user, options, &operation, subject.call);
    let ticket = make.await?;
    response.password_reset_url = Some(ticket.redirect);
    response.password_reset_expires_at = Some(ticket.expires_at);
    response.blocked_until = ticket.blocked_until;
    Ok(())
}
