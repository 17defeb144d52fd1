//! Sessions whose latest uses are too far apart for one person to have travelled between them.

use chrono::{DateTime, TimeDelta, Utc};

use super::words::{count, name};
use crate::geo::{Coordinates, GeoDatabase, Place};
use crate::risk_input::SessionFacts;

/// A session's latest use.
struct Stop<'a> {
    at: DateTime<Utc>,
    address: &'a str,
    coordinates: Coordinates,
}

/// From one use to the next one of any session. If none of these is too fast, no longer way is.
struct Leg<'a> {
    from: &'a str,
    to: &'a str,
    /// At least, considering how accurate the coordinates are.
    km: f64,
    time: TimeDelta,
}

impl Leg<'_> {
    fn hours(&self) -> f64 {
        self.time.as_seconds_f64() / 3600.0
    }
}

pub fn impossible(
    sessions: &[SessionFacts],
    max_speed_kmh: f64,
    geoip: &GeoDatabase,
) -> Option<String> {
    let stops = sessions.iter().filter_map(|session| {
        let address = session.address.as_deref()?;
        Some(Stop {
            at: session.last_activity_at?,
            address,
            coordinates: geoip.coordinates(address)?,
        })
    });
    let leg = fastest(stops.collect(), max_speed_kmh)?;
    let (from, to) = (shown(geoip.place(leg.from)), shown(geoip.place(leg.to)));
    let (time, km) = (duration(leg.time), leg.km);
    Some(format!(
        "Within {time}, one session was used in {from} and another in {to}, at least {km:.0} km away."
    ))
}

/// The fastest leg of those above the limit.
fn fastest(mut stops: Vec<Stop>, max_speed_kmh: f64) -> Option<Leg> {
    stops.sort_by_key(|stop| stop.at);
    let legs = stops.windows(2).filter_map(|pair| match pair {
        [from, to] => Some(Leg {
            from: from.address,
            to: to.address,
            km: from.coordinates.least_km_to(to.coordinates),
            time: to.at - from.at,
        }),
        _ => None,
    });
    legs.filter(|leg| leg.km > max_speed_kmh * leg.hours())
        .max_by(|one, other| speed(one).total_cmp(&speed(other)))
}

/// Infinite for two uses at the same time.
fn speed(leg: &Leg) -> f64 {
    leg.km / leg.hours()
}

fn shown(place: Place) -> String {
    let parts = [place.city, place.country];
    let parts: Vec<String> = parts.iter().flatten().map(|part| name(part)).collect();
    match parts.as_slice() {
        [] => "an unnamed place".to_owned(),
        parts => parts.join(", "),
    }
}

fn duration(time: TimeDelta) -> String {
    let whole = |number: i64, noun| count(usize::try_from(number).unwrap_or_default(), noun);
    match time.num_minutes() {
        0 => "less than a minute".to_owned(),
        minutes if minutes < 120 => whole(minutes, "minute"),
        _ => whole(time.num_hours(), "hour"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONDON: (f64, f64) = (51.51, -0.13);
    const PARIS: (f64, f64) = (48.86, 2.35);
    const TOKYO: (f64, f64) = (35.68, 139.69);

    fn stop(address: &str, minutes: i64, (latitude, longitude): (f64, f64)) -> Stop<'_> {
        Stop {
            at: DateTime::<Utc>::UNIX_EPOCH + TimeDelta::minutes(minutes),
            address,
            coordinates: Coordinates {
                latitude,
                longitude,
                radius_km: 10.0,
            },
        }
    }

    fn pair(stops: Vec<Stop>) -> Option<(String, String)> {
        let leg = fastest(stops, 1000.0)?;
        Some((leg.from.to_owned(), leg.to.to_owned()))
    }

    #[test]
    fn a_flight_is_possible_and_a_jump_is_not() {
        assert_eq!(pair(vec![stop("a", 0, LONDON), stop("b", 60, PARIS)]), None);
        let jump = pair(vec![stop("b", 5, PARIS), stop("a", 0, LONDON)]);
        assert_eq!(jump, Some(("a".to_owned(), "b".to_owned())));
        let at_once = pair(vec![stop("a", 0, LONDON), stop("b", 0, PARIS)]);
        assert!(at_once.is_some());
        assert_eq!(pair(vec![stop("a", 0, LONDON), stop("b", 0, LONDON)]), None);
        assert_eq!(pair(vec![stop("a", 0, LONDON)]), None);
        assert_eq!(pair(Vec::new()), None);
    }

    #[test]
    fn the_fastest_of_several_jumps_is_named() {
        let stops = vec![
            stop("a", 0, LONDON),
            stop("b", 10, PARIS),
            stop("c", 20, TOKYO),
        ];
        assert_eq!(pair(stops), Some(("b".to_owned(), "c".to_owned())));
    }

    #[test]
    fn inaccurate_coordinates_count_as_close_as_they_may_be() {
        let vague = |stop: Stop<'static>| Stop {
            coordinates: Coordinates {
                radius_km: 200.0,
                ..stop.coordinates
            },
            ..stop
        };
        let stops = vec![vague(stop("a", 0, LONDON)), vague(stop("b", 0, PARIS))];
        assert_eq!(pair(stops), None);
    }

    #[test]
    fn durations_are_in_minutes_or_hours() {
        assert_eq!(duration(TimeDelta::seconds(59)), "less than a minute");
        assert_eq!(duration(TimeDelta::minutes(1)), "1 minute");
        assert_eq!(duration(TimeDelta::minutes(119)), "119 minutes");
        assert_eq!(duration(TimeDelta::minutes(120)), "2 hours");
    }
}
