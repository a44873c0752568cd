//! Machines that call in somebody's name, and what they may be allowed to do.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::OrganisationId;

/// What a machine client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MachineKind {
    /// A cloud solution provider, who sells through provider instances.
    Csp,
    /// A member, who has sub-TPPs.
    Member,
    /// A partner, who embeds providers of the marketplace.
    Partner,
    /// A reseller of a cloud solution provider.
    Reseller,
    /// A service of the platform itself.
    Service,
}

/// What a machine may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Reading what the customer API shows to services.
    CustomersRead,
    /// Making things by the customer API, where services may.
    CustomersWrite,
    /// The marketplace API.
    Marketplace,
    /// The provider instances API.
    ProviderInstances,
    /// The sub-TPPs API.
    SubTpps,
}

/// A text that is no kind of machine, or no scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a word that is known")]
pub struct NotKnown;

impl MachineKind {
    /// All, in the order of their names.
    pub const ALL: [Self; 5] =
        [Self::Csp, Self::Member, Self::Partner, Self::Reseller, Self::Service];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csp => "csp",
            Self::Member => "member",
            Self::Partner => "partner",
            Self::Reseller => "reseller",
            Self::Service => "service",
        }
    }

    /// What machines of this kind may be allowed to do.
    #[must_use]
    pub const fn scopes(self) -> &'static [Scope] {
        match self {
            Self::Csp | Self::Reseller => &[Scope::ProviderInstances],
            Self::Member => &[Scope::SubTpps],
            Self::Partner => &[Scope::Marketplace],
            Self::Service => &[Scope::CustomersRead, Scope::CustomersWrite],
        }
    }

    /// Whether such machines act for an organisation; else for the platform.
    #[must_use]
    pub const fn is_of_organisation(self) -> bool {
        !matches!(self, Self::Service)
    }
}

impl FromStr for MachineKind {
    type Err = NotKnown;

    fn from_str(text: &str) -> Result<Self, NotKnown> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or(NotKnown)
    }
}

impl Scope {
    /// All.
    pub const ALL: [Self; 5] = [
        Self::CustomersRead,
        Self::CustomersWrite,
        Self::Marketplace,
        Self::ProviderInstances,
        Self::SubTpps,
    ];

    /// Its name, as tokens and requests say it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CustomersRead => "customers:read",
            Self::CustomersWrite => "customers:write",
            Self::Marketplace => "marketplace",
            Self::ProviderInstances => "provider-instances",
            Self::SubTpps => "sub-tpps",
        }
    }
}

impl FromStr for Scope {
    type Err = NotKnown;

    fn from_str(text: &str) -> Result<Self, NotKnown> {
        Self::ALL.into_iter().find(|scope| scope.name() == text).ok_or(NotKnown)
    }
}

/// A set of scopes; its text names them with spaces between, as RFC 6749 does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Whether a scope is among them.
    #[must_use]
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether all of them are among these others.
    #[must_use]
    pub fn are_within(&self, others: &Self) -> bool {
        self.0.is_subset(&others.0)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl FromStr for Scopes {
    type Err = NotKnown;

    fn from_str(text: &str) -> Result<Self, NotKnown> {
        let named = text.split(' ').filter(|name| !name.is_empty());
        named.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl TryFrom<String> for Scopes {
    type Error = NotKnown;

    fn try_from(text: String) -> Result<Self, NotKnown> {
        text.parse()
    }
}

impl From<Scopes> for String {
    fn from(scopes: Scopes) -> Self {
        scopes.to_string()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, scope) in self.0.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            write!(f, "{space}{}", scope.name())?;
        }
        Ok(())
    }
}

/// As what a machine acts, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    kind: MachineKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organisation_id: Option<OrganisationId>,
}

impl Machine {
    /// A machine of this kind; `None` where it would lack its organisation, or
    /// have one too many.
    #[must_use]
    pub const fn new(kind: MachineKind, organisation_id: Option<OrganisationId>) -> Option<Self> {
        if kind.is_of_organisation() == organisation_id.is_some() {
            Some(Self { kind, organisation_id })
        } else {
            None
        }
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> MachineKind {
        self.kind
    }

    /// The organisation that it acts for; none acts for the platform.
    #[must_use]
    pub const fn organisation_id(&self) -> Option<OrganisationId> {
        self.organisation_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_sort_as_the_kinds_do() {
        assert!(MachineKind::ALL.into_iter().all(|kind| kind.name().parse() == Ok(kind)));
        assert!(MachineKind::ALL.is_sorted_by_key(|kind| kind.name()));
        assert!(MachineKind::ALL.is_sorted());
        assert!(Scope::ALL.into_iter().all(|scope| scope.name().parse() == Ok(scope)));
        assert_eq!("provider".parse::<MachineKind>(), Err(NotKnown));
        assert_eq!("customers".parse::<Scope>(), Err(NotKnown));
    }

    #[test]
    fn every_kind_may_be_allowed_something_and_nothing_of_anothers() {
        let all: Vec<_> = MachineKind::ALL.iter().flat_map(|kind| kind.scopes()).collect();
        assert!(Scope::ALL.iter().all(|scope| all.contains(&scope)));
        let of_services = MachineKind::Service.scopes();
        let others = MachineKind::ALL.into_iter().filter(|kind| *kind != MachineKind::Service);
        assert!(others.flat_map(MachineKind::scopes).all(|scope| !of_services.contains(scope)));
    }

    #[test]
    fn scopes_are_a_set_whatever_their_order() {
        let scopes: Scopes = "customers:write customers:read  customers:read".parse().expect("two");
        assert_eq!(scopes.to_string(), "customers:read customers:write");
        assert_eq!(serde_json::to_value(&scopes).expect("JSON"), scopes.to_string());
        assert_eq!("".parse(), Ok(Scopes::default()));
        assert_eq!("customers:read,marketplace".parse::<Scopes>(), Err(NotKnown));
        let one = Scopes::from_iter([Scope::CustomersRead]);
        assert!(one.are_within(&scopes) && !scopes.are_within(&one));
    }

    #[test]
    fn a_machine_is_of_an_organisation_or_of_the_platform() {
        let organisation = Some("0197f0a0-0000-7000-8000-00000000000a".parse().expect("an id"));
        for kind in MachineKind::ALL {
            let is_service = kind == MachineKind::Service;
            assert_eq!(Machine::new(kind, None).is_some(), is_service);
            assert_eq!(Machine::new(kind, organisation).is_some(), !is_service);
        }
    }
}
