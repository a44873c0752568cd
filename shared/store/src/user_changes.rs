//! What is said of a user is changed: by themselves, by who owns an organisation
//! that they have a part in, and by staff. Only what is said is written, so that
//! two who change different things at the same time both do.

use std::collections::BTreeSet;

use attesta_identity::UserCaller;
use attesta_model::{
    BusinessUnit, BusinessUnitId, DocumentRef, Error, HomeCountry, OWNER, Preference, Problem,
    Profile, Reason, Result, Settings, Status, User, can_be_given,
};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};

use crate::access::{Beside, Looked, Relation, UserInSight};
use crate::catalogue_admin::busy;
use crate::changes::Changes;
use crate::entering::{email_taken, phone_taken};
use crate::keys;
use crate::people::Holder;
use crate::table::{Condition, Item, from_item, stored};
use crate::{Addresses, Store};

/// What is said of a user; what is none stays as it is.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct UserChange {
    /// Their given name.
    pub given_name: Option<String>,
    /// Their family name.
    pub family_name: Option<String>,
    /// Their country.
    pub country: Option<HomeCountry>,
    /// Their number on a landline, in the form of E.164.
    pub landline: Option<String>,
    /// What their telephone is notified by.
    pub push_token: Option<String>,
    /// What they look like.
    pub avatar: Option<DocumentRef>,
    /// What they agreed to, and have seen.
    pub settings: Settings,
    /// Their roles in the organisation that they are seen in.
    pub roles: Option<BTreeSet<String>>,
    /// The units of it that they see to.
    pub units: Option<Vec<BusinessUnitId>>,
    /// The organisation that they belong to, which nothing changes.
    pub organisation_id: Option<String>,
    /// Where they are to be reached, once that is verified.
    pub addresses: Addresses,
}

/// It is about somebody: printed, it says nothing.
impl std::fmt::Debug for UserChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UserChange")
    }
}

/// A user of whom the caller may change what they want to change.
#[derive(Debug)]
pub struct UserToChange {
    seen: UserInSight,
    units: Vec<BusinessUnit>,
    has_settings: bool,
    addresses: Addresses,
}

impl UserToChange {
    /// The user as they stand.
    #[must_use]
    pub const fn user(&self) -> &User {
        &self.seen.person().user
    }

    /// Whether they change it themselves.
    #[must_use]
    pub fn is_oneself(&self) -> bool {
        self.seen.relation == Relation::Oneself
    }

    /// Those of the addresses that are others than they have now.
    #[must_use]
    pub const fn addresses(&self) -> &Addresses {
        &self.addresses
    }
}

impl UserChange {
    /// Whether it says anything that only the user themselves can say.
    fn is_personal(&self) -> bool {
        let settings = self.settings != Settings::default();
        settings || self.push_token.is_some() || self.avatar.is_some()
    }

    /// Whether it says who they are, and how they are reached.
    fn is_about_them(&self) -> bool {
        let names = self.given_name.is_some() || self.family_name.is_some();
        let reached = self.landline.is_some() || self.addresses != Addresses::default();
        names || reached || self.country.is_some()
    }

    /// Whether it says what they may do.
    const fn is_about_rights(&self) -> bool {
        self.roles.is_some() || self.units.is_some()
    }

    /// Whether whoever sees the user so may change this of them.
    fn check_rights(&self, seen: &UserInSight) -> Result<()> {
        let may = match &seen.relation {
            _ if seen.is_by_reader() => false,
            Relation::Oneself => {
                !self.is_about_rights() || seen.is_by_owner() || seen.person.user.staff.is_some()
            }
            Relation::Staff(_) => true,
            Relation::Member(_) if !seen.is_by_owner() || self.is_personal() => false,
            Relation::Member(_) => !seen.is_external() || !self.is_about_them(),
            Relation::Service => false,
        };
        may.then_some(()).ok_or_else(Error::forbidden)
    }

    /// What of it can't be.
    fn check(&self, seen: &UserInSight, found: usize) -> Result<()> {
        let mut problems = Vec::new();
        let mut problem = |field: &str, rule: &str| {
            let reason = Reason::Rule(rule.to_owned());
            problems.push(Problem { field: Some(field.to_owned()), reason });
        };
        let home = seen.person.user.organisation_id.map(|id| id.to_string());
        if self.organisation_id.is_some() && self.organisation_id != home {
            problem("organisationId", "must be the user's own: nobody moves between organisations");
        }
        let profile = seen.profile();
        let modules = seen.place.as_ref().map(|place| place.modules.as_slice());
        if let Some(roles) = &self.roles {
            let held = profile.map(|profile| profile.roles.as_slice()).unwrap_or_default();
            let is_known =
                |role: &String| held.contains(role) || can_be_given(role, modules.unwrap_or(&[]));
            if roles.contains(OWNER) != held.iter().any(|role| role == OWNER) {
                problem("roles", "can't make somebody the owner, nor owner no more");
            } else if !roles.iter().all(is_known) {
                problem("roles", "must be roles that can be had in the organisation");
            }
        }
        if self.units.as_ref().is_some_and(|units| units.len() != found) {
            problem("businessUnits", "must be units of the organisation");
        }
        if self.is_about_rights() && profile.is_none() {
            problem("roles", "can't be given to somebody who has no part in an organisation");
        }
        if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
    }

