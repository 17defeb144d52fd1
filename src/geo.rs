//! Country, city and coordinates of an address from a MaxMind database file, never over the network.

use std::fmt;
use std::net::IpAddr;

use maxminddb::Reader;
use serde::Deserialize;

use crate::error::{Cause, Error, Result};

pub struct GeoDatabase(Reader<Vec<u8>>);

/// The location of an address, as far as the database knows it. Names are in English.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    pub country: Option<String>,
    pub city: Option<String>,
}

/// A point on the earth, and how far from it an address may be.
#[derive(Debug, Clone, Copy)]
pub struct Coordinates {
    pub latitude: f64,
    pub longitude: f64,
    pub radius_km: f64,
}

impl Coordinates {
    /// The distance along the earth's surface, as if both addresses were as close to each other as they may be.
    pub fn least_km_to(self, other: Self) -> f64 {
        let [latitude, other_latitude] = [self, other].map(|point| point.latitude.to_radians());
        let half = |from: f64, to: f64| ((to - from) / 2.0).sin().powi(2);
        let longitudes = [self, other].map(|point| point.longitude.to_radians());
        let haversine = half(latitude, other_latitude)
            + latitude.cos() * other_latitude.cos() * half(longitudes[0], longitudes[1]);
        let km = 2.0 * EARTH_RADIUS_KM * haversine.clamp(0.0, 1.0).sqrt().asin();
        (km - self.radius_km - other.radius_km).max(0.0)
    }
}

const EARTH_RADIUS_KM: f64 = 6371.0;
/// For a location whose accuracy the database does not say.
const USUAL_RADIUS_KM: f64 = 100.0;

/// The part of MaxMind's record that is needed for coordinates.
#[derive(Deserialize)]
struct Located {
    location: Location,
}

#[derive(Deserialize)]
struct Location {
    latitude: f64,
    longitude: f64,
    accuracy_radius: Option<u16>,
}

/// The part of MaxMind's record that is needed for names.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Record<'a> {
    #[serde(borrow)]
    city: Part<'a>,
    #[serde(borrow)]
    country: Part<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Part<'a> {
    iso_code: Option<&'a str>,
    #[serde(borrow)]
    names: Names<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Names<'a> {
    en: Option<&'a str>,
}

impl fmt::Debug for GeoDatabase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "GeoDatabase({})",
            self.0.metadata().database_type
        )
    }
}

impl GeoDatabase {
    /// Reads the whole file.
    pub fn open(path: &str) -> Result<Self> {
        let invalid = |problem: &str| {
            Error::configuration(
                "geoip.database",
                problem,
                "Pass the path of a MaxMind database (.mmdb) with cities or countries",
            )
        };
        let bytes = std::fs::read(path)
            .map_err(|error| invalid("cannot be read").with_cause(Cause::of_system(&error)))?;
        let reader =
            Reader::from_source(bytes).map_err(|_| invalid("is not a MaxMind database"))?;
        let kind = &reader.metadata().database_type;
        if kind.contains("City") || kind.contains("Country") || kind.contains("Enterprise") {
            return Ok(Self(reader));
        }
        Err(invalid(
            "is not a database of cities or countries in MaxMind's layout",
        ))
    }

    /// A database of countries has none.
    pub fn has_coordinates(&self) -> bool {
        !self.0.metadata().database_type.contains("Country")
    }

    /// `None` for unknown, private and invalid addresses.
    pub fn coordinates(&self, address: &str) -> Option<Coordinates> {
        let address: IpAddr = address.parse().ok()?;
        let Located { location } = self.0.lookup(address).ok()?.decode().ok()??;
        let is_valid = location.latitude.is_finite() && location.longitude.is_finite();
        is_valid.then(|| Coordinates {
            latitude: location.latitude,
            longitude: location.longitude,
            radius_km: location.accuracy_radius.map_or(USUAL_RADIUS_KM, f64::from),
        })
    }

    /// Unknown, private and invalid addresses have no location.
    pub fn place(&self, address: &str) -> Place {
        self.look_up(address).unwrap_or_default()
    }

    fn look_up(&self, address: &str) -> Option<Place> {
        let address: IpAddr = address.parse().ok()?;
        let found = self.0.lookup(address).ok()?;
        let Record { city, country } = found.decode().ok()??;
        Some(Place {
            country: country.names.en.or(country.iso_code).map(str::to_owned),
            city: city.names.en.map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(latitude: f64, longitude: f64) -> Coordinates {
        Coordinates {
            latitude,
            longitude,
            radius_km: 0.0,
        }
    }

    #[test]
    fn distances_follow_the_surface_of_the_earth() {
        let (london, tokyo) = (point(51.51, -0.13), point(35.68, 139.69));
        assert!((london.least_km_to(tokyo) - 9560.0).abs() < 10.0);
        let (west, east) = (point(0.0, 179.5), point(0.0, -179.5));
        assert!((west.least_km_to(east) - 111.2).abs() < 0.1);
        let (pole, opposite) = (point(90.0, 0.0), point(-90.0, 7.0));
        assert!((pole.least_km_to(opposite) - 20_015.0).abs() < 1.0);
    }

    #[test]
    fn a_distance_within_the_accuracy_is_none() {
        let vague = Coordinates {
            radius_km: 300.0,
            ..point(51.51, -0.13)
        };
        assert!(vague.least_km_to(point(50.0, 0.0)) == 0.0);
    }
}
