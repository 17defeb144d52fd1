//! The results of fleet runs: one for each user, and a summary. `lib/fleet/results.js` makes the values that callers see,
//! which `types/prelude.d.ts` documents.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::dates::optional_millis;
use super::{RiskSignal, SessionsLeft};
use crate::error::Effect;

/// What a run has found out about one user, and done.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FleetResult {
    pub index: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<FleetFailure>,
    pub outcome: FleetOutcome,
    pub timestamp: String,
}

/// Why a user failed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FleetFailure {
    pub error: String,
    pub code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
}

/// The part of a result that depends on the method.
#[derive(Serialize)]
#[serde(untagged)]
pub enum FleetOutcome {
    Revoked(Revoked),
    Blocked(Blocked),
    Ticket(Ticketed),
    Audited(Box<Audited>),
    NotAudited(NotAudited),
    Responded(Responded),
}

#[derive(Default, Serialize)]
pub struct Revoked {
    pub status: &'static str,
    /// Live sessions, if none are to be ended yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sessions: Option<usize>,
}

#[derive(Default, Serialize)]
pub struct Blocked {
    pub status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sessions: Option<SessionsLeft>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticketed {
    pub status: &'static str,
    /// Whoever has it can set the user's password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_reset_url: Option<String>,
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "optional_millis"
    )]
    pub expires_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_until: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Audited {
    pub sessions_count: usize,
    pub auth_methods_count: usize,
    pub providers: Vec<String>,
    pub has_social_auth: bool,
    /// In milliseconds; `None` without a live session.
    pub last_activity: Option<i64>,
    pub risk_level: &'static str,
    pub risk_score: f64,
    pub risk_signals: Vec<RiskSignal>,
    /// Distinct values of the live sessions, the latest first.
    pub devices: Vec<String>,
    pub countries: Vec<String>,
    pub addresses: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NotAudited {
    pub risk_level: &'static str,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Responded {
    pub action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk_level: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sessions_revoked: Option<bool>,
    /// Whoever has it can set the user's password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_reset_url: Option<String>,
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "optional_millis"
    )]
    pub password_reset_expires_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_until: Option<&'static str>,
}

/// How far a run is.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FleetProgress {
    pub done: u64,
    pub succeeded: u64,
    pub failed: u64,
    pub skipped: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    pub per_second: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eta_ms: Option<u64>,
    pub waiting_for_rate_limit_ms: u64,
}

/// The end of a run.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FleetSummary {
    pub progress: FleetProgress,
    pub duplicates: u64,
    pub not_started: u64,
    pub elapsed_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stopped>,
    /// Of audits only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<AuditTotals>,
}

/// Why a run ended before its list did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stopped {
    pub reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
}

/// What an audit report says about all users together.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditTotals {
    pub total_users: u64,
    pub total_sessions: u64,
    pub total_auth_methods: u64,
    pub statistics: AuditStatistics,
}

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditStatistics {
    pub users_with_multiple_sessions: u64,
    pub users_with_social_auth: u64,
    pub users_with_email_password_only: u64,
    pub average_sessions_per_user: f64,
    pub average_auth_methods_per_user: f64,
    /// How many sign-in methods each provider has.
    pub most_common_providers: BTreeMap<String, u64>,
}
