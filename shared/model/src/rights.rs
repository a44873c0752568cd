//! What somebody may do where, derived from their roles and from what their
//! organisation has subscribed to.
//!
//! | who | reads | writes |
//! |---|---|---|
//! | the owner of an organisation | the account, and all of its modules | the same |
//! | any other member | the account | nothing |
//! | … as `<module>-viewer` | … and the module | nothing |
//! | … as `<module>-manager` | … and the module | the module |
//! | staff | the system | the system |
//! | staff who may look alone | the system | nothing |
//!
//! A module's roles count only while the organisation has the module. `csp` and
//! `reseller` count where the organisation sells, and `member` and `user` say
//! but that somebody is one.

use std::collections::BTreeMap;

use crate::{Module, OWNER, Staff};

/// A part of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// What staff look after.
    System,
    /// An organisation, its people and its money.
    Account,
    /// What it has.
    Inventory,
    /// What it buys and sells.
    Trading,
    /// What it has carried.
    Logistics,
}

/// The areas, with what there is in each.
const RESOURCES: [(Area, &[&str]); 5] = [
    (
        Area::System,
        &[
            "api-tokens",
            "instruments",
            "organisations",
            "providers",
            "requests",
            "settings",
            "users",
        ],
    ),
    (
        Area::Account,
        &[
            "advance-pay",
            "business-connections",
            "business-units",
            "learners",
            "modules",
            "organisation",
            "users",
            "webhook",
        ],
    ),
    (Area::Inventory, &["harvests", "stock"]),
    (Area::Trading, &["contracts", "listings", "offers"]),
    (Area::Logistics, &["carriers", "movements"]),
];

/// What may be done with a resource.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadWrite {
    /// Whether it may be seen.
    pub read: bool,
    /// Whether it may be changed.
    pub write: bool,
}

/// What somebody may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// Whether they are staff.
    pub administrator: bool,
    resources: BTreeMap<Area, BTreeMap<&'static str, ReadWrite>>,
}

impl ReadWrite {
    const NOTHING: Self = Self { read: false, write: false };
    const READ: Self = Self { read: true, write: false };
    const ALL: Self = Self { read: true, write: true };

    const fn or(self, other: Self) -> Self {
        Self { read: self.read || other.read, write: self.write || other.write }
    }
}

impl Area {
    /// The area that a module of this name opens.
    fn of_module(id: &str) -> Option<Self> {
        match id {
            "inventory" => Some(Self::Inventory),
            "trading" => Some(Self::Trading),
            "logistics" => Some(Self::Logistics),
            _ => None,
        }
    }
}

impl Access {
    /// What staff may do, and nobody else.
    #[must_use]
    pub fn of_staff(staff: Staff) -> Self {
        let mut access = Self { administrator: true, ..Self::default() };
        access.grant(
            Area::System,
            match staff {
                Staff::Admin => ReadWrite::ALL,
                Staff::ReadOnly => ReadWrite::READ,
            },
        );
        access
    }

    /// What a member with these roles may do in an organisation with these
    /// modules.
    #[must_use]
    pub fn of_member(roles: &[String], modules: &[Module]) -> Self {
        let mut access = Self::default();
        access.grant(Area::Account, account(roles));
        for module in modules {
            if let Some(area) = Area::of_module(&module.id) {
                access.grant(area, in_module(&module.id, roles));
            }
        }
        access
    }

    /// What may be done with the resources of an area: those that may at least
    /// be seen.
    #[must_use]
    pub fn in_area(&self, area: Area) -> BTreeMap<&'static str, ReadWrite> {
        self.resources.get(&area).cloned().unwrap_or_default()
    }

    /// Whether there is anything to show.
    #[must_use]
    pub fn has_any(&self) -> bool {
        !self.resources.is_empty()
    }

    fn grant(&mut self, area: Area, right: ReadWrite) {
        if right == ReadWrite::NOTHING {
            return;
        }
        let resources = RESOURCES.iter().filter(|(of, _)| *of == area).flat_map(|(_, all)| *all);
        let granted = self.resources.entry(area).or_default();
        for resource in resources {
            let so_far = granted.entry(resource).or_default();
            *so_far = so_far.or(right);
        }
    }
}

fn account(roles: &[String]) -> ReadWrite {
    if holds(roles, OWNER) { ReadWrite::ALL } else { ReadWrite::READ }
}

fn in_module(id: &str, roles: &[String]) -> ReadWrite {
    let [viewer, manager] = roles_of(id);
    if holds(roles, OWNER) || holds(roles, &manager) {
        ReadWrite::ALL
    } else if holds(roles, &viewer) {
        ReadWrite::READ
    } else {
        ReadWrite::NOTHING
    }
}

fn holds(roles: &[String], role: &str) -> bool {
    roles.iter().any(|held| held == role)
}

fn roles_of(module: &str) -> [String; 2] {
    [format!("{module}-viewer"), format!("{module}-manager")]
}

/// The roles that a module has, which whoever owns the organisation gets with
/// it; none where nothing hangs on the module.
#[must_use]
pub fn roles_of_module(id: &str) -> Vec<String> {
    if Area::of_module(id).is_some() { roles_of(id).into() } else { Vec::new() }
}

/// The roles of whoever owns an organisation with these modules.
#[must_use]
pub fn roles_of_owner(modules: &[Module]) -> Vec<String> {
    let of_modules = modules.iter().flat_map(|module| roles_of_module(&module.id));
    std::iter::once(OWNER.to_owned()).chain(of_modules).collect()
}

/// The roles that may be had in any organisation.
const PLAIN: [&str; 4] = ["member", "user", "csp", "reseller"];

