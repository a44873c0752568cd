//! The functions in this process, over a small world of their own.

mod callers;
mod cognito;
mod credentials;
mod fixtures;
mod functions;
mod people;
mod selling;
mod verification;

use attesta_identity::MachineKey;
use attesta_model::{CredentialId, Machine};
use attesta_openapi::examples;
use attesta_testing::{
    Answer, TestClock, World as Seeded, deployed, from, json as request, upload,
};
use attesta_tests::actors::{Actor, Call, Fixtures, World};
use axum::Router;
use axum::body::Body;
use http::{HeaderName, Request};
use serde_json::{Value, json};

const PASSWORD: &str = "Correct7horse";
/// A task of the provider's.
const TASK: &str = "0197f0a0-0000-7000-8000-00000000000a";
const STRANGER: &str = "https://issuer.example";
/// Where links may lead.
const REDIRECT: &str = "https://app.example.com";
/// The domain of the tenant.
const DOMAIN: &str = "shop.example";
const WHEN: &str = "2030-01-01T00:00:00";

/// Every function's router beside the world that it serves.
pub(crate) struct InProcess {
    pub(crate) seeded: Seeded,
    fixtures: Fixtures,
    auth: Router,
    tokens: Router,
    providers: Router,
    instances: Router,
    admin: Router,
    intake: Router,
    users: Router,
    organisations: Router,
    business_units: Router,
    business_connections: Router,
    system: Router,
    sub_tpps: Router,
    members: [MachineKey; 2],
    /// The machines of the tenant, and of another.
    sellers: Vec<(CredentialId, Machine)>,
    marketplace: Marketplace,
}

/// The marketplace, its partner's key, and another partner's.
struct Marketplace {
    router: Router,
    keys: [String; 2],
}

impl InProcess {
    /// A world with one request that waits for its provider, one notification, one
    /// sample, and one model, which a task holds.
    pub(crate) async fn fresh() -> Self {
        let seeded = Seeded::start_with(TestClock::counting()).await;
        let cognito = cognito::cognito(seeded.user_token(&seeded.user)).await;
        let mut world = Self {
            auth: functions::auth(&seeded, &cognito),
            users: functions::users(&seeded, &cognito),
            organisations: functions::organisations(&seeded),
            business_units: functions::business_units(&seeded),
            business_connections: functions::business_connections(&seeded),
            system: functions::system(&seeded),
            tokens: functions::tokens(&seeded),
            providers: functions::providers(&seeded),
            instances: functions::instances(&seeded),
            admin: functions::admin(&seeded),
            intake: functions::intake(&seeded),
            sub_tpps: functions::sub_tpps(&seeded),
            members: [
                seeded.member(seeded.organisation, true).await,
                seeded.member(seeded.other_organisation, true).await,
            ],
            marketplace: Marketplace {
                router: functions::marketplace(&seeded),
                keys: Default::default(),
            },
            fixtures: fixtures::fixtures(&seeded),
            sellers: Vec::new(),
            seeded,
        };
        world.set_up_marketplace().await;
        let request = world.submit().await;
        world.fixtures.insert("request_id".to_owned(), request);
        let notification = world.notification().await;
        for operation in ["read", "update", "patch", "delete"] {
            world.fixtures.insert(format!("{operation}Notification.id"), notification.clone());
        }
        world.set_webhook().await;
        world.hand_in_samples().await;
        let sample = world.sample().await;
        world.fixtures.insert("readSample.id".to_owned(), sample);
        world.lock().await;
        world.client().await;
        world.make_api_token().await;
        world.ask_for_link().await;
        world.somebody_to_delete().await;
        world.sub_tpp().await;
        world.connect().await;
        world.shop().await;
        world.farm().await;
        world.know_certificates().await;
        world.set_up_organisation().await;
        world.hand_in_files().await;
        world
    }

    /// The function that serves a path, and its router.
    pub(crate) fn serving(&self, path: &str) -> (&str, &Router) {
        let functions = [
            ("/customers/auth/", "auth", &self.auth),
            ("/customers/admin", "auth", &self.auth),
            ("/customers/users/api-tokens", "auth", &self.auth),
            ("/customers/users", "users", &self.users),
            ("/customers/organisations", "organisations", &self.organisations),
            ("/customers/business-units", "business-units", &self.business_units),
            ("/customers/businesses", "business-units", &self.business_units),
            ("/customers/assurance", "business-units", &self.business_units),
            ("/customers/business-connections", "business-connections", &self.business_connections),
            ("/customers/system/", "system", &self.system),
            ("/docs", "system", &self.system),
            ("/openapi/", "system", &self.system),
            ("/api/v2/auth/", "tokens", &self.tokens),
            ("/oauth2/", "tokens", &self.tokens),
            ("/.well-known/", "tokens", &self.tokens),
            ("/api/v2/admin/", "provider-admin", &self.admin),
            ("/api/v2/", "providers", &self.providers),
            ("/lapi/", "intake", &self.intake),
            ("/member/", "sub-tpps", &self.sub_tpps),
            ("/v1/", "provider-instances", &self.instances),
            ("/V1/", "provider-instances", &self.instances),
            ("/tpp/", "marketplace", &self.marketplace.router),
        ];
        let serves = |(prefix, _, _): &&(&str, &str, &Router)| path.starts_with(prefix);
        let (_, function, router) = functions.iter().find(serves).expect(path);
        (function, router)
    }

