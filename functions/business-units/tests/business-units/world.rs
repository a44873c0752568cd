//! The function in a small world.

use std::sync::Arc;

use attesta_assurance::RedTractor;
use attesta_business_units::{App, router};
use attesta_identity::UserCaller;
use attesta_imports::{Desk, kinds};
use attesta_model::{BusinessUnitId, MachineKind};
use attesta_testing::{Answer, ISSUER, World, call, json, upload};
use axum::Router;
use serde_json::{Value, json as value};

/// The world, and the function in it.
pub(crate) struct BusinessUnits {
    pub(crate) world: World,
    pub(crate) router: Router,
}

impl BusinessUnits {
    /// Without a service that vouches for anybody.
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let red_tractor = RedTractor::new(&world.aws.queues_config(), None, "red-tractor");
        Self::between(world, red_tractor)
    }

    /// With one.
    pub(crate) async fn start_with(red_tractor: RedTractor) -> Self {
        Self::between(World::start().await, red_tractor)
    }

    fn between(world: World, red_tractor: RedTractor) -> Self {
        let (store, objects) = (world.store.clone(), world.objects.clone());
        let units = kinds::BusinessUnits::new(store.clone(), red_tractor.clone());
        let app = App {
            imports: Desk::new(units, store, objects),
            store: world.store.clone(),
            red_tractor,
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
        call(&self.router, json(method, path, &token, body)).await
    }

    /// Hands in a file of units as a user, into what the other fields name.
    pub(crate) async fn import(
        &self,
        caller: &UserCaller,
        into: &[(&str, &str)],
        file: &str,
    ) -> Answer {
        let into = into.iter().map(|(name, value)| (*name, None, *value));
        let parts: Vec<_> = into.chain([("file", Some("units.csv"), file)]).collect();
        let (path, token) = ("/customers/business-units/import", self.world.user_token(caller));
        call(&self.router, upload("POST", path, &token, &parts)).await
    }

    /// Reads something as a user.
    pub(crate) async fn get(&self, caller: &UserCaller, path: &str) -> Answer {
        self.call(caller, "GET", path, &Value::Null).await
    }

    /// Reads something as a machine of the platform, or of the world's
    /// organisation.
    pub(crate) async fn get_as_machine(&self, kind: MachineKind, path: &str) -> Answer {
        let key = self.world.client(kind).await;
        let of = Some(self.world.organisation).filter(|_| kind.is_of_organisation());
        let machine = attesta_model::Machine::new(kind, of).expect("a machine");
        let token = self.world.machine_token(key.id, machine, ISSUER);
        call(&self.router, json("GET", path, &token, &Value::Null)).await
    }

    /// The owner makes a unit of the world's organisation.
    pub(crate) async fn make(&self, name: &str, kind: &str, business: Value) -> BusinessUnitId {
        let organisation = self.world.organisation;
        let body = value!({
            "organisationId": organisation, "name": name, "type": kind, "business": business,
        });
        let answer = self.call(&self.world.user, "POST", "/customers/business-units", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["id"].as_str().expect("an id").parse().expect("an id")
    }
}

/// What is wrong with which field.
pub(crate) fn problems(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 400, "{}", answer.body);
    let problems = answer.body["validation"].as_array().map(Vec::as_slice).unwrap_or_default();
    problems.iter().filter_map(|problem| problem["field"].as_str()).collect()
}
