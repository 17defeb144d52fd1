//! The options of fleet runs.

use super::value::{Arguments, Decoded, Options};
use crate::arguments::{MAX_TTL_SECONDS, risk_policy};
use crate::error::{Error, Result};
use crate::fleet::{EmergencyOptions, Job, MAX_CONCURRENCY, Risk, RunOptions, StopRules};
use crate::service::{Destination, RevokeOptions, Service, TicketOptions};

/// More failures than there are users of any tenant.
const MAX_FAILURES: u32 = 1_000_000_000;

/// A method that runs for many users.
#[derive(Debug, Clone, Copy)]
pub enum FleetMethod {
    Revoke,
    Block,
    Ticket,
    Audit,
    Emergency,
}

impl FleetMethod {
    pub fn with_name(name: &str) -> Result<Self> {
        let all = [
            Self::Revoke,
            Self::Block,
            Self::Ticket,
            Self::Audit,
            Self::Emergency,
        ];
        let found = all.into_iter().find(|method| method.name() == name);
        found.ok_or_else(|| Error::internal("There is no such method."))
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Revoke => "bulkRevokeUserSessions",
            Self::Block => "bulkBlockUsers",
            Self::Ticket => "bulkGeneratePasswordChangeTickets",
            Self::Audit => "generateSecurityAuditReport",
            Self::Emergency => "emergencySecurityResponse",
        }
    }
}

/// Reads the options, which are the only argument.
pub fn run_options<'env>(
    service: &Service,
    method: FleetMethod,
    total: Option<u64>,
    given: &mut Arguments<'env>,
) -> Decoded<'env, RunOptions> {
    let mut options = given.change_options()?.always_bulk()?;
    for name in ["skip", "onProgress"] {
        options.ignore(name);
    }
    let concurrency = options.whole_number("concurrency", MAX_CONCURRENCY)?;
    let is_ordered = options.flag("ordered")?;
    let is_dry_run = options.flag("dryRun")?;
    let on_error = options.flag("stopOnError")?;
    let after_failures = options.whole_number("stopAfterFailures", MAX_FAILURES)?;
    let job = job(service, method, &mut options)?;
    options.finish()?;
    Ok(RunOptions {
        method: method.name(),
        job,
        timeout: options.timeout,
        actor: options.actor,
        concurrency,
        is_ordered,
        is_dry_run,
        stop: StopRules::new(on_error, after_failures),
        total,
    })
}

fn job<'env>(
    service: &Service,
    method: FleetMethod,
    options: &mut Options<'env>,
) -> Decoded<'env, Job> {
    Ok(match method {
        FleetMethod::Revoke => Job::Revoke(RevokeOptions {
            wait_until_gone: options.flag("waitUntilGone")?,
            require_current: false,
        }),
        FleetMethod::Block => Job::Block,
        FleetMethod::Ticket => {
            let mut ticket = ticket(service, options)?;
            ticket.allow_blocked = options.flag("allowBlocked")?;
            Job::Ticket(ticket)
        }
        FleetMethod::Audit => {
            let policy = risk_policy(options.given("policy")?)?;
            Job::Audit(service.risk_policy(policy)?)
        }
        FleetMethod::Emergency => Job::Emergency(Box::new(emergency(service, options)?)),
    })
}

/// A destination that is wrong for one user is wrong for all.
fn ticket<'env>(service: &Service, options: &mut Options<'env>) -> Decoded<'env, TicketOptions> {
    let ticket = TicketOptions {
        destination: Destination {
            result_url: options.text("redirectUrl")?,
            ..Destination::default()
        },
        ttl_seconds: options.whole_number("ttlSeconds", MAX_TTL_SECONDS)?,
        ..TicketOptions::default()
    };
    service.check_destination(&ticket.destination)?;
    Ok(ticket)
}

fn emergency<'env>(
    service: &Service,
    options: &mut Options<'env>,
) -> Decoded<'env, EmergencyOptions> {
    let lock = options.flag("lock")?;
    let wanted = options.flag_if_present("ticket")?;
    let least_risk = match options.text("minRiskLevel")? {
        None => Risk::High,
        Some(name) => Risk::with_name(&name).ok_or_else(unknown_risk)?,
    };
    let policy = service.risk_policy(risk_policy(options.given("policy")?)?)?;
    let mut ticket = ticket(service, options)?;
    // The block is that of this run. One that an administrator has set before is not lifted.
    ticket.allow_blocked = lock && wanted == Some(true);
    let is_made = wanted.unwrap_or(!lock);
    if is_made && ticket.destination.result_url.is_none() {
        return Err(no_redirect_url().into());
    }
    Ok(EmergencyOptions {
        lock,
        ticket: is_made.then_some(ticket),
        policy,
        least_risk,
    })
}

fn unknown_risk() -> Error {
    Error::argument_value("options.minRiskLevel must be \"low\", \"medium\" or \"high\".")
}

fn no_redirect_url() -> Error {
    Error::argument_type(
        "options.redirectUrl must be the URL to which users return with their new password. Without \
         tickets, pass ticket: false.",
    )
}
