//! The names that no two organisations share: what they are called in a country,
//! and the number that their company is registered by.

use std::collections::HashMap;

use attesta_model::{Error, Organisation, OrganisationId, Result, Status};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use crate::entering::Entering;
use crate::keys::{self, Key};
use crate::table::{Condition, Item, from_item, to_item};
use crate::{Store, patterns};

/// Whose a name is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Holder {
    organisation_id: OrganisationId,
}

/// The keys of an organisation's names, and what another is told who would have
/// one of them. One that is deleted has let go of them.
fn names(of: &Organisation) -> Vec<(Key, Error)> {
    if of.status == Status::Deleted {
        return Vec::new();
    }
    let name = (keys::organisation_name(of.country, &of.name), name_taken());
    let number = of.company.number.as_deref().filter(|number| !number.trim().is_empty());
    let number = number.map(|number| (keys::company_number(number), company_number_taken()));
    std::iter::once(name).chain(number).collect()
}

/// The keys of an organisation's names.
pub(crate) fn name_keys(of: &Organisation) -> Vec<Key> {
    names(of).into_iter().map(|(key, _)| key).collect()
}

/// Who has one of these names, by what was found under their keys; each once.
pub(crate) fn names_held(found: &HashMap<Key, Item>, names: &[Key]) -> Result<Vec<OrganisationId>> {
    let mut held = Vec::new();
    for item in names.iter().filter_map(|key| found.get(key)) {
        let Holder { organisation_id } = from_item(item.clone())?;
        if !held.contains(&organisation_id) {
            held.push(organisation_id);
        }
    }
    Ok(held)
}

impl Store {
    /// The parts of a transaction that give a new organisation its names.
    pub(crate) fn naming(&self, new: &Organisation) -> Result<Entering> {
        self.names_moved(new.id, names(new), Vec::new())
    }

    /// The parts of a transaction that have an organisation's names move with
    /// it: those that it gets are taken, and those that it had before, by what
    /// was found under their keys, are free again.
    pub(crate) fn renaming(
        &self,
        before: &Organisation,
        after: &Organisation,
        found: &HashMap<Key, Item>,
    ) -> Result<Entering> {
        let (old, new) = (name_keys(before), names(after));
        let is_own = |key: &Key| {
            let holder = found.get(key).cloned().map(from_item::<Holder>);
            holder.is_some_and(|held| held.is_ok_and(|held| held.organisation_id == before.id))
        };
        let stays = |key: &Key| new.iter().any(|(new, _)| new == key);
        let left = old.iter().filter(|key| !stays(key) && is_own(key)).cloned().collect();
        let taken = new.iter().filter(|(key, _)| !old.contains(key)).cloned().collect();
        self.names_moved(before.id, taken, left)
    }

    fn names_moved(
        &self,
        own: OrganisationId,
        taken: Vec<(Key, Error)>,
        left: Vec<Key>,
    ) -> Result<Entering> {
        let mut parts = Entering::default();
        let holder = Holder { organisation_id: own };
        for (key, refusal) in taken {
            let item = to_item(patterns::NAME, key, &holder)?;
            parts.put_or(self.table.put_if(item, free_for(own))?, refusal);
        }
        for key in left {
            parts.put(self.table.delete_if(&key, free_for(own))?);
        }
        Ok(parts)
    }
}

/// Nobody has the name, or the one who asks.
fn free_for(own: OrganisationId) -> Condition {
    let own = AttributeValue::S(own.to_string());
    Condition::with("attribute_not_exists(pk) OR organisation_id = :own").value(":own", own)
}

fn name_taken() -> Error {
    let message = "Another organisation of the country has the name.".to_owned();
    Error::Conflict { code: "name_taken", message }
}

fn company_number_taken() -> Error {
    let message = "Another organisation has the company number.".to_owned();
    Error::Conflict { code: "company_number_taken", message }
}
