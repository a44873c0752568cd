//! Where something is.

use serde::{Deserialize, Serialize};

/// The countries that organisations and users may be of, by ISO 3166-1.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum HomeCountry {
    /// The United Kingdom.
    #[default]
    Gb,
    /// The United States of America.
    Us,
    /// South Africa.
    Za,
    /// France.
    Fr,
}

/// A postal address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// Whose it is.
    pub name: Option<String>,
    /// Its first line.
    pub line1: Option<String>,
    /// Its second line.
    pub line2: Option<String>,
    /// Its third line.
    pub line3: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The region's name.
    pub region: Option<String>,
    /// The region, by ISO 3166-2.
    pub region_iso: Option<String>,
    /// The postcode.
    pub postcode: Option<String>,
    /// The country's name.
    pub country_name: Option<String>,
    /// The country.
    pub country: Option<HomeCountry>,
}

/// A point on the map, in degrees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Coordinates {
    /// Its latitude.
    pub lat: Option<f64>,
    /// Its longitude.
    pub lon: Option<f64>,
}

/// Where something is, in each way that it was said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Location {
    /// In three words.
    pub what3words: Option<String>,
    /// By its address.
    pub address: Option<Address>,
    /// On the map.
    pub coordinates: Option<Coordinates>,
}

impl Address {
    /// The same with what is given of another in place of its own.
    #[must_use]
    pub fn with(self, given: Self) -> Self {
        Self {
            name: given.name.or(self.name),
            line1: given.line1.or(self.line1),
            line2: given.line2.or(self.line2),
            line3: given.line3.or(self.line3),
            city: given.city.or(self.city),
            region: given.region.or(self.region),
            region_iso: given.region_iso.or(self.region_iso),
            postcode: given.postcode.or(self.postcode),
            country_name: given.country_name.or(self.country_name),
            country: given.country.or(self.country),
        }
    }
}

impl Location {
    /// The same with what is given of another in place of its own.
    #[must_use]
    pub fn with(self, given: Self) -> Self {
        let address = match (self.address, given.address) {
            (Some(own), Some(given)) => Some(own.with(given)),
            (own, given) => given.or(own),
        };
        Self {
            what3words: given.what3words.or(self.what3words),
            address,
            coordinates: given.coordinates.or(self.coordinates),
        }
    }
}

impl HomeCountry {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Gb, Self::Us, Self::Za, Self::Fr];

    /// Its code of two letters.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Gb => "GB",
            Self::Us => "US",
            Self::Za => "ZA",
            Self::Fr => "FR",
        }
    }

    /// Its code of three letters.
    #[must_use]
    pub const fn alpha3(self) -> &'static str {
        match self {
            Self::Gb => "GBR",
            Self::Us => "USA",
            Self::Za => "ZAF",
            Self::Fr => "FRA",
        }
    }

    /// The country of a code; letter case counts.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|country| country.code() == code)
    }
}
