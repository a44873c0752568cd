//! Users by what they would like to buy.

use attesta_model::{Number, Organisation, OrganisationId, Preference, Result, User};

use super::lists::{Listed, Place, page_of};
use super::people::{ANY, KIND, PREFERRING, PersonFacts, WITH_COMMODITY, each_once};
use crate::access::ReadsForPlatform;
use crate::table::Sort;
use crate::{Store, keys};

/// Something that users may like to buy. What is none here may be any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PreferenceWanted {
    /// What.
    pub commodity: Option<Number>,
    /// Of which grade.
    pub grade: Option<Number>,
    /// From one of these regions, by ISO 3166-2.
    pub regions: Vec<String>,
}

impl PreferenceWanted {
    /// Whether a preference meets it; what a user left open meets anything.
    fn is_met_by(&self, preference: &Preference) -> bool {
        let or_any = |wanted: Option<Number>, liked: &[Number]| {
            wanted.is_none_or(|wanted| liked.is_empty() || liked.contains(&wanted))
        };
        let commodity: Vec<_> = preference.commodity.into_iter().collect();
        let is_from = |region: &String| preference.regions.contains(region);
        or_any(self.commodity, &commodity)
            && or_any(self.grade, &preference.grades)
            && (self.regions.is_empty()
                || preference.regions.is_empty()
                || self.regions.iter().any(is_from))
    }

    fn partitions(&self) -> Vec<String> {
        match self.commodity {
            None => vec![keys::entries_for(KIND, PREFERRING, ANY)],
            Some(commodity) => [commodity.to_string(), ANY.to_owned()]
                .map(|commodity| keys::entries_for(KIND, WITH_COMMODITY, &commodity))
                .into(),
        }
    }
}

impl Store {
    /// Users who may act and would like one of these, but for those of an
    /// organisation; with their organisations, oldest first.
    ///
    /// # Errors
    /// [`attesta_model::Error::Refused`] where too many would have to be looked
    /// at.
    pub async fn users_by_preferences(
        &self,
        _by: &ReadsForPlatform,
        wanted: &[PreferenceWanted],
        but_of: Option<OrganisationId>,
        place: &Place,
        limit: usize,
    ) -> Result<Listed<(User, Option<Organisation>)>> {
        let mut partitions: Vec<_> = wanted.iter().flat_map(PreferenceWanted::partitions).collect();
        partitions.sort();
        partitions.dedup();
        let is_of = |facts: &PersonFacts, id| {
            facts.organisation_id == Some(id)
                || facts.parts.iter().any(|part| part.organisation_id == id)
        };
        let is_wanted = |facts: &PersonFacts| {
            let meets = |preference| wanted.iter().any(|wanted| wanted.is_met_by(preference));
            facts.status.is_live()
                && !but_of.is_some_and(|id| is_of(facts, id))
                && facts.preferences.iter().any(meets)
        };
        let rows = self.walked(&partitions, Sort::Any, is_wanted).await?;
        let page = page_of(each_once(rows), |a, b| a.id.cmp(&b.id), false, place, limit)?;
        let rows = self.users_with_organisations(&page.rows).await?;
        Ok(Listed { rows, next: page.next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        text.parse().expect(text)
    }

    #[test]
    fn what_is_left_open_on_either_side_is_met() {
        let barley = Preference {
            commodity: Some(number("1")),
            grades: vec![number("2")],
            regions: vec!["GB-ENG".to_owned()],
            enabled: true,
        };
        let anything =
            Preference { commodity: None, grades: Vec::new(), regions: Vec::new(), enabled: true };
        let wanted =
            |commodity: Option<&str>, grade: Option<&str>, regions: &[&str]| PreferenceWanted {
                commodity: commodity.map(number),
                grade: grade.map(number),
                regions: regions.iter().map(|&region| region.to_owned()).collect(),
            };
        for (wanted, is_met) in [
            (wanted(None, None, &[]), true),
            (wanted(Some("1.0"), Some("2"), &["GB-ENG"]), true),
            (wanted(Some("1"), None, &["FR-75", "GB-ENG"]), true),
            (wanted(Some("3"), None, &[]), false),
            (wanted(None, Some("3"), &[]), false),
            (wanted(None, None, &["FR-75"]), false),
        ] {
            assert_eq!(wanted.is_met_by(&barley), is_met, "{wanted:?}");
            assert!(wanted.is_met_by(&anything), "{wanted:?}");
        }
    }
}
