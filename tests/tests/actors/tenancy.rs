//! The tenancy grid of the customer API: every operation as everybody who may
//! stand in any way to the organisation that it is about.

use std::collections::BTreeSet;

use attesta_identity::UserCaller;
use attesta_model::{
    Connection, Machine, MachineKind, OWNER, Organisation, OrganisationId, Profile, Relationship,
    User, UserId,
};
use attesta_store::Seed;
use attesta_testing::ISSUER;
use attesta_tests::actors::{self, Call, World};
use attesta_tests::lists;
use attesta_tests::surfaces::surfaces;

use super::world::InProcess;

const TABLE: &str = "tenancy.txt";
const HEADING: &str = "\
# Every operation of the customer API, called by everybody who may stand in any way to the
# organisation that it is about: nobody, a former owner whose sessions ended, a machine without
# a scope for it, another organisation's owner, the owner of one that it deals with, a member,
# staff who may look alone, a service with both scopes, staff, and the owner.
# UPDATE_TABLES=1 rewrites it.
";

/// How somebody stands to the organisation of a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Nobody,
    Revoked,
    Member,
    Owner,
    Foreign,
    Connected,
    Reader,
    Staff,
    Service,
    Machine,
}

impl Standing {
    const ALL: [Self; 10] = [
        Self::Nobody,
        Self::Revoked,
        Self::Machine,
        Self::Foreign,
        Self::Connected,
        Self::Member,
        Self::Reader,
        Self::Service,
        Self::Staff,
        Self::Owner,
    ];

    const fn heading(self) -> &'static str {
        match self {
            Self::Nobody => "none",
            Self::Revoked => "revoked",
            Self::Member => "member",
            Self::Owner => "owner",
            Self::Foreign => "foreign",
            Self::Connected => "connected",
            Self::Reader => "reader",
            Self::Staff => "staff",
            Self::Service => "service",
            Self::Machine => "machine",
        }
    }
}

/// A row of the grid.
#[derive(Debug)]
struct Row {
    operation: String,
    is_public: bool,
    statuses: [u16; 10],
}

impl InProcess {
    /// The token of somebody who stands so to the organisation; empty for none.
    async fn token_of(&self, standing: Standing) -> String {
        let seeded = &self.seeded;
        match standing {
            Standing::Nobody => String::new(),
            Standing::Revoked => {
                let caller = self.somebody(seeded.organisation, &[OWNER]).await;
                seeded.store.end_sessions(caller.user_id).await.unwrap();
                seeded.user_token(&caller)
            }
            Standing::Member => {
                let caller = self.somebody(seeded.organisation, &["member"]).await;
                seeded.user_token(&caller)
            }
            Standing::Owner => seeded.user_token(&seeded.user),
            Standing::Foreign => seeded.user_token(&seeded.other_user),
            Standing::Connected => seeded.user_token(&self.neighbour().await),
            Standing::Reader => seeded.user_token(&seeded.read_only_staff),
            Standing::Staff => seeded.user_token(&seeded.staff),
            Standing::Service => self.machine(MachineKind::Service, None).await,
            Standing::Machine => {
                self.machine(MachineKind::Partner, Some(seeded.organisation)).await
            }
        }
    }

    async fn machine(&self, kind: MachineKind, of: Option<OrganisationId>) -> String {
        let machine = Machine::new(kind, of).unwrap();
        let key = self.seeded.client_as(machine).await;
        self.seeded.machine_token(key.id, machine, ISSUER)
    }

    /// A user who belongs to an organisation with these roles.
    async fn somebody(&self, home: OrganisationId, roles: &[&str]) -> UserCaller {
        let store = &self.seeded.store;
        let id = UserId(store.ids().uuid().unwrap());
        let user = User::new(id, "Sam", &format!("{id}@sam.example"), store.ids().now());
        Seed(store).user(&User { organisation_id: Some(home), ..user }).await.unwrap();
        let roles = roles.iter().map(|&role| role.to_owned()).collect();
        Seed(store).profile(&Profile::new(id, home, roles)).await.unwrap();
        UserCaller::new(id)
    }

