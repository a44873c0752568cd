//! The function over the embedded AWS, with two members.

use std::sync::Arc;

use attesta_identity::{MachineKey, UserCaller};
use attesta_model::{Machine, MachineKind, OrganisationId};
use attesta_sub_tpps::{App, Offsets, router};
use attesta_testing::{Answer, ISSUER, World, call, json};
use axum::Router;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

pub(crate) const PATH: &str = "/member/sub-tpps";

/// The world, the function in it, and two members' clients.
pub(crate) struct Members {
    pub(crate) world: World,
    pub(crate) router: Router,
    pub(crate) key: MachineKey,
    pub(crate) other_key: MachineKey,
}

/// The machine that acts for a member.
pub(crate) fn member(organisation: OrganisationId) -> Machine {
    Machine::new(MachineKind::Member, Some(organisation)).expect("a machine")
}

impl Members {
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let key = world.member(world.organisation, false).await;
        let other_key = world.member(world.other_organisation, false).await;
        let router = instance(&world);
        Self { world, router, key, other_key }
    }

    /// Another instance of the function, in the same world.
    pub(crate) fn another(&self) -> Router {
        instance(&self.world)
    }

    pub(crate) fn token_of(&self, key: &MachineKey, organisation: OrganisationId) -> String {
        self.world.machine_token(key.id, member(organisation), ISSUER)
    }

    /// The first member's token.
    pub(crate) fn token(&self) -> String {
        self.token_of(&self.key, self.world.organisation)
    }

    /// The other member's.
    pub(crate) fn other_token(&self) -> String {
        self.token_of(&self.other_key, self.world.other_organisation)
    }

    /// A call by the first member.
    pub(crate) async fn as_member(&self, method: &str, path: &str, body: &Value) -> Answer {
        call(&self.router, json(method, path, &self.token(), body)).await
    }

    /// A call by the other member.
    pub(crate) async fn as_other(&self, method: &str, path: &str, body: &Value) -> Answer {
        call(&self.router, json(method, path, &self.other_token(), body)).await
    }

    /// A call by a user.
    pub(crate) async fn as_user(
        &self,
        user: &UserCaller,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Answer {
        call(&self.router, json(method, path, &self.world.user_token(user), body)).await
    }

    /// A call by staff.
    pub(crate) async fn as_staff(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.as_user(&self.world.staff, method, path, body).await
    }

    /// The first member makes a sub-TPP; its identifier.
    pub(crate) async fn made(&self, body: &Value) -> String {
        let answer = self.as_member("POST", PATH, body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        text(&answer.body["subTppId"])
    }

    /// The first member makes one under a parent.
    pub(crate) async fn made_under(&self, domain: &str, parent: &str) -> String {
        let mut body = wanted(domain);
        body["parentSubTppId"] = json!(parent);
        self.made(&body).await
    }

    /// A sub-TPP as the first member reads it.
    pub(crate) async fn read(&self, id: &str) -> Value {
        let answer = self.as_member("GET", &format!("{PATH}/{id}"), &Value::Null).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["subTpp"].clone()
    }
}

pub(crate) fn instance(world: &World) -> Router {
    router(Arc::new(App {
        store: world.store.clone(),
        objects: world.objects.clone(),
        gate: world.provider_gate(),
        users: world.user_gate(),
        offsets: Offsets::new(world.store.clone()),
    }))
}

/// A sub-TPP with a domain.
pub(crate) fn wanted(domain: &str) -> Value {
    json!({"domain": domain, "name": "Sub-TPP Business Ltd", "merchant": {}})
}

/// A logo of so many bytes, in base 64.
pub(crate) fn logo(size: usize) -> String {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.resize(size, 7);
    STANDARD.encode(bytes)
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// An answer's status, its error's code and what it says.
pub(crate) fn refusal(answer: &Answer) -> (u16, &str, &str) {
    let error = &answer.body["error"];
    let text = |name: &str| error[name].as_str().unwrap_or_default();
    (answer.status.as_u16(), text("errorCode"), text("message"))
}
