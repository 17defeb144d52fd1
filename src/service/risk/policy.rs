//! Which signals count, how much, and which scores are medium and high.

use std::collections::BTreeMap;

use super::signal::Signal;
use crate::error::{Error, Result};
use crate::geo::GeoDatabase;
use crate::risk_input::GivenPolicy;

/// The scores from which the original package's README calls a risk medium and high.
const MEDIUM: f64 = 2.0;
const HIGH: f64 = 4.0;
const MAX_NUMBER: f64 = 1_000_000.0;
/// Faster than an airliner; what is faster was not one person.
const MAX_SPEED_KMH: f64 = 1_000.0;

#[derive(Debug)]
pub struct Policy {
    weights: BTreeMap<Signal, f64>,
    medium: f64,
    high: f64,
    pub event_types: Vec<String>,
    pub max_speed_kmh: f64,
}

impl Default for Policy {
    fn default() -> Self {
        let weights = Signal::ALL.map(|signal| (signal, signal.default_weight()));
        Self {
            weights: weights.into(),
            medium: MEDIUM,
            high: HIGH,
            event_types: Vec::new(),
            max_speed_kmh: MAX_SPEED_KMH,
        }
    }
}

impl Policy {
    /// What is not given is as in the default policy.
    pub fn new(given: GivenPolicy) -> Result<Self> {
        let mut policy = Self::default();
        for (id, weight) in given.weights {
            let signal = Signal::with_id(&id).ok_or_else(|| unknown_signal(&id))?;
            let name = format!("policy.signals.{id}");
            let fix = "0 turns the signal off";
            policy
                .weights
                .insert(signal, number(&name, weight, 0.0, fix)?);
        }
        policy.set_thresholds(given.medium, given.high)?;
        policy.set_events(given.event_types)?;
        policy.set_max_speed(given.max_speed_kmh)?;
        Ok(policy)
    }

    fn set_thresholds(&mut self, medium: Option<f64>, high: Option<f64>) -> Result<()> {
        let fix = "a score that reaches it has this level";
        if let Some(medium) = medium {
            self.medium = number("policy.thresholds.medium", medium, 0.0, fix)?;
        }
        if let Some(high) = high {
            self.high = number("policy.thresholds.high", high, 0.0, fix)?;
        }
        if self.medium <= self.high {
            return Ok(());
        }
        Err(Error::argument_value(format!(
            "policy.thresholds.medium must not be above policy.thresholds.high, but they are {} and {}. \
             Pass both, in order: the defaults are {MEDIUM} and {HIGH}.",
            self.medium, self.high
        )))
    }

    /// Events without a weight for what they show, and a weight without events, would have no effect unnoticed.
    fn set_events(&mut self, types: Option<Vec<String>>) -> Result<()> {
        match (types, self.counts(Signal::RefreshTokenReuse)) {
            (Some(types), true) => self.event_types = types,
            (None, false) => {}
            (Some(_), false) => {
                return Err(without_effect("policy.events", Signal::RefreshTokenReuse));
            }
            (None, true) => {
                return Err(Error::argument_value(
                    "policy.signals.refreshTokenReuse needs policy.events. Pass the user's log events, or \
                     an empty array if there are none.",
                ));
            }
        }
        Ok(())
    }

    fn set_max_speed(&mut self, speed: Option<f64>) -> Result<()> {
        let Some(speed) = speed else {
            return Ok(());
        };
        if !self.counts(Signal::ImpossibleTravel) {
            let name = "policy.maxSpeedKmh";
            return Err(without_effect(name, Signal::ImpossibleTravel));
        }
        let fix = "the default is 1000, faster than airliners";
        self.max_speed_kmh = number("policy.maxSpeedKmh", speed, 1.0, fix)?;
        Ok(())
    }

    /// Signals that could never apply would look like an account without them.
    pub fn can_use(&self, geoip: Option<&GeoDatabase>) -> Result<()> {
        let mut located = [Signal::CountryChanged, Signal::ImpossibleTravel].into_iter();
        if let (None, Some(signal)) = (geoip, located.find(|signal| self.counts(*signal))) {
            let problem = format!("is not set, but policy.signals.{} needs it", signal.id());
            return Err(no_locations(&problem));
        }
        let has_coordinates = geoip.is_none_or(GeoDatabase::has_coordinates);
        if !has_coordinates && self.counts(Signal::ImpossibleTravel) {
            return Err(no_locations(
                "has no coordinates, but policy.signals.impossibleTravel needs them",
            ));
        }
        Ok(())
    }

    fn counts(&self, signal: Signal) -> bool {
        self.weights().any(|(counting, _)| counting == signal)
    }

