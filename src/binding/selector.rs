//! The selector of a selection of users: an object with exactly one kind of it.

use std::net::IpAddr;
use std::time::Duration;

use super::value::{Arguments, Decoded};
use crate::arguments::{Given, Kind, Rejection, Value};
use crate::error::Error;
use crate::service::{LogSelector, Selector, organization_id};

const KINDS: [&str; 6] = [
    "query",
    "organization",
    "connection",
    "lastIp",
    "logs",
    "all",
];
/// The conditions of a log selector, and the fields of an event that they are about.
const CONDITIONS: [(&str, &str); 4] = [
    ("ip", "ip"),
    ("userAgent", "user_agent"),
    ("clientId", "client_id"),
    ("type", "type"),
];

/// With the timeout of each request.
pub fn selector<'env>(given: &mut Arguments<'env>) -> Decoded<'env, (Selector, Option<Duration>)> {
    let selector = given.next("selector");
    if selector.kind()? != Kind::Object {
        return Err(selector.wrong_type("an object"));
    }
    let mut present = Vec::new();
    for name in selector.property_names()? {
        if let Some(property) = selector.property(&name)? {
            present.push((name, property));
        }
    }
    let [(name, property)] = present.as_slice() else {
        return Err(one_kind(present.iter().map(|(name, _)| name.as_str())).into());
    };
    let options = given.options()?.always_bulk()?;
    options.finish()?;
    let selector = match name.as_str() {
        "query" => Selector::Query(filled(property)?),
        "lastIp" => Selector::LastIp(address(property)?),
        "connection" => Selector::Connection(filled(property)?),
        "all" if property.flag()? => Selector::All,
        "all" => return Err(property.wrong_value("must be true, or left out.")),
        "organization" => organization_id(filled(property)?)?,
        "logs" => Selector::Logs(log_selector(property)?),
        _ => return Err(one_kind([name.as_str()].into_iter()).into()),
    };
    Ok((selector, options.timeout))
}

fn one_kind<'a>(found: impl Iterator<Item = &'a str>) -> Error {
    let found: Vec<&str> = found.collect();
    let found = if found.is_empty() {
        "nothing".to_owned()
    } else {
        found.join(", ")
    };
    Error::argument_value(format!(
        "selector must have exactly one of {}, but has {found}.",
        KINDS.join(", ")
    ))
}

fn filled<V: Value>(given: &Given<V>) -> Result<String, Rejection<V::Thrown>> {
    let text = given.plain_text()?;
    if text.trim().is_empty() {
        return Err(given.wrong_value("must not be empty."));
    }
    Ok(text)
}

/// An address with a typing error matches nobody, which looks as if nobody was affected.
fn address<V: Value>(given: &Given<V>) -> Result<String, Rejection<V::Thrown>> {
    let text = filled(given)?;
    match text.parse::<IpAddr>() {
        // The log and profiles have the canonical form, while Express has `::ffff:203.0.113.7`.
        Ok(address) => Ok(address.to_canonical().to_string()),
        Err(_) => Err(given.wrong_value(
            "is not an IP address, such as \"203.0.113.7\" or \"2001:db8::7\". For a range, select by each of its addresses.",
        )),
    }
}

/// Dropping a condition without a value would select more users, up to everybody in the log.
fn condition<V: Value>(name: &str, given: Given<V>) -> Result<String, Rejection<V::Thrown>> {
    let path = given.name().to_owned();
    let Some(value) = given.present()? else {
        let message = format!(
            "{path} has no value: more users would be selected. Give it one, or leave it out."
        );
        return Err(Error::argument_value(message).into());
    };
    match name {
        "ip" => address(&value),
        _ => filled(&value),
    }
}

fn log_selector<V: Value>(logs: &Given<V>) -> Result<LogSelector, Rejection<V::Thrown>> {
    let known = CONDITIONS.map(|(name, _)| name);
    for name in logs.property_names()? {
        if !known.contains(&name.as_str()) && name != "since" && name != "until" {
            let known = known.join(", ");
            let message = format!(
                "selector.logs.{name} is not a known condition. Known: {known}, since, until."
            );
            return Err(Error::argument_value(message).into());
        }
    }
    let mut fields = Vec::new();
    for (name, field) in CONDITIONS {
        if let Some(value) = logs.own(name)? {
            fields.push((field, condition(name, value)?));
        }
    }
    let date = |name| {
        let missing = format!("selector.logs.{name} must be a Date, or a date in ISO 8601.");
        let given = logs.property(name)?;
        given.ok_or_else(|| Error::argument_type(missing))?.date()
    };
    let (since, until) = (date("since")?, date("until")?);
    if until < since {
        let message = "selector.logs.until must not be before selector.logs.since.";
        return Err(Error::argument_value(message).into());
    }
    Ok(LogSelector {
        fields,
        since,
        until,
    })
}
