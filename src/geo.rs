//! Country and city of an address from a MaxMind database file, never over the network.

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

/// The part of MaxMind's record that is needed.
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
