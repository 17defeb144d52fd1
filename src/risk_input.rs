//! What callers pass to have a risk explained, as far as signals depend on it.

use chrono::{DateTime, Utc};

/// The sessions and sign-in methods of one user.
#[derive(Debug, Clone, Default)]
pub struct Account {
    pub session_count: u32,
    /// Empty if no signal of the policy depends on more than their number.
    pub sessions: Vec<SessionFacts>,
    pub providers: Vec<String>,
}

/// What is unknown is `None`.
#[derive(Debug, Clone, Default)]
pub struct SessionFacts {
    pub device: Option<String>,
    pub os: Option<String>,
    pub initial_os: Option<String>,
    pub address: Option<String>,
    pub initial_address: Option<String>,
    pub asn: Option<String>,
    pub initial_asn: Option<String>,
    pub last_activity_at: Option<DateTime<Utc>>,
    pub is_delegated: bool,
}

/// A policy as it was passed: its ids and numbers may be invalid.
#[derive(Debug, Clone, Default)]
pub struct GivenPolicy {
    /// The weights of signals, by id.
    pub weights: Vec<(String, f64)>,
    pub medium: Option<f64>,
    pub high: Option<f64>,
    /// The `type` of each log event, empty if it has none.
    pub event_types: Option<Vec<String>>,
    pub max_speed_kmh: Option<f64>,
}