    /// The signals that count.
    pub fn weights(&self) -> impl Iterator<Item = (Signal, f64)> {
        let weights = self
            .weights
            .iter()
            .map(|(signal, weight)| (*signal, *weight));
        weights.filter(|(_, weight)| *weight > 0.0)
    }

    /// Whether more than the number of sessions is needed.
    pub fn reads_sessions(&self) -> bool {
        self.weights().any(|(signal, _)| signal.reads_sessions())
    }

    pub fn level(&self, score: f64) -> &'static str {
        if score >= self.high {
            "high"
        } else if score >= self.medium {
            "medium"
        } else {
            "low"
        }
    }
}

fn number(name: &str, number: f64, least: f64, fix: &str) -> Result<f64> {
    // NaN is in no range.
    if (least..=MAX_NUMBER).contains(&number) {
        return Ok(number);
    }
    let message = format!("{name} must be a number from {least} to {MAX_NUMBER}: {fix}.");
    Err(Error::argument_value(message))
}

fn unknown_signal(id: &str) -> Error {
    let known = Signal::ALL.map(Signal::id).join(", ");
    Error::argument_value(format!(
        "policy.signals.{id} is not a known signal. Use one of: {known}."
    ))
}

fn without_effect(name: &str, signal: Signal) -> Error {
    let id = signal.id();
    Error::argument_value(format!(
        "{name} has no effect without policy.signals.{id}. Give that signal a weight, or leave {name} out."
    ))
}

fn no_locations(problem: &str) -> Error {
    Error::configuration(
        "geoip.database",
        problem,
        "Set it to a MaxMind database of cities, or leave the signal out",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(id: &str, weight: f64) -> GivenPolicy {
        GivenPolicy {
            weights: vec![(id.to_owned(), weight)],
            ..GivenPolicy::default()
        }
    }

    fn refusal(given: GivenPolicy) -> String {
        let refused = Policy::new(given).expect_err("a refusal");
        assert_eq!(refused.code(), "ERR_INVALID_ARG_VALUE");
        refused.message.into_owned()
    }

    #[test]
    fn an_unknown_signal_is_refused_with_the_known_ones() {
        let message = refusal(policy("vpn", 1.0));
        assert!(message.starts_with("policy.signals.vpn is not a known signal."));
        for signal in Signal::ALL {
            assert!(message.contains(signal.id()), "{message}");
        }
    }

    #[test]
    fn a_weight_that_is_no_sensible_number_is_refused() {
        for weight in [-1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e7] {
            let message = refusal(policy("bot", weight));
            assert!(message.starts_with("policy.signals.bot must be a number from 0 to 1000000"));
        }
    }

    #[test]
    fn thresholds_must_be_in_order_with_those_of_the_default_policy_too() {
        for (medium, high) in [(Some(3.0), Some(2.0)), (Some(4.5), None), (None, Some(1.0))] {
            let given = GivenPolicy {
                medium,
                high,
                ..GivenPolicy::default()
            };
            assert!(refusal(given).contains("must not be above policy.thresholds.high"));
        }
        let equal = GivenPolicy {
            medium: Some(3.0),
            high: Some(3.0),
            ..GivenPolicy::default()
        };
        let policy = Policy::new(equal).expect("a policy without a medium level");
        assert_eq!((policy.level(2.9), policy.level(3.0)), ("low", "high"));
    }

    #[test]
    fn what_would_have_no_effect_is_refused() {
        let events = GivenPolicy {
            event_types: Some(Vec::new()),
            ..GivenPolicy::default()
        };
        assert!(refusal(events).starts_with("policy.events has no effect"));
        let speed = GivenPolicy {
            max_speed_kmh: Some(900.0),
            ..GivenPolicy::default()
        };
        assert!(refusal(speed).starts_with("policy.maxSpeedKmh has no effect"));
        assert!(refusal(policy("refreshTokenReuse", 4.0)).contains("needs policy.events"));
    }

    #[test]
    fn signals_that_need_locations_need_a_database() {
        for id in ["countryChanged", "impossibleTravel"] {
            let policy = Policy::new(policy(id, 2.0)).expect("a policy");
            let refused = policy.can_use(None).expect_err("a refusal");
            assert_eq!(refused.code(), "ERR_CONFIGURATION");
            assert!(refused.message.starts_with("geoip.database is not set"));
        }
        assert!(Policy::default().can_use(None).is_ok());
    }

    #[test]
    fn sessions_are_read_only_for_signals_that_depend_on_them() {
        assert!(!Policy::default().reads_sessions());
        assert!(
            Policy::new(policy("bot", 1.0))
                .expect("a policy")
                .reads_sessions()
        );
        assert!(
            !Policy::new(policy("bot", 0.0))
                .expect("a policy")
                .reads_sessions()
        );
    }
}
