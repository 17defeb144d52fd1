//! A risk level with its reasons.

use napi_derive::napi;
use serde::Serialize;

/// The result of `explainRisk`.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone, Serialize)]
pub struct RiskExplanation {
    /// How much attention the account needs.
    #[napi(ts_type = "RiskLevel")]
    pub level: &'static str,
    /// The sum of the weights of all signals.
    pub score: f64,
    /// Why the score is what it is: the greatest weight first, then by id. Empty if the score is 0.
    pub signals: Vec<RiskSignal>,
}

/// One reason for a risk level.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone, Serialize)]
pub struct RiskSignal {
    /// Which signal it is; a function as policy may have ids of its own.
    #[napi(ts_type = "RiskSignalId | (string & {})")]
    pub id: &'static str,
    /// How much it adds to the score.
    pub weight: f64,
    /// What was found, as a sentence for the people who review accounts. Contains no ids and no addresses.
    pub why: String,
}