    /// The user with what is said of them.
    fn applied(&self, user: &User) -> User {
        let or = |new: &Option<String>, old: &Option<String>| new.clone().or_else(|| old.clone());
        let (given, family) =
            (or(&self.given_name, &user.given_name), or(&self.family_name, &user.family_name));
        let is_renamed = self.given_name.is_some() || self.family_name.is_some();
        let name = is_renamed.then(|| User::name_of(given.as_deref(), family.as_deref()));
        User {
            name: name.unwrap_or_else(|| user.name.clone()),
            given_name: given,
            family_name: family,
            country: self.country.or(user.country),
            landline: or(&self.landline, &user.landline),
            push_token: or(&self.push_token, &user.push_token),
            avatar: self.avatar.clone().or_else(|| user.avatar.clone()),
            settings: user.settings.with(self.settings),
            ..user.clone()
        }
    }
}

impl Store {
    /// A user of whom the caller may change this, and that it can be: known
    /// roles, units of the organisation, addresses that are nobody else's.
    ///
    /// # Errors
    /// Those of [`Store::user_in_sight`], [`Error::Forbidden`],
    /// [`Error::Invalid`], and [`Error::Conflict`] where an address is another's
    /// or the user is deleted.
    pub async fn user_to_change(
        &self,
        caller: &UserCaller,
        id: &str,
        change: &UserChange,
    ) -> Result<UserToChange> {
        let Addresses { email, phone } = &change.addresses;
        let [email_key, phone_key] =
            [email.as_deref().map(keys::user_email), phone.as_deref().map(keys::user_phone)];
        let keys = [&email_key, &phone_key].into_iter().flatten().cloned().collect();
        let beside = Beside { keys, units: change.units.as_deref().unwrap_or_default() };
        let Looked { seen, mut found, units, has_settings } =
            self.look_at_user(caller, id, beside).await?;
        change.check_rights(&seen)?;
        let user = &seen.person.user;
        if user.status == Status::Deleted {
            return Err(Error::WrongState("The user is deleted."));
        }
        change.check(&seen, units.len())?;
        for (key, taken) in [(email_key, email_taken()), (phone_key, phone_taken())] {
            let holder = key.and_then(|key| found.remove(&key));
            let holder: Option<Holder> = holder.map(from_item).transpose()?;
            if holder.is_some_and(|holder| holder.user_id != user.id) {
                return Err(taken);
            }
        }
        let addresses = Addresses {
            email: email.clone().filter(|_| email != &user.email),
            phone: phone.clone().filter(|_| phone != &user.phone),
        };
        Ok(UserToChange { seen, units, has_settings, addresses })
    }

    /// Changes a user, all but their addresses, which move once they are
    /// verified; the user as they stand then.
    ///
    /// # Errors
    /// [`Error::NotFound`] where they are deleted meanwhile, [`Error::Conflict`]
    /// where they come to own the organisation, or do no more.
    pub async fn change_user(
        &self,
        to_change: UserToChange,
        change: &UserChange,
    ) -> Result<UserInSight> {
        const TRIES: u32 = 5;
        let UserToChange { mut seen, units, has_settings, .. } = to_change;
        for attempt in 0..TRIES {
            let writes = self.user_writes(&seen, change, has_settings)?;
            let about_user = usize::from(writes.iter().any(|(of_user, _)| *of_user));
            let writes: Vec<_> = writes.into_iter().map(|(_, write)| write).collect();
            if writes.is_empty() {
                return Ok(seen);
            }
            match self.table.transact(writes).await? {
                Ok(()) => return Ok(changed(seen, change, units)),
                // What they may do is no more what it was.
                Err(cancelled) if cancelled.at.is_some_and(|at| at >= about_user) => {
                    return Err(busy());
                }
                Err(_) => {
                    self.pause(attempt).await?;
                    let now = self.user(seen.person.user.id).await?;
                    let now = now.filter(|user| user.status != Status::Deleted);
                    seen.person.user = now.ok_or_else(Error::not_found)?;
                }
            }
        }
        Err(busy())
    }

    /// The writes that a change comes to, and whether each is of the user
    /// themselves.
    fn user_writes(
        &self,
        seen: &UserInSight,
        change: &UserChange,
        has_settings: bool,
    ) -> Result<Vec<(bool, TransactWriteItem)>> {
        let mut writes = Vec::new();
        let of_user = user_changes(&seen.person.user, change, has_settings)?;
        if !of_user.is_empty() {
            let (expression, condition) = of_user.drawn_up();
            let key = keys::user(seen.person.user.id);
            writes.push((true, self.table.update_if(&key, &expression, condition)?));
        }
        if let Some(profile) = seen.profile().filter(|_| change.is_about_rights()) {
            let (expression, condition) = profile_changes(profile, change)?.drawn_up();
            let key = keys::profile(profile.user_id, profile.organisation_id);
            writes.push((false, self.table.update_if(&key, &expression, condition)?));
        }
        Ok(writes)
    }

