//! The kinds of import that there are.

mod business_units;
mod finmid_status;
mod organisations;
mod preferences;

pub use business_units::BusinessUnits;
pub use finmid_status::FinMidStatus;
pub use organisations::Organisations;
pub use preferences::{AddedPreferences, SetPreferences};

use attesta_model::{Address, Email, HomeCountry, Phone};
use attesta_wire::Text;
use attesta_wire::customer::inputs::RegionIso;

use crate::Cells;

/// Texts that are names of something.
const NAME: usize = 200;

/// A text, which may be blank. Problems are noted with the cells.
fn text<const MOST: usize>(cells: &mut Cells<'_>, column: &str) -> Option<String> {
    cells.optional::<Text<MOST>>(column).flatten().map(|text| text.0)
}

/// An e-mail address, which may be blank.
fn email(cells: &mut Cells<'_>, column: &str) -> Option<String> {
    let email = cells.optional::<Email>(column).flatten();
    email.map(|email| email.as_str().to_owned())
}

/// A telephone number, which may be blank.
fn phone(cells: &mut Cells<'_>, column: &str) -> Option<String> {
    cells.optional::<Phone>(column).flatten().map(|phone| phone.to_string())
}

/// The parts of an address that aren't blank, but for the country.
fn address(cells: &mut Cells<'_>, country: Option<HomeCountry>) -> Option<Address> {
    let region_iso = cells.optional::<RegionIso>("regionISO").flatten();
    let address = Address {
        line1: text::<NAME>(cells, "line1"),
        line2: text::<NAME>(cells, "line2"),
        line3: text::<NAME>(cells, "line3"),
        city: text::<NAME>(cells, "city"),
        region: text::<NAME>(cells, "region"),
        region_iso: region_iso.map(|region| region.0),
        postcode: text::<20>(cells, "postcode"),
        ..Address::default()
    };
    let is_said = address != Address::default() || country.is_some();
    is_said.then_some(Address { country, ..address })
}