    /// The key of the member.
    pub(crate) fn member_key(&self) -> &MachineKey {
        &self.members[0]
    }

    /// The key of the marketplace's partner.
    pub(crate) fn partner_key(&self) -> &str {
        &self.marketplace.keys[0]
    }
}

impl World for InProcess {
    fn fixtures(&self) -> &Fixtures {
        &self.fixtures
    }

    fn answers_as(&self, call: &Call) -> String {
        let seeded = &self.seeded;
        if Self::is_for_staff(call) {
            return format!("staff {}", seeded.staff.user_id);
        }
        let machine = match call.path.split('/').nth(1) {
            Some("member") => Some(self.members[0].id),
            Some("v1") => Some(self.sellers[0].0),
            Some("tpp") => {
                self.marketplace.keys[0].split('.').next().and_then(|id| id.parse().ok())
            }
            _ => None,
        };
        match machine {
            Some(id) => format!("machine {id}"),
            None => format!("user {}", seeded.user.user_id),
        }
    }

    async fn audit(&self) -> Vec<Value> {
        self.seeded.aws.all("AUDIT").await
    }

    fn known(&self) -> Vec<String> {
        let seeded = &self.seeded;
        let organisations = [seeded.organisation, seeded.other_organisation];
        let people = [&seeded.user, &seeded.other_user, &seeded.staff];
        let organisations = organisations.iter().map(ToString::to_string);
        let people = people.iter().map(|one| one.user_id.to_string());
        let machines = [seeded.learner.to_string(), seeded.provider.credential_id.to_string()];
        organisations.chain(people).chain(machines).collect()
    }

    async fn call(&self, actor: Actor, call: &Call) -> examples::Answer {
        let is_for_partners = call.path.starts_with("/tpp/") && !call.path.contains("/admin/");
        let token = self.token(actor, call);
        let key = self.key(actor).filter(|_| is_for_partners);
        // Each from an address of their own, so that nobody uses up another's tries.
        let place = Actor::ALL.iter().position(|one| *one == actor).unwrap_or_default();
        told(self.send(&token, key.as_deref(), &format!("192.0.2.{place}"), call).await)
    }
}

impl InProcess {
    /// Makes a call with a token, or with a key in its place, from an address.
    pub(super) async fn send(
        &self,
        token: &str,
        key: Option<&str>,
        address: &str,
        call: &Call,
    ) -> Answer {
        let body = call.body.as_ref().unwrap_or(&Value::Null);
        let token = if key.is_some() { "" } else { token };
        let mut request = match body {
            // Operations that take a text take it as a file.
            Value::String(file) => {
                let parts = [("file", Some("file.csv"), file.as_str())];
                upload(call.method, &call.path, token, &parts)
            }
            // A client shows who it is in the form itself.
            body if call.is_form => form(&call.path, body),
            body => request(call.method, &call.path, token, body),
        };
        if let Some(key) = key {
            request = attesta_testing::with_header(request, "x-api-key", key);
        }
        for (name, value) in &call.headers {
            let name = name.parse::<HeaderName>().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let request = from(address, request);
        let (function, router) = self.serving(&call.path);
        deployed(function, attesta_testing::call(router, request)).await
    }
}

/// A longer body is no example: nobody reads it.
const LONGEST: usize = 8 * 1024;

/// An answer as examples tell it.
fn told(answer: Answer) -> examples::Answer {
    let status = answer.status.as_u16();
    let media = answer.header("content-type").unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().to_owned();
    let is_json = media.ends_with("json");
    let body = (1..=LONGEST).contains(&answer.bytes.len()).then(|| examples::Body {
        media,
        value: if is_json { answer.body } else { json!(String::from_utf8_lossy(&answer.bytes)) },
    });
    examples::Answer { status, body }
}

/// A request that posts an object of texts as a form.
fn form(path: &str, body: &Value) -> Request<Body> {
    let pairs = body.as_object().into_iter().flatten();
    let pairs: Vec<_> =
        pairs.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    attesta_testing::form(path, &pairs)
}
