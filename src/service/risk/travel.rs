//! Sessions whose latest uses are too far apart for one person to have travelled between them.

use chrono::{DateTime, TimeDelta, Utc};

use super::words::{count, name};
use crate::geo::{Coordinates, GeoDatabase, Place};
use crate::risk_input::SessionFacts;

/// Half the circumference of the earth, rounded up.
const FARTHEST_KM: f64 = 20_016.0;
/// Bounds the work for thousands of sessions. One person is rarely in as many places within `FARTHEST_KM` of travel.
const MAX_PLACES: usize = 200;

/// A session's latest use.
struct Stop<'a> {
    at: DateTime<Utc>,
    address: &'a str,
    coordinates: Coordinates,
}

/// From one session's latest use to a later one of another session.
struct Leg<'a> {
    from: &'a str,
    to: &'a str,
    /// At least, considering how accurate the coordinates are.
    km: f64,
    time: TimeDelta,
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

/// The fastest leg of those above the limit. Every stop is compared with all earlier ones that matter, not only with the
/// one before: an inaccurate stop between two others may be possible to reach from both, however far apart these are.
fn fastest(mut stops: Vec<Stop>, max_speed_kmh: f64) -> Option<Leg> {
    stops.sort_by_key(|stop| stop.at);
    let mut earlier: Vec<&Stop> = Vec::new();
    let mut fastest = None;
    for stop in &stops {
        // After this time any place can be reached.
        earlier.retain(|from| max_speed_kmh * hours(stop.at - from.at) < FARTHEST_KM);
        let legs = earlier.iter().map(|from| leg(from, stop));
        let too_fast = legs.filter(|leg| leg.km > max_speed_kmh * hours(leg.time));
        fastest = too_fast
            .chain(fastest)
            .max_by(|one, other| speed(one).total_cmp(&speed(other)));
        remember(stop, &mut earlier);
    }
    fastest
}

fn remember<'a, 'b>(stop: &'b Stop<'a>, earlier: &mut Vec<&'b Stop<'a>>) {
    // Later stops are as far from a place as before, but closer in time to its latest use.
    earlier.retain(|from| !is_same_place(from.coordinates, stop.coordinates));
    earlier.push(stop);
    if earlier.len() <= MAX_PLACES {
        return;
    }
    // The least accurate one says least about where anybody was.
    let radius = |index: &usize| {
        earlier
            .get(*index)
            .map_or(0.0, |stop| stop.coordinates.radius_km)
    };
    let vaguest = (0..earlier.len()).max_by(|one, other| radius(one).total_cmp(&radius(other)));
    if let Some(vaguest) = vaguest {
        earlier.remove(vaguest);
    }
}

fn is_same_place(one: Coordinates, other: Coordinates) -> bool {
    let bits = |at: Coordinates| [at.latitude, at.longitude, at.radius_km].map(f64::to_bits);
    bits(one) == bits(other)
}

fn leg<'a>(from: &Stop<'a>, to: &Stop<'a>) -> Leg<'a> {
    Leg {
        from: from.address,
        to: to.address,
        km: from.coordinates.least_km_to(to.coordinates),
        time: to.at - from.at,
    }
}

fn hours(time: TimeDelta) -> f64 {
    time.as_seconds_f64() / 3600.0
}

/// Infinite for two uses at the same time.
fn speed(leg: &Leg) -> f64 {
    leg.km / hours(leg.time)
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
    const LISBON: (f64, f64) = (38.72, -9.14);
    const WARSAW: (f64, f64) = (52.23, 21.01);

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

    fn vague(mut stop: Stop<'_>, radius_km: f64) -> Stop<'_> {
        stop.coordinates.radius_km = radius_km;
        stop
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
        let near = |stop| vague(stop, 200.0);
        let stops = vec![near(stop("a", 0, LONDON)), near(stop("b", 0, PARIS))];
        assert_eq!(pair(stops), None);
    }

    #[test]
    fn an_inaccurate_stop_on_the_way_hides_no_jump() {
        let country = vague(stop("france", 60, PARIS), 1000.0);
        let (lisbon, warsaw) = (stop("lisbon", 0, LISBON), stop("warsaw", 120, WARSAW));
        let leg = fastest(vec![lisbon, country, warsaw], 1000.0).expect("a jump");
        assert_eq!((leg.from, leg.to), ("lisbon", "warsaw"));
        assert!((2730.0..2750.0).contains(&leg.km), "{}", leg.km);
        assert_eq!(leg.time, TimeDelta::hours(2));
    }

    #[test]
    fn any_number_of_inaccurate_stops_hides_no_jump() {
        let mut stops = vec![stop("lisbon", 0, LISBON)];
        for index in 0..1000 {
            let somewhere = stop("vague", 60, (f64::from(index) / 100.0, 2.0));
            stops.push(vague(somewhere, 9000.0));
        }
        stops.push(stop("warsaw", 120, WARSAW));
        let jump = ("lisbon".to_owned(), "warsaw".to_owned());
        assert_eq!(pair(stops), Some(jump));
    }

    #[test]
    fn the_work_for_each_stop_is_bounded() {
        let places = (0..1000).map(|index| (0.0, f64::from(index) / 10.0));
        let stops: Vec<Stop> = places.map(|place| stop("a", 0, place)).collect();
        let mut earlier = Vec::new();
        for stop in &stops {
            remember(stop, &mut earlier);
            assert!(earlier.len() <= MAX_PLACES);
        }
    }

    #[test]
    fn the_latest_use_in_a_place_counts() {
        let stops = vec![
            stop("a", 0, LONDON),
            stop("b", 600, LONDON),
            vague(stop("c", 605, PARIS), 9000.0),
            stop("d", 610, TOKYO),
        ];
        assert_eq!(pair(stops), Some(("b".to_owned(), "d".to_owned())));
    }

    #[test]
    fn durations_are_in_minutes_or_hours() {
        assert_eq!(duration(TimeDelta::seconds(59)), "less than a minute");
        assert_eq!(duration(TimeDelta::minutes(1)), "1 minute");
        assert_eq!(duration(TimeDelta::minutes(119)), "119 minutes");
        assert_eq!(duration(TimeDelta::minutes(120)), "2 hours");
    }
}
