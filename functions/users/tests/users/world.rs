//! The function between a small world and a user pool.

use std::sync::Arc;

use attesta_cognito::UserPool;
use attesta_identity::UserCaller;
use attesta_model::{
    BusinessUnit, BusinessUnitId, BusinessUnitKind, Connection, DirectoryJob, Machine, MachineKind,
    Module, Organisation, OrganisationId, Profile, Scope, User, UserId,
};
use attesta_store::{NewClient, Seed};
use attesta_testing::{Answer, Cognito, ISSUER, POOL_CLIENT, World, call, from, json};
use attesta_users::{App, router};
use axum::Router;
use serde_json::Value;

/// The world, the user pool, and the function between them.
pub(crate) struct Users {
    pub(crate) world: World,
    pub(crate) pool: Cognito,
    pub(crate) router: Router,
}

impl Users {
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let pool = Cognito::start().await;
        let app = App {
            store: world.store.clone(),
            pool: UserPool::new(&pool.config(), "pool".to_owned(), POOL_CLIENT.to_owned()),
            gate: world.provider_gate(),
            users: world.user_gate(),
        };
        Self { router: router(Arc::new(app)), world, pool }
    }

    /// Reads the caller's own profile.
    pub(crate) async fn profile(&self, caller: &UserCaller) -> Answer {
        let token = self.world.user_token(caller);
        call(&self.router, json("GET", "/customers/users/profile", &token, &Value::Null)).await
    }

    /// Posts to a path below `/customers/users/`.
    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.post_from("192.0.2.1", path, token, body).await
    }

    /// The same from an address.
    pub(crate) async fn post_from(
        &self,
        address: &str,
        path: &str,
        token: &str,
        body: &Value,
    ) -> Answer {
        let path = format!("/customers/users/{path}");
        call(&self.router, from(address, json("POST", &path, token, body))).await
    }

    /// Calls a path below `/customers/users` as a user.
    pub(crate) async fn as_user(
        &self,
        method: &str,
        path: &str,
        caller: &UserCaller,
        body: &Value,
    ) -> Answer {
        self.by(method, path, &self.world.user_token(caller), body).await
    }

    /// The same by a token.
    pub(crate) async fn by(&self, method: &str, path: &str, token: &str, body: &Value) -> Answer {
        let path = format!("/customers/users{path}");
        call(&self.router, from("192.0.2.1", json(method, &path, token, body))).await
    }

    /// Somebody of an organisation, called so, with these roles and units there.
    pub(crate) async fn somebody(
        &self,
        of: OrganisationId,
        name: &str,
        roles: &[&str],
        units: &[BusinessUnitId],
    ) -> UserCaller {
        let store = &self.world.store;
        let id = UserId(store.ids().uuid().expect("random"));
        let email = format!("{name}@example.com");
        let user = User::new(id, name, &email, store.ids().now());
        let user = User { organisation_id: Some(of), ..user };
        Seed(store).user(&user).await.expect("written");
        self.let_in(id, of, roles, units, false).await;
        UserCaller::new(id)
    }

    /// A member of the world's organisation.
    pub(crate) async fn member(&self, name: &str, roles: &[&str]) -> UserCaller {
        self.somebody(self.world.organisation, name, roles, &[]).await
    }

    /// Somebody of the other organisation who may act in the world's.
    pub(crate) async fn external(&self, name: &str, roles: &[&str]) -> UserCaller {
        let caller = self.somebody(self.world.other_organisation, name, &["member"], &[]).await;
        self.let_in(caller.user_id, self.world.organisation, roles, &[], true).await;
        caller
    }

    /// Gives somebody a part in an organisation.
    async fn let_in(
        &self,
        id: UserId,
        of: OrganisationId,
        roles: &[&str],
        units: &[BusinessUnitId],
        external: bool,
    ) {
        let roles = roles.iter().map(|&role| role.to_owned()).collect();
        let profile = Profile::new(id, of, roles);
        let profile = Profile { business_units: units.to_vec(), external, ..profile };
        Seed(&self.world.store).profile(&profile).await.expect("written");
    }

    /// A farm of the world's organisation.
    pub(crate) async fn unit(&self, name: &str) -> BusinessUnitId {
        let store = &self.world.store;
        let id = BusinessUnitId(store.ids().uuid().expect("random"));
        let unit = BusinessUnit {
            id,
            organisation_id: self.world.organisation,
            name: name.to_owned(),
            kind: BusinessUnitKind::Farm,
            business: None,
            ordinal: 1,
            version: 0,
            created_at: store.ids().now(),
        };
        Seed(store).business_unit(&unit).await.expect("written");
        id
    }

    /// Has the world's organisation subscribe to trading.
    pub(crate) async fn subscribe(&self) {
        let World { organisation, user, store, .. } = &self.world;
        let trading = Module { id: "trading".to_owned(), name: None, price: None };
        let subscribed = Organisation::new(*organisation, "one", store.ids().now());
        let subscribed =
            Organisation { owner_id: Some(user.user_id), modules: vec![trading], ..subscribed };
        Seed(store).organisation(&subscribed).await.expect("written");
    }

    /// Has the world's organisation deal with the other, and know these there.
    pub(crate) async fn connect(&self, contacts: &[UserId]) {
        let World { organisation, other_organisation, store, .. } = &self.world;
        let connection = Connection {
            organisation_id: *organisation,
            other_id: *other_organisation,
            relationships: Default::default(),
            contacts: contacts.iter().copied().collect(),
            connected: Default::default(),
            version: 1,
            created_at: store.ids().now(),
        };
        Seed(store).connection(&connection).await.expect("written");
    }

    /// A program's token, good for these scopes.
    pub(crate) async fn program(&self, scopes: &[Scope]) -> String {
        let machine = Machine::new(MachineKind::Service, None).expect("a machine");
        let scopes = scopes.iter().copied().collect();
        let new = NewClient { name: "A bot".to_owned(), scopes, expires_at: None };
        let store = &self.world.store;
        let plan = store.plan_client(&self.world.staff, machine, None).await.expect("a plan");
        let made = store.create_client(&plan, new, None).await.expect("a client");
        self.world.machine_token(made.0.id, machine, ISSUER)
    }

    /// A user as the table has them.
    pub(crate) async fn kept(&self, id: UserId) -> User {
        self.world.store.user(id).await.expect("read").expect("there")
    }

    /// What the user pool is to follow.
    pub(crate) async fn jobs(&self) -> Vec<DirectoryJob> {
        self.world.outbox().await.into_iter().flat_map(|row| row.jobs).collect()
    }
}
