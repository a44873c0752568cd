//! Who is to be of an organisation that changes.

use std::collections::HashSet;

use attesta_model::{Error, Organisation, Profile, Reason, Result, User, UserId, roles_of_owner};
use aws_sdk_dynamodb::types::AttributeValue;

use crate::Store;
use crate::entering::{Entering, email_taken, phone_taken};
use crate::keys::{self, Key};
use crate::organisation_changes::ToChange;
use crate::organisations::NewPerson;
use crate::people::Holder;
use crate::table::{Condition, from_item, stored};

/// Who is to be of an organisation from now on.
#[derive(Debug, Clone, Default)]
pub struct Settling {
    /// What its owner is called; where it has none, who becomes it.
    pub owner: Option<NewPerson>,
    /// Who belongs to it, if they don't yet.
    pub contacts: Vec<NewPerson>,
}

impl Store {
    /// Has the owner be called what is said, or somebody become the owner where
    /// there is none.
    pub(crate) fn owner_settled(
        &self,
        changing: &mut ToChange,
        after: &mut Organisation,
        settling: &Settling,
    ) -> Result<Entering> {
        let Some(said) = &settling.owner else { return Ok(Entering::default()) };
        match changing.view.around.owner.clone() {
            None if !changing.managed.is_staff() => Err(Error::forbidden()),
            None => {
                let owner = said.user(UserId(self.ids.uuid()?), after, self.ids.now());
                let roles = roles_of_owner(&after.modules);
                let profile = Profile::new(owner.id, after.id, roles);
                after.owner_id = Some(owner.id);
                let entering = self.entering_unseen(&owner, &[profile]);
                changing.view.around.owner = Some(owner);
                entering
            }
            Some(owner) => {
                let renamed = said.renamed(&owner)?;
                let parts = self.user_renamed(&owner, &renamed);
                changing.view.around.owner = Some(renamed);
                parts
            }
        }
    }

    fn user_renamed(&self, before: &User, after: &User) -> Result<Entering> {
        let mut parts = Entering::default();
        if before == after {
            return Ok(parts);
        }
        let condition = Condition::with("#name = :old")
            .name("#name", "name")
            .value(":old", AttributeValue::S(before.name.clone()))
            .value(":name", AttributeValue::S(after.name.clone()))
            .value(":given", stored(&after.given_name)?)
            .value(":family", stored(&after.family_name)?);
        let change = "SET #name = :name, given_name = :given, family_name = :family";
        parts.put(self.table.update_if(&keys::user(before.id), change, condition)?);
        Ok(parts)
    }

    /// Lets those in who don't belong to the organisation yet, by what was found
    /// under their names.
    pub(crate) async fn contacts_settled(
        &self,
        changing: &ToChange,
        after: &Organisation,
        settling: &Settling,
    ) -> Result<Entering> {
        let holder = |key: Option<Key>| -> Result<Option<UserId>> {
            let held = key.and_then(|key| changing.found.get(&key).cloned());
            Ok(held.map(from_item::<Holder>).transpose()?.map(|holder| holder.user_id))
        };
        let mut held = Vec::new();
        for contact in &settling.contacts {
            let email = holder(contact.email.as_deref().map(keys::user_email))?;
            let phone = holder(contact.phone.as_deref().map(keys::user_phone))?;
            held.push((email, phone));
        }
        let known: HashSet<_> =
            held.iter().flat_map(|&(email, phone)| [email, phone]).flatten().collect();
        let profiles = known.into_iter().map(|id| keys::profile(id, after.id)).collect();
        let members = self.found(profiles).await?;
        let is_member = |id| members.contains_key(&keys::profile(id, after.id));
        let mut strangers = Vec::new();
        for (contact, (email, phone)) in settling.contacts.iter().zip(held) {
            match (email, phone) {
                (None, None) => strangers.push(contact.clone()),
                (Some(id), _) if !is_member(id) => return Err(email_taken()),
                (Some(id), Some(other)) if other != id => return Err(phone_taken()),
                (None, Some(id)) if !is_member(id) => return Err(phone_taken()),
                _ => {}
            }
        }
        self.joining(after, &self.people(&strangers, after)?)
    }
}

impl NewPerson {
    /// A user who is called what is said. Where they are reached, they verify
    /// themselves.
    ///
    /// # Errors
    /// [`Error::Invalid`] where they are to be reached elsewhere.
    fn renamed(&self, user: &User) -> Result<User> {
        let same = |said: &Option<String>, now: &Option<String>| said.is_none() || said == now;
        for (field, is_same) in [
            ("ownerContact.email", same(&self.email, &user.email)),
            ("ownerContact.phone", same(&self.phone, &user.phone)),
        ] {
            if !is_same {
                let rule = "is changed by the user alone, who verifies it";
                return Err(Error::field(field, Reason::Rule(rule.to_owned())));
            }
        }
        let given_name = self.given_name.clone().or(user.given_name.clone());
        let family_name = self.family_name.clone().or(user.family_name.clone());
        if self.given_name.is_none() && self.family_name.is_none() {
            return Ok(user.clone());
        }
        let called = Self {
            given_name: given_name.clone(),
            family_name: family_name.clone(),
            ..Self::default()
        };
        Ok(User { name: called.name(), given_name, family_name, ..user.clone() })
    }
}
