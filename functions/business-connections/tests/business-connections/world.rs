//! The function in a small world.

use std::sync::Arc;

use attesta_business_connections::{App, router};
use attesta_identity::UserCaller;
use attesta_model::{Profile, User, UserId};
use attesta_store::Seed;
use attesta_testing::{Answer, World, call, json};
use axum::Router;
use serde_json::{Value, json as object};

pub(crate) const PATH: &str = "/customers/business-connections";

/// The world, and the function in it.
pub(crate) struct BusinessConnections {
    pub(crate) world: World,
    pub(crate) router: Router,
}

impl BusinessConnections {
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let app = App { store: world.store.clone(), users: world.user_gate() };
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
        call(&self.router, json(method, path, &token, body)).await
    }

    /// Has the world's user deal with somebody, which succeeds; the record.
    pub(crate) async fn connect(&self, body: &Value) -> Value {
        let answer = self.call(&self.world.user, "POST", PATH, body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// An organisation that nobody owns, with which the world's user deals, and
    /// its contacts in the order of their addresses.
    pub(crate) async fn shell(&self, name: &str, emails: &[&str]) -> (String, Vec<String>) {
        let contacts: Vec<_> = emails.iter().map(|email| contact(email)).collect();
        let body = object!({"name": name, "contacts": contacts});
        let record = self.connect(&body).await;
        let rows = record["connectedOrganisations"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["organisationName"] == name).expect("a row");
        let id = |email: &&str| {
            let contacts = row["contacts"].as_array().expect("contacts");
            let own = contacts.iter().find(|one| one["email"] == **email).expect("a contact");
            own["id"].as_str().expect("an id").to_owned()
        };
        let of = row["organisationId"].as_str().expect("an id").to_owned();
        (of, emails.iter().map(id).collect())
    }

    /// A member of the world's organisation who doesn't own it.
    pub(crate) async fn member(&self) -> UserCaller {
        let (seed, ids) = (Seed(&self.world.store), self.world.store.ids());
        let id = UserId(ids.uuid().expect("random"));
        let user = User::new(id, "Mia", "mia@example.com", ids.now());
        let home = self.world.organisation;
        seed.user(&User { organisation_id: Some(home), ..user }).await.expect("written");
        let roles = vec!["trading-viewer".to_owned()];
        seed.profile(&Profile::new(id, home, roles)).await.expect("written");
        UserCaller::new(id)
    }

    /// A user, as the table has them.
    pub(crate) async fn user(&self, id: &str) -> User {
        let id = id.parse().expect("an id");
        self.world.store.user(id).await.expect("read").expect("there")
    }

    /// Everybody who may not change anything, and what they are told.
    pub(crate) async fn refused(&self, method: &str, path: &str, body: &Value) {
        let member = self.member().await;
        let World { staff, read_only_staff, .. } = &self.world;
        for caller in [&member, staff, read_only_staff] {
            let answer = self.call(caller, method, path, body).await;
            assert_eq!(
                (answer.status.as_u16(), &answer.body["code"]),
                (403, &object!("forbidden"))
            );
        }
        let answer = call(&self.router, json(method, path, "", body)).await;
        assert_eq!(answer.status, 401);
    }
}

/// A contact by an address.
pub(crate) fn contact(email: &str) -> Value {
    object!({"givenName": "Una", "familyName": "Umber", "email": email})
}

/// An answer's status and its code.
pub(crate) fn told(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.body["code"].as_str().unwrap_or_default())
}

/// The names of the rows of a record.
pub(crate) fn names(record: &Value) -> Vec<&str> {
    let rows = record["connectedOrganisations"].as_array().expect("rows");
    rows.iter().map(|row| row["organisationName"].as_str().expect("a name")).collect()
}
