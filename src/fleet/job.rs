//! What a run does for each user.

use super::audit::audit;
use super::emergency::{EmergencyOptions, respond};
use super::subject::{Ended, Halt, Subject};
use crate::model::{Blocked, FleetOutcome, NotAudited, Responded, Revoked, Ticketed};
use crate::service::{Policy, RevokeOptions, TicketOptions};

const SUCCESS: &str = "success";
/// A dry run would have made the change.
const PLANNED: &str = "planned";

/// One for each method.
pub enum Job {
    Revoke(RevokeOptions),
    Block,
    Ticket(TicketOptions),
    Audit(Policy),
    Emergency(Box<EmergencyOptions>),
}

impl Job {
    pub async fn run(&self, subject: &mut Subject<'_>) -> Ended {
        let done = match self {
            Self::Revoke(options) => revoke(*options, subject).await,
            Self::Block => block(subject).await,
            Self::Ticket(options) => ticket(options, subject).await,
            Self::Audit(policy) => audit(policy, subject).await,
            Self::Emergency(options) => return respond(options, subject).await,
        };
        match done {
            Ok(outcome) => Ended {
                outcome,
                halt: None,
            },
            Err(halt) => Ended {
                outcome: self.unfinished(matches!(halt, Halt::Failed(_))),
                halt: Some(halt),
            },
        }
    }

    /// A user has a password in each of several connections; all other jobs are about the whole user.
    pub fn is_of_connection(&self) -> bool {
        matches!(self, Self::Ticket(_))
    }

    pub fn is_audit(&self) -> bool {
        matches!(self, Self::Audit(_))
    }

    /// The outcome for a user who has failed, or else was skipped.
    pub fn unfinished(&self, has_failed: bool) -> FleetOutcome {
        let status = if has_failed { "error" } else { "skipped" };
        match self {
            Self::Revoke(_) => FleetOutcome::Revoked(Revoked {
                status,
                ..Revoked::default()
            }),
            Self::Block => FleetOutcome::Blocked(Blocked {
                status,
                ..Blocked::default()
            }),
            Self::Ticket(_) => FleetOutcome::Ticket(Ticketed {
                status,
                ..Ticketed::default()
            }),
            Self::Audit(_) => FleetOutcome::NotAudited(NotAudited {
                risk_level: "unknown",
            }),
            Self::Emergency(_) => FleetOutcome::Responded(Responded {
                action: status,
                ..Responded::default()
            }),
        }
    }
}

async fn revoke(options: RevokeOptions, subject: &mut Subject<'_>) -> Result<FleetOutcome, Halt> {
    let user = subject.identify().await?;
    let (service, call) = (subject.service, subject.call);
    let revoked = if subject.is_dry_run {
        let sessions = service.find_user_sessions(&user, None, call).await?;
        Revoked {
            status: PLANNED,
            sessions: Some(sessions.len()),
        }
    } else {
        let operation = subject.operations.next();
        let revoke = service.revoke_all_user_sessions(&user, options, &operation, call);
        revoke.await?;
        Revoked {
            status: SUCCESS,
            sessions: None,
        }
    };
    Ok(FleetOutcome::Revoked(revoked))
}

async fn block(subject: &mut Subject<'_>) -> Result<FleetOutcome, Halt> {
    let user = subject.identify().await?;
    let (service, call) = (subject.service, subject.call);
    let blocked = if subject.is_dry_run {
        service
            .find_user_authentication_methods(&user, call)
            .await?;
        Blocked {
            status: PLANNED,
            sessions: None,
        }
    } else {
        let operation = subject.operations.next();
        let blocked = service.block_user(&user, &operation, call).await?;
        Blocked {
            status: SUCCESS,
            sessions: Some(blocked.sessions),
        }
    };
    Ok(FleetOutcome::Blocked(blocked))
}

async fn ticket(options: &TicketOptions, subject: &mut Subject<'_>) -> Result<FleetOutcome, Halt> {
    let user = subject.identify().await?;
    let (service, call) = (subject.service, subject.call);
    if subject.is_dry_run {
        service.check_password_ticket(&user, options, call).await?;
        return Ok(FleetOutcome::Ticket(Ticketed {
            status: PLANNED,
            ..Ticketed::default()
        }));
    }
    let operation = subject.operations.next();
    let make = service.generate_password_change_ticket(&user, options, &operation, call);
    let ticket = make.await?;
    Ok(FleetOutcome::Ticket(Ticketed {
        status: SUCCESS,
        password_reset_url: Some(ticket.redirect),
        expires_at: Some(ticket.expires_at),
        blocked_until: ticket.blocked_until,
    }))
}
