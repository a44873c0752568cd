//! The function in a small world.

use std::sync::Arc;

use attesta_identity::UserCaller;
use attesta_model::{
    Connection, DirectoryJob, Machine, MachineKind, Notice, Organisation, OrganisationId, Profile,
    Relationship, Status, User, UserId,
};
use attesta_organisations::{App, Imports, router};
use attesta_store::Seed;
use attesta_testing::{Answer, ISSUER, World, call, from, json, upload, with_header};
use axum::Router;
use serde_json::Value;

/// The world, and the function in it.
pub(crate) struct Organisations {
    pub(crate) world: World,
    pub(crate) router: Router,
}

pub(crate) const BASE: &str = "/customers/organisations";

impl Organisations {
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let app = App {
            store: world.store.clone(),
            imports: Imports::new(&world.store, &world.objects),
            gate: world.provider_gate(),
            users: world.user_gate(),
        };
        Self { router: router(Arc::new(app)), world }
    }

    /// Calls an operation as a user.
    pub(crate) async fn call(
        &self,
        caller: &UserCaller,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Answer {
        let token = self.world.user_token(caller);
        let path = format!("{BASE}{path}");
        call(&self.router, from("192.0.2.1", json(method, &path, &token, body))).await
    }

    /// Hands in a file as a user, into what the other fields name.
    pub(crate) async fn import(
        &self,
        caller: &UserCaller,
        (method, kind): (&str, &str),
        into: &[(&str, &str)],
        file: &str,
    ) -> Answer {
        let into = into.iter().map(|(name, value)| (*name, None, *value));
        let parts: Vec<_> = into.chain([("file", Some("f.csv"), file)]).collect();
        let (path, token) = (format!("{BASE}/import{kind}"), self.world.user_token(caller));
        call(&self.router, upload(method, &path, &token, &parts)).await
    }

    /// The same on the world's organisation.
    pub(crate) async fn own(
        &self,
        caller: &UserCaller,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Answer {
        self.call(caller, method, &format!("/{}{path}", self.world.organisation), body).await
    }

    /// Posts a new organisation as staff, with a key.
    pub(crate) async fn post_keyed(&self, key: &str, body: &Value) -> Answer {
        let token = self.world.user_token(&self.world.staff);
        let request = json("POST", BASE, &token, body);
        call(&self.router, with_header(request, "idempotency-key", key)).await
    }

    /// Reads as a service.
    pub(crate) async fn as_service(&self, path: &str) -> Answer {
        let key = self.world.client(MachineKind::Service).await;
        let machine = Machine::new(MachineKind::Service, None).expect("a machine");
        let token = self.world.machine_token(key.id, machine, ISSUER);
        call(&self.router, json("GET", &format!("{BASE}{path}"), &token, &Value::Null)).await
    }

    /// Another member of the world's organisation.
    pub(crate) async fn member(&self, name: &str, roles: &[&str]) -> UserCaller {
        let (store, of) = (&self.world.store, self.world.organisation);
        let id = UserId(store.ids().uuid().expect("random"));
        let user = User::new(id, name, &format!("{name}@example.com"), store.ids().now());
        let user = User { organisation_id: Some(of), ..user };
        Seed(store).user(&user).await.expect("written");
        let roles = roles.iter().map(|&role| role.to_owned()).collect();
        Seed(store).profile(&Profile::new(id, of, roles)).await.expect("written");
        UserCaller::new(id)
    }

    /// Has one organisation deal with another.
    pub(crate) async fn connect(
        &self,
        of: OrganisationId,
        other: OrganisationId,
        relationships: &[Relationship],
        contacts: &[UserId],
    ) {
        let connection = Connection {
            organisation_id: of,
            other_id: other,
            relationships: relationships.iter().copied().collect(),
            contacts: contacts.iter().copied().collect(),
            connected: [].into(),
            version: 1,
            created_at: self.world.store.ids().now(),
        };
        Seed(&self.world.store).connection(&connection).await.expect("written");
    }

    /// The world's organisation, as the table has it.
    pub(crate) async fn kept(&self) -> Organisation {
        let own = self.world.store.managed_organisation(&self.world.staff, &self.id()).await;
        own.expect("there").get().clone()
    }

    /// Makes something else of the world's organisation.
    pub(crate) async fn make(&self, change: impl FnOnce(Organisation) -> Organisation) {
        let changed = change(self.kept().await);
        Seed(&self.world.store).organisation(&changed).await.expect("written");
    }

    pub(crate) async fn set_status(&self, status: Status) {
        self.make(|organisation| Organisation { status, ..organisation }).await;
    }

    /// The roles that somebody has in the world's organisation.
    pub(crate) async fn roles(&self, caller: &UserCaller) -> Vec<String> {
        let own = self.world.store.own_profile(caller).await.expect("a profile");
        own.person.profiles.into_iter().next().expect("a profile").roles
    }

    pub(crate) fn id(&self) -> String {
        self.world.organisation.to_string()
    }

    /// What the user pool is to follow.
    pub(crate) async fn jobs(&self) -> Vec<DirectoryJob> {
        self.world.outbox().await.into_iter().flat_map(|row| row.jobs).collect()
    }

    /// What people are told.
    pub(crate) async fn notices(&self) -> Vec<Notice> {
        let rows = self.world.outbox().await;
        rows.into_iter().flat_map(|row| row.messages).map(|message| message.notice).collect()
    }
}

/// The status and the machine word of an answer.
pub(crate) fn code(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.body["code"].as_str().unwrap_or_default())
}

/// The fields that something is wrong with.
pub(crate) fn faults(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 400, "{}", answer.body);
    let faults = answer.body["validation"].as_array().into_iter().flatten();
    faults.filter_map(|fault| fault["field"].as_str()).collect()
}

/// How many rows were taken, could not be read, and could not be applied.
pub(crate) fn counts(answer: &Answer) -> [u64; 3] {
    assert_eq!(answer.status, 200, "{}", answer.body);
    ["success", "validation", "errors"].map(|name| answer.body[name].as_u64().expect("a count"))
}

/// What is said of each row.
pub(crate) fn said(answer: &Answer) -> Vec<Vec<&str>> {
    let rows = answer.body["results"].as_array().into_iter().flatten();
    rows.filter_map(|row| row["message"].as_array())
        .map(|texts| texts.iter().filter_map(Value::as_str).collect())
        .collect()
}