    /// Has a user who calls want to buy these things and no others.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for anybody but themselves, [`Error::NotFound`] where
    /// they are deleted meanwhile.
    pub async fn set_preferences(
        &self,
        seen: UserInSight,
        preferences: Vec<Preference>,
        notifications: Option<bool>,
    ) -> Result<UserInSight> {
        if seen.relation != Relation::Oneself || seen.is_by_reader() {
            return Err(Error::forbidden());
        }
        let mut seen = seen;
        let changes = Changes::when(is_kept()?)
            .set("preferences", Some(stored(&preferences)?))
            .set("notifications_enabled", notifications.map(AttributeValue::Bool));
        self.change(&keys::user(seen.person.user.id), changes).await?;
        let user = &mut seen.person.user;
        user.preferences = preferences;
        user.notifications_enabled = notifications.unwrap_or(user.notifications_enabled);
        Ok(seen)
    }
}

/// A user who is there and not deleted.
pub(crate) fn is_kept() -> Result<Condition> {
    let condition = Condition::with("attribute_exists(pk) AND #status <> :deleted");
    Ok(condition.name("#status", "status").value(":deleted", stored(&Status::Deleted)?))
}

/// What a change comes to in a user's item. Where they are called otherwise,
/// the other half of their name is to be what it was.
fn user_changes(user: &User, change: &UserChange, has_settings: bool) -> Result<Changes> {
    let text = |text: &Option<String>| text.clone().map(AttributeValue::S);
    let is_renamed = change.given_name.is_some() || change.family_name.is_some();
    let mut condition = is_kept()?;
    if is_renamed {
        for (attribute, was) in
            [("given_name", &user.given_name), ("family_name", &user.family_name)]
        {
            let (name, old) = (format!("#{attribute}"), format!(":old_{attribute}"));
            let as_it_was = format!(" AND ({name} = {old} OR attribute_not_exists({name}))");
            let expression = condition.expression.unwrap_or_default() + &as_it_was;
            condition = Condition { expression: Some(expression), ..condition };
            condition = condition.name(&name, attribute).value(&old, stored(was)?);
        }
    }
    let says_settings = change.settings != Settings::default();
    if says_settings && !has_settings {
        // Nothing can be set in what isn't there.
        let expression = condition.expression.unwrap_or_default();
        let expression = Some(expression + " AND attribute_not_exists(#settings)");
        condition = Condition { expression, ..condition };
    }
    let country = change.country.as_ref().map(stored).transpose()?;
    let avatar = change.avatar.as_ref().map(stored).transpose()?;
    let name = is_renamed.then(|| AttributeValue::S(change.applied(user).name));
    let changes = Changes::when(condition)
        .set("name", name)
        .set("given_name", text(&change.given_name))
        .set("family_name", text(&change.family_name))
        .set("country", country)
        .set("landline", text(&change.landline))
        .set("push_token", text(&change.push_token))
        .set("avatar", avatar);
    if !says_settings {
        return Ok(changes);
    }
    if !has_settings {
        let settings = stored(&user.settings.with(change.settings))?;
        return Ok(changes.set("settings", Some(settings)));
    }
    let said: Item = serde_dynamo::to_item(change.settings).map_err(Error::internal)?;
    let said = said.into_iter().filter(|(_, value)| !value.is_null());
    Ok(said.fold(changes, |changes, (attribute, value)| {
        changes.set_in("settings", &attribute, Some(value))
    }))
}

/// What a change comes to in a user's profile, whose owner nobody becomes so.
fn profile_changes(profile: &Profile, change: &UserChange) -> Result<Changes> {
    let condition = match (&change.roles, profile.is_owner()) {
        (None, _) => Condition::is_there(),
        (Some(_), owns) => {
            let not = if owns { "" } else { "NOT " };
            let owning = format!("attribute_exists(pk) AND {not}contains(#roles, :owner)");
            let owner = AttributeValue::S(OWNER.to_owned());
            Condition::with(&owning).name("#roles", "roles").value(":owner", owner)
        }
    };
    let roles = change.roles.as_ref().map(stored).transpose()?;
    let units = change.units.as_ref().map(stored).transpose()?;
    Ok(Changes::when(condition).set("roles", roles).set("business_units", units))
}

/// How a user is seen after a change.
fn changed(mut seen: UserInSight, change: &UserChange, units: Vec<BusinessUnit>) -> UserInSight {
    seen.person.user = change.applied(&seen.person.user);
    let place = seen.place.as_ref().map(|place| place.id);
    let mut profiles = seen.person.profiles.iter_mut();
    if let Some(profile) = profiles.find(|profile| Some(profile.organisation_id) == place) {
        if let Some(roles) = &change.roles {
            profile.roles = roles.iter().cloned().collect();
        }
        if let Some(wanted) = &change.units {
            profile.business_units.clone_from(wanted);
            seen.units = units;
        }
    }
    seen
}