/// Whether a role can be given to somebody in an organisation with these modules.
/// Nobody comes to own it by being given a role.
#[must_use]
pub fn can_be_given(role: &str, modules: &[Module]) -> bool {
    let is_of = |module: &Module| roles_of_module(&module.id).iter().any(|known| known == role);
    PLAIN.contains(&role) || modules.iter().any(is_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MODULES: [&str; 4] = ["inventory", "trading", "logistics", "another"];
    const AREAS: [Area; 5] =
        [Area::System, Area::Account, Area::Inventory, Area::Trading, Area::Logistics];

    fn modules(ids: &[&str]) -> Vec<Module> {
        ids.iter().map(|&id| Module { id: id.to_owned(), name: None, price: None }).collect()
    }

    fn roles(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    /// Whether any resource of an area may be seen, and whether changed.
    fn seen(access: &Access, area: Area) -> (bool, bool) {
        let rights = access.in_area(area).into_values();
        rights
            .fold((false, false), |(read, write), right| (read || right.read, write || right.write))
    }

    #[test]
    fn an_owner_has_all_of_the_account_and_of_the_modules_that_there_are() {
        let access = Access::of_member(&roles(&[OWNER]), &modules(&["trading", "another"]));
        assert_eq!(
            AREAS.map(|area| seen(&access, area)),
            [(false, false), (true, true), (false, false), (true, true), (false, false),]
        );
        assert!(access.has_any() && !access.administrator);
    }

    #[test]
    fn a_module_is_seen_by_its_viewers_and_changed_by_its_managers() {
        let both = modules(&["trading", "logistics"]);
        let access = Access::of_member(&roles(&["trading-viewer", "logistics-manager"]), &both);
        assert_eq!(seen(&access, Area::Trading), (true, false));
        assert_eq!(seen(&access, Area::Logistics), (true, true));
        assert_eq!(seen(&access, Area::Account), (true, false));
    }

    #[test]
    fn staff_have_the_system_and_those_who_look_change_nothing() {
        for (staff, writes) in [(Staff::Admin, true), (Staff::ReadOnly, false)] {
            let access = Access::of_staff(staff);
            assert!(access.administrator);
            assert_eq!(seen(&access, Area::System), (true, writes), "{staff:?}");
            assert_eq!(seen(&access, Area::Account), (false, false), "{staff:?}");
        }
    }

    #[test]
    fn who_is_nobody_may_do_nothing() {
        let nobody = Access::default();
        assert!(!nobody.has_any() && !nobody.administrator);
    }

    #[test]
    fn only_modules_with_something_in_them_have_roles() {
        assert_eq!(roles_of_module("trading"), ["trading-viewer", "trading-manager"]);
        assert_eq!(roles_of_module("another"), [""; 0]);
    }

    #[test]
    fn what_can_be_given_hangs_on_the_modules_and_owning_is_not_among_it() {
        let trading = modules(&["trading", "another"]);
        for role in ["member", "user", "csp", "reseller", "trading-viewer", "trading-manager"] {
            assert!(can_be_given(role, &trading), "{role}");
        }
        for role in [OWNER, "logistics-viewer", "another-viewer", "admin", ""] {
            assert!(!can_be_given(role, &trading), "{role}");
        }
        assert!(!can_be_given("trading-viewer", &[]));
    }

    fn some_roles() -> impl Strategy<Value = Vec<String>> {
        let all = MODULES.iter().flat_map(|&id| roles_of(id));
        let all: Vec<_> = all.chain([OWNER.to_owned(), "another".to_owned()]).collect();
        let most = all.len();
        proptest::sample::subsequence(all, 0..=most)
    }

    fn some_modules() -> impl Strategy<Value = Vec<Module>> {
        proptest::sample::subsequence(MODULES.to_vec(), 0..=MODULES.len())
            .prop_map(|ids| modules(&ids))
    }

    proptest! {
        #[test]
        fn without_a_role_nothing_can_be_changed(modules in some_modules()) {
            let access = Access::of_member(&[], &modules);
            prop_assert!(AREAS.iter().all(|&area| !seen(&access, area).1));
        }

        #[test]
        fn a_module_that_goes_takes_its_resources_along(
            roles in some_roles(),
            all in some_modules(),
            gone in proptest::sample::select(&MODULES[..3]),
        ) {
            let rest: Vec<_> = all.iter().filter(|module| module.id != gone).cloned().collect();
            let (before, after) = (Access::of_member(&roles, &all), Access::of_member(&roles, &rest));
            for area in AREAS {
                let is_gone = Area::of_module(gone) == Some(area);
                let expected = if is_gone { BTreeMap::new() } else { before.in_area(area) };
                prop_assert_eq!(after.in_area(area), expected);
            }
        }

        #[test]
        fn more_roles_never_take_a_right_away(
            few in some_roles(),
            more in some_roles(),
            modules in some_modules(),
        ) {
            let both = [few.clone(), more].concat();
            let (before, after) = (Access::of_member(&few, &modules), Access::of_member(&both, &modules));
            for area in AREAS {
                let rights = after.in_area(area);
                for (resource, right) in before.in_area(area) {
                    let now = rights.get(resource).copied().unwrap_or_default();
                    prop_assert_eq!(now, now.or(right));
                }
            }
        }

        #[test]
        fn whatever_may_be_changed_may_be_seen(roles in some_roles(), modules in some_modules()) {
            let access = Access::of_member(&roles, &modules);
            for right in AREAS.iter().flat_map(|&area| access.in_area(area).into_values()) {
                prop_assert!(right.read);
            }
        }
    }
}
