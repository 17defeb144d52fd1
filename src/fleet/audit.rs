//! What an audit shows of one user.

use super::subject::{Halt, Subject};
use crate::error::Error;
use crate::model::{
    Audited, Dashboard, EMAIL_PASSWORD, FleetOutcome, RiskExplanation, UserAuthenticationMethod,
    UserSession,
};
use crate::service::{Account, DashboardOptions, Policy, SessionFacts};
use crate::user::UserRef;

/// The user's sessions and sign-in methods, and the risk derived from them.
pub struct Inspection {
    /// By id.
    pub user: UserRef,
    sessions: Vec<UserSession>,
    methods: Vec<UserAuthenticationMethod>,
    pub risk: RiskExplanation,
}

pub async fn audit(policy: &Policy, subject: &mut Subject<'_>) -> Result<FleetOutcome, Halt> {
    let inspection = inspect(policy, subject).await?;
    Ok(FleetOutcome::Audited(Box::new(audited(inspection))))
}

/// By email, one request finds the user with the sign-in methods.
pub async fn inspect(policy: &Policy, subject: &mut Subject<'_>) -> Result<Inspection, Halt> {
    let options = DashboardOptions::default();
    let dashboard = subject
        .service
        .security_dashboard(&subject.user, &options, subject.call);
    let Dashboard::Complete(found) = dashboard.await? else {
        return Err(Error::internal("The dashboard has no sessions.").into());
    };
    if found.user != found.user_id {
        subject.names.email.get_or_insert(found.user);
    }
    let user = subject.is(found.user_id)?;
    let (sessions, methods) = (found.sessions, found.methods);
    let account = Account {
        session_count: u32::try_from(sessions.len()).unwrap_or(u32::MAX),
        sessions: if policy.reads_sessions() {
            sessions.iter().map(facts).collect()
        } else {
            Vec::new()
        },
        providers: methods
            .iter()
            .map(|method| method.provider.clone())
            .collect(),
    };
    let risk = subject.service.explain_risk(&account, policy);
    Ok(Inspection {
        user,
        sessions,
        methods,
        risk,
    })
}

fn audited(inspection: Inspection) -> Audited {
    let Inspection {
        sessions,
        methods,
        risk,
        ..
    } = inspection;
    let last_activity = sessions.first().and_then(|latest| latest.last_activity_at);
    Audited {
        sessions_count: sessions.len(),
        auth_methods_count: methods.len(),
        has_social_auth: methods
            .iter()
            .any(|method| method.provider != EMAIL_PASSWORD),
        providers: methods.into_iter().map(|method| method.provider).collect(),
        last_activity: last_activity.map(|at| at.timestamp_millis()),
        risk_level: risk.level,
        risk_score: risk.score,
        risk_signals: risk.signals,
        devices: distinct(sessions.iter().map(|session| Some(device(session)))),
        countries: distinct(sessions.iter().map(|session| session.country.clone())),
        addresses: distinct(sessions.iter().map(|session| Some(session.address.clone()))),
    }
}

fn facts(session: &UserSession) -> SessionFacts {
    SessionFacts {
        device: Some(session.device.to_string()),
        os: Some(session.os.to_string()),
        initial_os: session.initial_os.as_deref().map(str::to_owned),
        address: Some(session.address.clone()),
        initial_address: session.initial_address.clone(),
        asn: session.asn.clone(),
        initial_asn: session.initial_asn.clone(),
        last_activity_at: session.last_activity_at,
        is_delegated: session.actor.is_some(),
    }
}

fn device(session: &UserSession) -> String {
    format!("{} on {}", session.browser, session.os)
}

fn distinct(values: impl Iterator<Item = Option<String>>) -> Vec<String> {
    let mut distinct = Vec::new();
    for value in values.flatten() {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct
}
