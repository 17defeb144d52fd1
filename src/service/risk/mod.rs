//! How much attention an account needs, and why: signals add up to a score, and the score to a level.

mod changes;
mod counts;
mod policy;
mod signal;
mod travel;
mod words;

use crate::error::Result;
use crate::geo::GeoDatabase;
use crate::model::{RiskExplanation, RiskSignal};
use crate::risk_input::{Account, GivenPolicy, SessionFacts};
use crate::service::Service;
pub use policy::Policy;
use signal::Signal;

impl Service {
    /// The policy, if this service can apply it.
    pub fn risk_policy(&self, given: GivenPolicy) -> Result<Policy> {
        let policy = Policy::new(given)?;
        policy.can_use(self.config.geoip.as_deref())?;
        Ok(policy)
    }

    pub fn explain_risk(&self, account: &Account, policy: &Policy) -> RiskExplanation {
        explain(account, policy, self.config.geoip.as_deref())
    }
}

/// The level according to the original package's README.
pub fn risk_level(account: &Account) -> &'static str {
    explain(account, &Policy::default(), None).level
}

fn explain(account: &Account, policy: &Policy, geoip: Option<&GeoDatabase>) -> RiskExplanation {
    let mut signals: Vec<RiskSignal> = policy
        .weights()
        .filter_map(|(signal, weight)| {
            let why = why(signal, account, policy, geoip)?;
            let id = signal.id();
            Some(RiskSignal { id, weight, why })
        })
        .collect();
    signals.sort_by(|one, other| {
        let heavier_first = other.weight.total_cmp(&one.weight);
        heavier_first.then_with(|| one.id.cmp(other.id))
    });
    let score = sum(signals.iter().map(|signal| signal.weight));
    RiskExplanation {
        level: policy.level(score),
        score,
        signals,
    }
}

/// Three weights of 0.1 reach a threshold of 0.3.
fn sum(weights: impl Iterator<Item = f64>) -> f64 {
    // Not `sum()`, which is -0 for no weights.
    let sum = weights.fold(0.0, |sum, weight| sum + weight);
    (sum * 1e6).round() / 1e6
}

/// What was found, or `None` if the signal does not apply.
fn why(
    signal: Signal,
    account: &Account,
    policy: &Policy,
    geoip: Option<&GeoDatabase>,
) -> Option<String> {
    let sessions: &[SessionFacts] = &account.sessions;
    match signal {
        Signal::Bot => counts::bots(sessions),
        Signal::CountryChanged => changes::countries(sessions, geoip?),
        Signal::DelegatedSession => counts::delegated(sessions),
        Signal::ImpossibleTravel => travel::impossible(sessions, policy.max_speed_kmh, geoip?),
        Signal::ManyMethods => counts::many_methods(&account.providers),
        Signal::ManySessions => counts::many_sessions(account.session_count),
        Signal::NetworkChanged => changes::networks(sessions),
        Signal::NoPassword => counts::no_password(&account.providers),
        Signal::RefreshTokenReuse => counts::reuse(&policy.event_types),
        Signal::SeveralSessions => counts::several_sessions(account.session_count),
        Signal::SystemChanged => changes::systems(sessions),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(session_count: u32, providers: &[&str]) -> Account {
        Account {
            session_count,
            sessions: Vec::new(),
            providers: providers.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    #[test]
    fn the_score_adds_up_as_the_original_readme_says() {
        let level = |sessions, providers: &[&str]| risk_level(&account(sessions, providers));
        assert_eq!(level(1, &["email-password"]), "low");
        assert_eq!(level(3, &["email-password"]), "low");
        assert_eq!(level(4, &["email-password"]), "medium");
        assert_eq!(level(0, &["github"]), "medium");
        assert_eq!(level(2, &["github"]), "medium");
        assert_eq!(level(4, &["github"]), "high");
        assert_eq!(level(4, &["email-password", "a", "b", "c"]), "medium");
        assert_eq!(level(2, &["d", "a", "b", "c"]), "high");
    }

    #[test]
    fn signals_are_in_order_of_weight_and_id_and_add_up_to_the_score() {
        let given = GivenPolicy {
            weights: vec![
                ("severalSessions".to_owned(), 0.1),
                ("manyMethods".to_owned(), 0.1),
            ],
            ..GivenPolicy::default()
        };
        let policy = Policy::new(given).expect("a policy");
        let explained = explain(&account(2, &["a", "b", "c", "d"]), &policy, None);
        let ids: Vec<&str> = explained.signals.iter().map(|signal| signal.id).collect();
        assert_eq!(ids, ["noPassword", "manyMethods", "severalSessions"]);
        assert!((explained.score - 2.2).abs() < f64::EPSILON);
        assert_eq!(explained.level, "medium");
    }

    #[test]
    fn a_weight_of_zero_turns_a_signal_off() {
        let given = GivenPolicy {
            weights: vec![("noPassword".to_owned(), 0.0)],
            ..GivenPolicy::default()
        };
        let policy = Policy::new(given).expect("a policy");
        let explained = explain(&account(0, &["github"]), &policy, None);
        assert!(explained.signals.is_empty());
        assert_eq!((explained.level, explained.score), ("low", 0.0));
    }

    #[test]
    fn weights_add_up_without_rounding_errors() {
        assert!((sum([0.1, 0.1, 0.1].into_iter()) - 0.3).abs() == 0.0);
    }
}
