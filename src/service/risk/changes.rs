//! What changed between the beginning of a session and its latest use, which a stolen cookie does.

use super::words::{count, name};
use crate::geo::GeoDatabase;
use crate::risk_input::SessionFacts;

pub fn networks(sessions: &[SessionFacts]) -> Option<String> {
    let network = |asn: &Option<String>| asn.as_deref().map(network);
    changed("network", sessions, |session| {
        Some((network(&session.initial_asn)?, network(&session.asn)?))
    })
}

pub fn systems(sessions: &[SessionFacts]) -> Option<String> {
    let system = |os: &Option<String>| os.as_deref().and_then(system);
    changed("operating system", sessions, |session| {
        Some((system(&session.initial_os)?, system(&session.os)?))
    })
}

pub fn countries(sessions: &[SessionFacts], geoip: &GeoDatabase) -> Option<String> {
    let country = |address: &Option<String>| geoip.place(address.as_deref()?).country;
    changed("country", sessions, |session| {
        // Most sessions are still where they began.
        if session.initial_address == session.address {
            return None;
        }
        Some((
            country(&session.initial_address)?,
            country(&session.address)?,
        ))
    })
}

/// `both` is what it was at the beginning and what it is now, if both are known.
fn changed(
    what: &str,
    sessions: &[SessionFacts],
    both: impl Fn(&SessionFacts) -> Option<(String, String)>,
) -> Option<String> {
    let pairs = sessions.iter().filter_map(both);
    let changes: Vec<_> = pairs.filter(|(before, after)| before != after).collect();
    let (before, after) = changes.first()?;
    let example = if changes.len() == 1 {
        ""
    } else {
        "for example "
    };
    let (before, after) = (name(before), name(after));
    let sessions = count(changes.len(), "session");
    Some(format!(
        "The {what} of {sessions} changed, {example}from {before} to {after}."
    ))
}

fn network(asn: &str) -> String {
    format!("AS{}", asn.strip_prefix("AS").unwrap_or(asn))
}

/// Without the version, which updates change.
fn system(os: &str) -> Option<String> {
    let family = match os.rsplit_once(' ') {
        Some((family, version)) if version.starts_with(|c: char| c.is_ascii_digit()) => family,
        _ => os,
    };
    let is_known = !matches!(family, "" | "Other" | "Unknown");
    is_known.then(|| family.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(initial: &str, latest: &str) -> SessionFacts {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        SessionFacts {
            initial_os: text(initial),
            os: text(latest),
            initial_asn: text(initial),
            asn: text(latest),
            ..SessionFacts::default()
        }
    }

    #[test]
    fn an_update_of_the_system_is_no_change() {
        for (initial, latest) in [
            ("Windows 10", "Windows 10"),
            ("iOS 17.2", "iOS 17.3.1"),
            ("Mac OS X 10.15.7", "Mac OS X 14"),
            ("Windows 10", "Unknown"),
            ("Other", "Windows 10"),
            ("", "Windows 10"),
            ("Windows 10", ""),
        ] {
            assert_eq!(
                systems(&[session(initial, latest)]),
                None,
                "{initial} {latest}"
            );
        }
    }

    #[test]
    fn another_system_or_network_is_a_change() {
        assert_eq!(
            systems(&[session("Windows 10", "Linux")]).as_deref(),
            Some("The operating system of 1 session changed, from Windows to Linux.")
        );
        let moved = [
            session("3320", "64496"),
            session("1", "1"),
            session("1", "2"),
        ];
        assert_eq!(
            networks(&moved).as_deref(),
            Some("The network of 2 sessions changed, for example from AS3320 to AS64496.")
        );
        assert_eq!(networks(&[session("AS1", "1"), session("", "1")]), None);
    }

    #[test]
    fn hostile_names_stay_on_one_line_and_short() {
        let long = "x".repeat(500);
        let why = systems(&[session("a\u{1b}[31m\nb", &long)]).expect("a change");
        assert!(why.len() < 200 && !why.contains(char::is_control), "{why}");
    }
}
