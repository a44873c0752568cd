//! A user with their organisation and with what they may do.

use std::collections::BTreeMap;

use attesta_model::Area;
use attesta_store::OwnProfile;

use super::answer::answer;
use super::{Organisation, Tokens, User};

answer! {
    /// A user who is in, with their organisation and with what they may do.
    AuthenticatedProfile {
        /// The organisation that they belong to.
        organisation: Option<Organisation>,
        /// The user.
        user: Option<User>,
        /// What they may do.
        access: Option<Access>,
        /// What their organisation has subscribed to.
        features: Option<BTreeMap<String, bool>>,
        /// Their tokens, where they have just signed in.
        tokens: Option<Tokens>,
    }

    /// What somebody may do: in each area, the resources that they may at least
    /// see.
    Access {
        /// Whether they are staff.
        administrator: Option<bool>,
        /// Whether there is anything to show.
        menu: Option<bool>,
        /// What staff look after.
        system: Option<BTreeMap<String, ReadWrite>>,
        /// What the organisation has.
        inventory: Option<BTreeMap<String, ReadWrite>>,
        /// The organisation itself.
        account: Option<BTreeMap<String, ReadWrite>>,
        /// What it buys and sells.
        trading: Option<BTreeMap<String, ReadWrite>>,
        /// What it has carried.
        logistics: Option<BTreeMap<String, ReadWrite>>,
    }

    /// What may be done with a resource.
    ReadWrite {
        /// Whether it may be seen.
        read: bool,
        /// Whether it may be changed.
        write: bool,
    }
}

impl AuthenticatedProfile {
    /// The profile of a user who calls, with their tokens where they have just
    /// signed in.
    #[must_use]
    pub fn new(own: &OwnProfile, tokens: Option<Tokens>) -> Self {
        let OwnProfile { person, organisation } = own;
        let name = organisation.as_ref().map(|organisation| organisation.name.clone());
        let modules = organisation.iter().flat_map(|organisation| &organisation.modules);
        Self {
            organisation: organisation.as_ref().map(Organisation::from),
            user: Some(User { tokens: tokens.clone(), ..User::new(person, name) }),
            access: Some((&own.access()).into()),
            features: Some(modules.map(|module| (module.id.clone(), true)).collect()),
            tokens,
        }
    }
}

impl From<&attesta_model::Access> for Access {
    fn from(access: &attesta_model::Access) -> Self {
        let area = |area| {
            let rights = access.in_area(area).into_iter();
            Some(rights.map(|(name, right)| (name.to_owned(), right.into())).collect())
        };
        Self {
            administrator: Some(access.administrator),
            menu: Some(access.has_any()),
            system: area(Area::System),
            inventory: area(Area::Inventory),
            account: area(Area::Account),
            trading: area(Area::Trading),
            logistics: area(Area::Logistics),
        }
    }
}

impl From<attesta_model::ReadWrite> for ReadWrite {
    fn from(right: attesta_model::ReadWrite) -> Self {
        Self { read: right.read, write: right.write }
    }
}
