//! The units that an organisation consists of.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    AssuranceScheme, BusinessUnitId, Certificate, CertificateQuery, HomeCountry, Location,
    OrganisationId, Reason, Sqc,
};

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BusinessUnitKind {
    /// A farm.
    Farm,
    /// Stores.
    Stores,
    /// A region, which has no business of its own.
    Region,
}

impl BusinessUnitKind {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Farm => "farm",
            Self::Stores => "stores",
            Self::Region => "region",
        }
    }

    /// Why it can have no business; none where it can.
    #[must_use]
    pub fn refusal(self) -> Option<Reason> {
        let rule = || Reason::Rule("must not be there: a region has no business".to_owned());
        (self == Self::Region).then(rule)
    }
}

/// A unit of an organisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BusinessUnit {
    /// Its identifier.
    pub id: BusinessUnitId,
    /// The organisation that it belongs to.
    pub organisation_id: OrganisationId,
    /// Its name; no two units of an organisation have the same.
    pub name: String,
    /// What it is.
    pub kind: BusinessUnitKind,
    /// Its place among the organisation's units, the oldest being the first.
    #[serde(default)]
    pub ordinal: u32,
    /// What it does business as; none for a region.
    #[serde(default)]
    pub business: Option<Business>,
    /// Goes up by one with each change.
    pub version: u32,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a unit does business as.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Business {
    /// Where it is.
    pub location: Option<Location>,
    /// Its name.
    pub name: Option<String>,
    /// Its telephone number, as E.164 writes it.
    pub phone: Option<String>,
    /// Its e-mail address.
    pub email: Option<String>,
    /// What it is marked with by where it is.
    pub location_tag: Option<String>,
    /// What it is marked with by who manages it.
    pub management_tag: Option<String>,
    /// The number of its holding.
    pub holding_number: Option<String>,
    /// What Scottish Quality Crops knows.
    pub sqc: Option<Sqc>,
    /// The scheme that it is under.
    pub assurance_scheme: Option<AssuranceScheme>,
    /// The certificate that was found for it.
    pub assurance: Option<Certificate>,
}

impl Business {
    /// What it is marked with.
    #[must_use]
    pub fn tags(&self) -> Vec<String> {
        [&self.location_tag, &self.management_tag].into_iter().flatten().cloned().collect()
    }

    /// The same with what is given of another in place of its own. Who vouches
    /// for it is not among that.
    #[must_use]
    pub fn with(self, given: Self) -> Self {
        Self {
            location: given.location.or(self.location),
            name: given.name.or(self.name),
            phone: given.phone.or(self.phone),
            email: given.email.or(self.email),
            location_tag: given.location_tag.or(self.location_tag),
            management_tag: given.management_tag.or(self.management_tag),
            holding_number: given.holding_number.or(self.holding_number),
            sqc: given.sqc.or(self.sqc),
            assurance_scheme: given.assurance_scheme.or(self.assurance_scheme),
            assurance: self.assurance,
        }
    }

    /// By what Red Tractor would know it: by the number of its holding or, where
    /// it is said to be under that scheme, by its postcode. None where it is
    /// under another, or too little is said of it.
    #[must_use]
    pub fn certificate_query(&self, home: HomeCountry) -> Option<CertificateQuery> {
        if self.assurance_scheme == Some(AssuranceScheme::Sqc) {
            return None;
        }
        let address = self.location.as_ref().and_then(|location| location.address.as_ref());
        let country = address.and_then(|address| address.country).unwrap_or(home).alpha3();
        let number = self.holding_number.as_deref();
        let postcode = address.and_then(|address| address.postcode.as_deref());
        let is_under_it = self.assurance_scheme == Some(AssuranceScheme::Rt);
        let postcode = postcode.filter(|_| number.is_none() && is_under_it);
        CertificateQuery::new(Some(country), postcode, number).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Address;

    #[test]
    fn a_region_has_no_business() {
        assert!(BusinessUnitKind::Region.refusal().is_some());
        for kind in [BusinessUnitKind::Farm, BusinessUnitKind::Stores] {
            assert_eq!(kind.refusal(), None, "{}", kind.name());
        }
    }

    #[test]
    fn what_is_given_replaces_and_the_rest_stays() {
        let text = |text: &str| Some(text.to_owned());
        let before =
            Business { name: text("A"), email: text("a@x.example"), ..Business::default() };
        let given =
            Business { name: text("B"), phone: text("+447400123456"), ..Business::default() };
        let after = before.clone().with(given.clone());
        assert_eq!((after.name, after.email, after.phone), (given.name, before.email, given.phone));
    }

    #[test]
    fn it_is_known_by_its_holding_or_else_by_where_it_is() {
        let text = |text: &str| Some(text.to_owned());
        let address = Address {
            postcode: text("PO18 9JP"),
            country: Some(HomeCountry::Fr),
            ..Address::default()
        };
        let location = Location { address: Some(address), ..Location::default() };
        let at = Business { location: Some(location), ..Business::default() };
        let number = |at: &Business| Business { holding_number: text("1/2"), ..at.clone() };
        let under =
            |scheme, at: &Business| Business { assurance_scheme: Some(scheme), ..at.clone() };
        let (rt, sqc) = (AssuranceScheme::Rt, AssuranceScheme::Sqc);
        let asked = |business: &Business| {
            let query = business.certificate_query(HomeCountry::Gb)?;
            let by = query.holding_number().or(query.postcode())?.to_owned();
            Some((query.country().to_owned(), by))
        };
        let one = |country: &str, by: &str| Some((country.to_owned(), by.to_owned()));
        assert_eq!(asked(&number(&Business::default())), one("GBR", "1/2"));
        assert_eq!(asked(&number(&at)), one("FRA", "1/2"));
        assert_eq!(asked(&under(rt, &number(&at))), one("FRA", "1/2"));
        assert_eq!(asked(&under(rt, &at)), one("FRA", "PO189JP"));
        assert_eq!(asked(&at), None);
        assert_eq!(asked(&under(rt, &Business::default())), None);
        assert_eq!(asked(&under(sqc, &number(&at))), None);
    }
}