    /// The owner of an organisation that deals with the world's, as that does with
    /// it.
    async fn neighbour(&self) -> UserCaller {
        let (store, own) = (&self.seeded.store, self.seeded.organisation);
        let id = OrganisationId(store.ids().uuid().unwrap());
        let organisation = Organisation::new(id, "Neighbours", store.ids().now());
        Seed(store).organisation(&organisation).await.unwrap();
        for (organisation_id, other_id) in [(own, id), (id, own)] {
            let connection = Connection {
                organisation_id,
                other_id,
                relationships: BTreeSet::from([Relationship::Trading]),
                contacts: BTreeSet::new(),
                connected: BTreeSet::new(),
                version: 1,
                created_at: store.ids().now(),
            };
            Seed(store).connection(&connection).await.unwrap();
        }
        self.somebody(id, &[OWNER]).await
    }

    async fn call_as(&self, standing: Standing, call: &Call) -> u16 {
        let token = self.token_of(standing).await;
        let place = Standing::ALL.iter().position(|one| *one == standing).unwrap_or_default();
        self.send(&token, None, &format!("198.51.100.{place}"), call).await.status.as_u16()
    }
}

impl Row {
    /// What must hold whatever the grid says; names what doesn't.
    fn faults(&self) -> Vec<String> {
        let of = |standing| {
            let at = Standing::ALL.iter().position(|one| *one == standing).unwrap_or_default();
            self.statuses[at]
        };
        let is_in = |standing| (200..300).contains(&of(standing));
        let mut faults = Vec::new();
        for (is_so, fault) in [
            (!self.is_public && of(Standing::Nobody) != 401, "knows who brings no token"),
            (!self.is_public && of(Standing::Revoked) != 401, "takes a token that was revoked"),
            (!self.is_public && is_in(Standing::Machine), "lets a machine in that is no service"),
            (self.statuses.iter().any(|status| *status >= 500), "fails"),
        ] {
            faults.extend(is_so.then(|| format!("{} {fault}", self.operation)));
        }
        faults
    }
}

/// Calls every operation as everybody. Whoever changes something leaves their
/// world to nobody else.
async fn rows() -> Vec<Row> {
    let surfaces = surfaces();
    let customer =
        surfaces.iter().find(|surface| surface.file.starts_with("customer")).expect("a surface");
    let mut rows = Vec::new();
    for operation in customer.code.operations().values() {
        let mut statuses = [0; 10];
        let mut world = InProcess::fresh().await;
        for (status, standing) in statuses.iter_mut().zip(Standing::ALL) {
            let call = actors::sampled(&customer.code, operation, world.fixtures());
            *status = world.call_as(standing, &call).await;
            if *status < 400 && call.method != "GET" {
                world = InProcess::fresh().await;
            }
        }
        let is_public = operation.security().is_ok_and(|schemes| schemes.is_empty());
        rows.push(Row { operation: operation.title(), is_public, statuses });
    }
    rows.sort_by_key(|row| lists::by_path(&row.operation));
    rows
}

fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.operation.len()).max().unwrap_or_default();
    let line = |operation: &str, access: &str, cells: [String; 10]| {
        format!(
            "{operation:width$} {access:7}{}\n",
            cells.map(|cell| format!("{cell:>10}")).concat()
        )
    };
    let names = Standing::ALL.map(|standing| standing.heading().to_owned());
    let mut text = HEADING.to_owned() + &line("#", "", names);
    for row in rows {
        let access = if row.is_public { "public" } else { "token" };
        text += &line(&row.operation, access, row.statuses.map(|status| status.to_string()));
    }
    text
}

#[tokio::test]
async fn everybody_stands_to_an_organisation_as_the_grid_says() {
    let rows = rows().await;
    let faults: Vec<_> = rows.iter().flat_map(Row::faults).collect();
    assert!(faults.is_empty(), "{}\n{}", faults.join("\n"), table(&rows));
    lists::assert_listed(TABLE, &table(&rows));
}

#[test]
fn every_operation_of_the_customer_api_is_in_the_grid() {
    let surfaces = surfaces();
    let customer =
        surfaces.iter().find(|surface| surface.file.starts_with("customer")).expect("a surface");
    let declared = customer.code.operations().into_values().map(|one| one.title());
    assert_eq!(actors::operations(&lists::read(TABLE)), declared.collect::<BTreeSet<_>>());
}
