//! Organisations that rows of an import are about.

use attesta_model::{Error, Organisation, OrganisationId, Result, Status, User, UserId};

use crate::access::ImportTarget;
use crate::keys::Key;
use crate::organisation_names::names_held;
use crate::organisations::{NewOrganisation, Written};
use crate::people::Holder;
use crate::table::from_item;
use crate::{Store, keys};

/// An organisation that a row names.
#[derive(Debug)]
pub struct ImportedOrganisation {
    /// It as it stands.
    pub organisation: Organisation,
    /// Whether the row made it.
    pub is_new: bool,
}

/// What a row calls an organisation by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamedOrganisation {
    /// Its identifier.
    Id(OrganisationId),
    /// The number of its company.
    Number(String),
}

impl Store {
    /// Makes an organisation that waits to be activated, unless there is one with
    /// its company number, or else its name in the country, or else its owner:
    /// that one stays as it is. A read and one transaction, or two reads; three
    /// where it is known by its owner alone.
    ///
    /// # Errors
    /// [`Error::Conflict`] where its owner is somebody who owns none, or it came
    /// to that meanwhile.
    pub async fn import_organisation(
        &self,
        _by: &ImportTarget,
        new: &NewOrganisation,
    ) -> Result<ImportedOrganisation> {
        if let Some(organisation) = self.known_organisation(new).await? {
            return Ok(ImportedOrganisation { organisation, is_new: false });
        }
        match self.write_organisation(new, None).await {
            Ok(Written::New(made)) => {
                Ok(ImportedOrganisation { organisation: made.0, is_new: true })
            }
            Ok(Written::Same(_)) => Err(Error::internal("a row was taken for a call")),
            // Another row may have made it at the same time.
            Err(taken @ Error::Conflict { .. }) => match self.known_organisation(new).await? {
                Some(organisation) => Ok(ImportedOrganisation { organisation, is_new: false }),
                None => Err(taken),
            },
            Err(error) => Err(error),
        }
    }

    async fn known_organisation(&self, new: &NewOrganisation) -> Result<Option<Organisation>> {
        let name = keys::organisation_name(new.country, &new.name);
        let number = new.company.number.as_deref().map(keys::company_number);
        let email = new.owner.as_ref().and_then(|owner| owner.email.as_deref());
        let email = email.map(keys::user_email);
        let names: Vec<Key> = number.into_iter().chain([name]).collect();
        let found = self.found(names.iter().cloned().chain(email.clone()).collect()).await?;
        if let Some(id) = names_held(&found, &names)?.first() {
            let [organisation] = self.table.get_many([keys::organisation(*id)]).await?;
            return organisation.map(from_item).transpose();
        }
        let Some(owner) = email.and_then(|email| found.get(&email).cloned()) else {
            return Ok(None);
        };
        let Holder { user_id } = from_item(owner)?;
        self.owned_by(user_id).await
    }

    /// The organisation that somebody owns.
    async fn owned_by(&self, id: UserId) -> Result<Option<Organisation>> {
        let [user] = self.table.get_many([keys::user(id)]).await?;
        let user: Option<User> = user.map(from_item).transpose()?;
        let Some(home) = user.and_then(|user| user.organisation_id) else { return Ok(None) };
        let [home] = self.table.get_many([keys::organisation(home)]).await?;
        let home: Option<Organisation> = home.map(from_item).transpose()?;
        let is_own =
            |home: &Organisation| home.owner_id == Some(id) && home.status != Status::Deleted;
        Ok(home.filter(is_own))
    }

    /// Which organisation a row names, if there is one; without a call where it
    /// does so by an identifier.
    ///
    /// # Errors
    /// [`Error::NotFound`], also where the import is into another.
    pub(crate) async fn organisation_named(
        &self,
        target: &ImportTarget,
        named: &NamedOrganisation,
    ) -> Result<OrganisationId> {
        let id = match named {
            NamedOrganisation::Id(id) => *id,
            NamedOrganisation::Number(number) => {
                let key = keys::company_number(number);
                let found = self.found(vec![key.clone()]).await?;
                let held = names_held(&found, &[key])?;
                *held.first().ok_or_else(Error::not_found)?
            }
        };
        if target.organisation_id().is_none_or(|meant| meant == id) {
            Ok(id)
        } else {
            Err(Error::not_found())
        }
    }
}
