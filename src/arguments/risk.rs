//! The arguments of `explainRisk`: sessions, which may be a stored copy, and a policy.

use super::limits::{MAX_EVENTS, MAX_SESSIONS};
use super::value::{Decoded, Given, Kind, Rejection, Value};
use crate::error::Error;
use crate::risk_input::{GivenPolicy, SessionFacts};
use crate::user::JsText;

const POLICY_KEYS: &[&str] = &["signals", "thresholds", "events", "maxSpeedKmh"];
const THRESHOLD_KEYS: &[&str] = &["medium", "high"];

/// What signals depend on in each session of an array.
pub fn session_facts<V: Value>(sessions: &Given<V>) -> Decoded<Vec<SessionFacts>, V> {
    let length = sessions.length(MAX_SESSIONS)?;
    (0..length)
        .map(|index| facts_of(&sessions.element(index)?))
        .collect()
}

fn facts_of<V: Value>(session: &Given<V>) -> Decoded<SessionFacts, V> {
    let text = |name| text_of(session, name);
    let last_activity_at = session.property("lastActivityAt")?;
    Ok(SessionFacts {
        device: text("device")?,
        os: text("os")?,
        initial_os: text("initialOs")?,
        address: text("address")?,
        initial_address: text("initialAddress")?,
        asn: text("asn")?,
        initial_asn: text("initialAsn")?,
        last_activity_at: last_activity_at.map(|date| date.date()).transpose()?,
        is_delegated: session.property("actor")?.is_some(),
    })
}

/// Ids and numbers are checked by the service.
pub fn policy<V: Value>(given: Given<V>) -> Decoded<GivenPolicy, V> {
    let Some(policy) = given.present()? else {
        return Ok(GivenPolicy::default());
    };
    if policy.kind()? != Kind::Object {
        return Err(policy.wrong_type("an object or a function"));
    }
    has_only(&policy, "policy", POLICY_KEYS)?;
    let (mut medium, mut high) = (None, None);
    if let Some(thresholds) = policy.property("thresholds")? {
        has_only(&thresholds, "policy.thresholds", THRESHOLD_KEYS)?;
        medium = number_of(&thresholds, "medium")?;
        high = number_of(&thresholds, "high")?;
    }
    let signals = policy.property("signals")?;
    let events = policy.property("events")?;
    Ok(GivenPolicy {
        weights: signals.map_or_else(|| Ok(Vec::new()), |signals| weights(&signals))?,
        medium,
        high,
        event_types: events.map(|events| event_types(&events)).transpose()?,
        max_speed_kmh: number_of(&policy, "maxSpeedKmh")?,
    })
}

fn has_only<V: Value>(object: &Given<V>, name: &str, known: &[&str]) -> Decoded<(), V> {
    let fix = format!("Pass {{ {} }}, or parts of it.", known.join(", "));
    is_no_array(object, name, &fix)?;
    let names = object.property_names()?;
    match names.iter().find(|name| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(unknown) => {
            let known = known.join(", ");
            let message = format!("{name}.{unknown} is not a known property. Known: {known}.");
            Err(Error::argument_value(message).into())
        }
    }
}

/// An empty array would otherwise pass for an object without properties.
fn is_no_array<V: Value>(object: &Given<V>, name: &str, fix: &str) -> Decoded<(), V> {
    match object.length(u32::MAX) {
        Ok(_) => {
            let message = format!("{name} must not be an array. {fix}");
            Err(Error::argument_type(message).into())
        }
        Err(Rejection::Failure(_)) => Ok(()),
        Err(thrown @ Rejection::Thrown(_)) => Err(thrown),
    }
}

fn weights<V: Value>(signals: &Given<V>) -> Decoded<Vec<(String, f64)>, V> {
    let fix = "Pass the weight of each signal by its id, such as { bot: 2 }.";
    is_no_array(signals, "policy.signals", fix)?;
    let mut weights = Vec::new();
    for id in signals.property_names()? {
        if let Some(weight) = number_of(signals, &id)? {
            weights.push((id, weight));
        }
    }
    Ok(weights)
}

fn event_types<V: Value>(events: &Given<V>) -> Decoded<Vec<String>, V> {
    let length = events.length(MAX_EVENTS)?;
    (0..length)
        .map(|index| Ok(text_of(&events.element(index)?, "type")?.unwrap_or_default()))
        .collect()
}

/// A text that may come from Auth0 unchanged: one that is too long or no Unicode is unknown, and no error.
fn text_of<V: Value>(object: &Given<V>, name: &str) -> Decoded<Option<String>, V> {
    let Some(property) = object.property(name)? else {
        return Ok(None);
    };
    Ok(match property.text()? {
        JsText::Valid(text) => Some(text),
        JsText::LoneSurrogate | JsText::TooLong => None,
    })
}

/// Null is an error, because JSON has it in place of NaN.
fn number_of<V: Value>(object: &Given<V>, name: &str) -> Decoded<Option<f64>, V> {
    match object.own(name)? {
        Some(number) if number.kind()? != Kind::Undefined => number.number().map(Some),
        _ => Ok(None),
    }
}
