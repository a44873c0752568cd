//! Who calls: the tokens and keys of each actor.

use attesta_identity::TokenUse;
use attesta_model::{Machine, MachineKind, OrganisationId};
use attesta_testing::ISSUER;
use attesta_tests::actors::{Actor, Call};

use super::{InProcess, STRANGER, TASK};

/// What is for staff among the operations on organisations.
const FOR_STAFF: [&str; 10] = [
    "createOrganisation",
    "activateOrganisation",
    "syncOrganisationUsers",
    "addModule",
    "removeModule",
    "removeModuleById",
    "listOrganisations",
    "getUsersByRoles",
    "findUsersByPreferences",
    "getUsersByCommodityRegions",
];

impl InProcess {
    pub(super) fn is_for_staff(call: &Call) -> bool {
        const PREFIXES: &[&str] = &[
            "/api/v2/admin/",
            "/customers/auth/admin/",
            "/customers/admin",
            "/customers/auth/api-tokens",
            "/customers/users/api-tokens",
            "/customers/users/by-phone",
            "/customers/organisations/import",
            "/customers/system/settings",
            "/oauth2/clients",
            "/v1/Tenants",
            "/member/admin/",
            "/tpp/admin/",
        ];
        PREFIXES.iter().any(|one| call.path.starts_with(one))
            || FOR_STAFF.contains(&call.operation.as_str())
    }

    /// The token that an actor brings along; empty for none.
    pub(super) fn token(&self, actor: Actor, call: &Call) -> String {
        let seeded = &self.seeded;
        let provider = |caller, issuer| {
            let refreshes = call.operation == "refreshToken";
            let token_use = if refreshes { TokenUse::Refresh } else { TokenUse::Access };
            seeded.provider_token_for(caller, token_use, issuer)
        };
        let is_for_staff = Self::is_for_staff(call);
        let begins = |prefix| call.path.starts_with(prefix);
        let is_for_users = begins("/lapi/") || begins("/customers/");
        let is_for_members = begins("/member/");
        let member = |which, organisation, issuer| self.member_token(which, organisation, issuer);
        let is_for_sellers = call.path.starts_with("/v1/") && !is_for_staff;
        match actor {
            Actor::NoToken => String::new(),
            Actor::BogusToken => "bogus".to_owned(),
            Actor::Reader => seeded.user_token(&seeded.read_only_staff),
            Actor::Staff => seeded.user_token(&seeded.staff),
            Actor::WrongIssuer if is_for_staff => seeded.user_token_from(&seeded.staff, STRANGER),
            Actor::WrongIssuer if is_for_users => seeded.user_token_from(&seeded.user, STRANGER),
            Actor::WrongIssuer if is_for_members => member(0, seeded.organisation, STRANGER),
            Actor::WrongIssuer if is_for_sellers => self.seller(0, STRANGER),
            Actor::WrongIssuer => provider(seeded.provider, STRANGER),
            Actor::OtherTenant if is_for_staff => seeded.user_token(&seeded.user),
            Actor::OtherTenant if is_for_users => seeded.user_token(&seeded.other_user),
            Actor::OtherTenant if is_for_members => member(1, seeded.other_organisation, ISSUER),
            Actor::OtherTenant if is_for_sellers => self.seller(1, ISSUER),
            Actor::OtherTenant => provider(seeded.other_provider, ISSUER),
            Actor::Right if is_for_staff => seeded.user_token(&seeded.staff),
            Actor::Right if is_for_users => seeded.user_token(&seeded.user),
            Actor::Right if is_for_members => member(0, seeded.organisation, ISSUER),
            Actor::Right if is_for_sellers => self.seller(0, ISSUER),
            Actor::Right => provider(seeded.provider, ISSUER),
        }
    }

    /// The key that an actor shows to the marketplace.
    pub(super) fn key(&self, actor: Actor) -> Option<String> {
        let [right, other] = &self.marketplace.keys;
        let secret = || right.split_once('.').unwrap().1;
        match actor {
            Actor::NoToken | Actor::Reader | Actor::Staff => None,
            Actor::BogusToken => Some("bogus".to_owned()),
            // A key that is sound in itself, of a client that is none.
            Actor::WrongIssuer => Some(format!("{TASK}.{}", secret())),
            Actor::OtherTenant => Some(other.clone()),
            Actor::Right => Some(right.clone()),
        }
    }

    /// A token of one of the two members.
    pub(super) fn member_token(
        &self,
        which: usize,
        organisation: OrganisationId,
        issuer: &str,
    ) -> String {
        let id = self.members[which].id;
        let machine = Machine::new(MachineKind::Member, Some(organisation)).unwrap();
        self.seeded.machine_token(id, machine, issuer)
    }

    /// A token of a tenant's machine.
    pub(super) fn seller(&self, at: usize, issuer: &str) -> String {
        let (id, machine) = self.sellers[at];
        self.seeded.machine_token(id, machine, issuer)
    }
}
