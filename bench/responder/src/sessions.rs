//! Sessions as the Management API returns them.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use crate::agents;
use crate::ids::UserId;

/// Auth0's limit on its public cloud.
const MAX_PAGE: u64 = 50;

/// One page of a user's sessions, newest first.
pub fn page(user: UserId, from: u64, take: u64, now: DateTime<Utc>) -> Value {
    let count = u64::from(user.sessions);
    let end = count.min(from + take.min(MAX_PAGE));
    let sessions: Vec<Value> = (from..end).map(|index| session(user, index, now)).collect();
    let mut page = Map::new();
    page.insert("sessions".to_owned(), sessions.into());
    if end < count {
        page.insert("next".to_owned(), end.to_string().into());
    }
    page.into()
}

pub fn session(user: UserId, index: u64, now: DateTime<Utc>) -> Value {
    let seed = user.number * 31 + index * 7;
    let created = now - TimeDelta::hours(1 + i64::from(user.sessions)) - minutes(index * 60);
    // Not in the order of the list, so that sorting has work to do.
    let active = now - minutes(seed % 50);
    let expires = now + TimeDelta::days(30);
    let asn = (1000 + seed % 60_000).to_string();
    // Each user has other ones than the next, and every one is as frequent as any other.
    let first_agent = user.number * u64::from(user.sessions) + index;
    let agent = |number| (!user.is_without_agents).then(|| agents::agent(number));
    json!({
        "id": user.session(index),
        "user_id": user.text(),
        "created_at": date(created),
        "updated_at": date(active),
        "authenticated_at": date(created),
        "idle_expires_at": date(now + TimeDelta::days(3)),
        "expires_at": date(expires),
        "last_interacted_at": date(active),
        "device": {
            "initial_user_agent": agent(first_agent + 10),
            "initial_ip": address(seed),
            "initial_asn": asn,
            "last_user_agent": agent(first_agent),
            "last_ip": address(seed + 1),
            "last_asn": asn,
        },
        "clients": [{ "client_id": format!("{:032x}", seed % 5) }],
        "authentication": { "methods": methods(seed, created) },
        "cookie": { "mode": if seed.is_multiple_of(2) { "persistent" } else { "non-persistent" } },
        "session_metadata": null,
    })
}

fn methods(seed: u64, at: DateTime<Utc>) -> Value {
    match seed % 4 {
        0 => json!([
            { "name": "pwd", "timestamp": date(at) },
            { "name": "mfa", "type": "otp", "timestamp": date(at) },
        ]),
        1 => json!([{ "name": "federated", "timestamp": date(at) }]),
        _ => json!([{ "name": "pwd", "timestamp": date(at) }]),
    }
}

fn address(seed: u64) -> String {
    let [a, b, c, _] = (seed.wrapping_mul(2_654_435_761) % 0xffff_ffff).to_le_bytes()[..4] else {
        return String::new();
    };
    format!("81.{a}.{b}.{c}")
}

fn minutes(count: u64) -> TimeDelta {
    TimeDelta::minutes(i64::try_from(count).unwrap_or(0))
}

fn date(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
