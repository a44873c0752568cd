//! Users by their roles.

use attesta_model::{Organisation, OrganisationId, Result, User};

use super::lists::{Listed, Place, page_of};
use super::people::{KIND, OF_ORGANISATION, Part, PersonFacts, WITH_ROLE, each_once, everybody};
use crate::access::ReadsForPlatform;
use crate::table::Sort;
use crate::{Store, keys};

/// Which users are asked for: those who may act and have one of some roles, if
/// any are named, and none of others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RolesWanted {
    /// One of these.
    pub include: Vec<String>,
    /// None of these.
    pub exclude: Vec<String>,
    /// In this organisation, or else in any.
    pub organisation_id: Option<OrganisationId>,
}

impl RolesWanted {
    fn has(&self, facts: &PersonFacts) -> bool {
        let counts =
            |part: &&Part| self.organisation_id.is_none_or(|id| id == part.organisation_id);
        let parts: Vec<_> = facts.parts.iter().filter(counts).collect();
        let has = |role: &String| parts.iter().any(|part| part.roles.contains(role));
        facts.status.is_live()
            && (self.organisation_id.is_none() || !parts.is_empty())
            && (self.include.is_empty() || self.include.iter().any(has))
            && !self.exclude.iter().any(has)
    }
}

impl Store {
    /// Users by their roles, with their organisations, oldest first.
    ///
    /// # Errors
    /// [`attesta_model::Error::Refused`] where too many would have to be looked
    /// at.
    pub async fn users_by_roles(
        &self,
        _by: &ReadsForPlatform,
        wanted: &RolesWanted,
        place: &Place,
        limit: usize,
    ) -> Result<Listed<(User, Option<Organisation>)>> {
        let partitions = match (&wanted.include[..], wanted.organisation_id) {
            ([], None) => everybody(),
            (_, Some(id)) => vec![keys::entries_for(KIND, OF_ORGANISATION, &id.to_string())],
            (roles, None) => {
                roles.iter().map(|role| keys::entries_for(KIND, WITH_ROLE, role)).collect()
            }
        };
        let rows = self.walked(&partitions, Sort::Any, |facts| wanted.has(facts)).await?;
        let page = page_of(each_once(rows), |a, b| a.id.cmp(&b.id), false, place, limit)?;
        let rows = self.users_with_organisations(&page.rows).await?;
        Ok(Listed { rows, next: page.next })
    }
}
