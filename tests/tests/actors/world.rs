//! The functions in this process, over a small world of their own.

use std::sync::Arc;

use attesta_assurance::RedTractor;
use attesta_cognito::UserPool;
use attesta_identity::{MachineKey, TokenUse};
use attesta_model::verification::SampleStatus;
use attesta_model::{
    AdvancePay, CertificateQuery, CredentialId, Error, Machine, MachineKind, Module, Notice,
    OrganisationId, Profile, Result, User, UserId,
};
use attesta_runtime::Surface;
use attesta_store::Seed;
use attesta_store::access::{ImportInto, Importers};
use attesta_testing::{
    ISSUER, POOL_API_CLIENT, POOL_CLIENT, World as Seeded, from, json as request, upload,
    with_header,
};
use attesta_tests::actors::{Actor, Call, Fixtures, World};
use attesta_tokens::{Broker, SecretTexts, SigningKeys, Texts};
use attesta_wire::Slash;
use attesta_wire::auth::Boxed;
use attesta_wire::provider::Base;
use axum::body::Body;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::{Json, Router};
use http::{HeaderMap, HeaderName, Request, StatusCode};
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
        let seeded = Seeded::start().await;
        let cognito = cognito(seeded.user_token(&seeded.user)).await;
        let mut world = Self {
            auth: auth(&seeded, &cognito),
            users: users(&seeded, &cognito),
            organisations: organisations(&seeded),
            business_units: business_units(&seeded),
            business_connections: business_connections(&seeded),
            system: system(&seeded),
            tokens: tokens(&seeded),
            providers: providers(&seeded),
            instances: instances(&seeded),
            admin: admin(&seeded),
            intake: intake(&seeded),
            sub_tpps: sub_tpps(&seeded),
            members: [
                seeded.member(seeded.organisation, true).await,
                seeded.member(seeded.other_organisation, true).await,
            ],
            marketplace: Marketplace { router: marketplace(&seeded), keys: Default::default() },
            fixtures: fixtures(&seeded),
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

    /// Nobody is certified at a place, as is known already. The parameter that an
    /// operation must have doesn't say which place.
    async fn know_certificates(&mut self) {
        let query = CertificateQuery::new(Some("GBR"), Some("A1"), None).unwrap();
        self.seeded.store.keep_certificates(&query, &[]).await.unwrap();
        let name = "listRedTractorCertificates.country".to_owned();
        self.fixtures.insert(name, json!("GBR&postcode=A1"));
    }

    /// Has the organisation deal with another, one of whose contacts it lets in.
    async fn connect(&mut self) {
        const PATH: &str = "/customers/business-connections";
        let token = self.seeded.user_token(&self.seeded.user);
        let contacts = json!([{"email": "una@farm.example"}, {"email": "uma@farm.example"}]);
        let body = json!({"name": "Far Farm", "contacts": contacts});
        let made = request("POST", PATH, &token, &body);
        let made = attesta_testing::call(&self.business_connections, made).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.body);
        let farm = &made.body["connectedOrganisations"][0];
        let (id, contacts) = (&farm["organisationId"], &farm["contacts"]);
        let let_in = contacts[0]["id"].as_str().unwrap();
        let path = format!("{PATH}/{}/contacts/{let_in}", id.as_str().unwrap());
        let answer = request("PUT", &path, &token, &Value::Null);
        let answer = attesta_testing::call(&self.business_connections, answer).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let mut set = |name: &str, value: Value| self.fixtures.insert(name.to_owned(), value);
        for operation in
            ["deleteBusinessConnection", "addRelationship", "connectContact", "disconnectContact"]
        {
            set(&format!("{operation}.id"), id.clone());
        }
        set("addRelationship.relationship", json!("trading"));
        set("connectContact.userId", contacts[1]["id"].clone());
        set("disconnectContact.userId", contacts[0]["id"].clone());
        let new = json!({"name": "Near Farm", "contacts": [{"email": "una@near.example"}]});
        set("createBusinessConnection", new.clone());
        set("checkBusinessConnection", new);
    }

    /// A file for each import, and a job of each kind whose file is uploaded.
    async fn hand_in_files(&mut self) {
        let Seeded { store, staff, aws, organisation, .. } = &self.seeded;
        let organisation_id = Some(organisation.to_string());
        let into = ImportInto { organisation_id, organisation_name: None };
        let target = store.import_target(staff, Importers::StaffAndOwners, &into).await.unwrap();
        let managed = store.managed_organisation(staff, &organisation.to_string()).await.unwrap();
        let account = AdvancePay {
            account_name: "Una".to_owned(),
            sort_code: "12-34-56".to_owned(),
            account_number: "12345678".to_owned(),
            status: None,
        };
        store.set_advance_pay(&managed, &account).await.unwrap();
        let agreed = format!("organisationId,status\n{organisation},yes\n");
        for (operation, file) in [
            ("importBusinessUnits", "name,type\nA,farm\n"),
            ("importOrganisations", "name,countryISO\nAcme,GB\n"),
            ("importPreferences", "email,commodity\none@example.com,1\n"),
            ("setPreferences", "email,commodity\none@example.com,1\n"),
            ("importFinMidStatus", &agreed),
        ] {
            self.fixtures.insert(operation.to_owned(), json!(file));
        }
        let home = json!({"organisationId": organisation});
        self.fixtures.insert("createBusinessUnitsImportJob".to_owned(), home);
        for (noun, kind) in [
            ("BusinessUnits", "business-units"),
            ("Organisations", "organisations"),
            ("Preferences", "preferences"),
            ("PreferencesOverwriting", "preferences-overwriting"),
            ("FinMidStatus", "finmid-status"),
        ] {
            let job = store.create_import(kind, &target).await.unwrap();
            aws.bucket.put_bytes(&format!("uploads/imports/{}", job.id), "name\nA\n");
            for verb in ["get", "start"] {
                self.fixtures.insert(format!("{verb}{noun}ImportJob.id"), json!(job.id));
            }
        }
    }

    /// Gives the organisation a module, and a member who may come to own it.
    async fn set_up_organisation(&mut self) {
        let Seeded { store, staff, organisation: id, .. } = &self.seeded;
        let kept = store.managed_organisation(staff, &id.to_string()).await.unwrap();
        let module = Module { id: "trading".to_owned(), name: None, price: None };
        Seed(store).organisation(&kept.get().with_module(&module)).await.unwrap();
        let una = UserId(store.ids().uuid().unwrap());
        let user = User::new(una, "Una", "una@example.com", store.ids().now());
        let user = User { organisation_id: Some(*id), ..user };
        Seed(store).user(&user).await.unwrap();
        Seed(store).profile(&Profile::new(una, *id, Vec::new())).await.unwrap();
        let own = json!(id);
        let mut set = |name: &str, value: Value| self.fixtures.insert(name.to_owned(), value);
        for operation in [
            "getOrganisation",
            "updateOrganisation",
            "updateAdvancePay",
            "activateOrganisation",
            "syncOrganisationUsers",
            "addModule",
            "removeModule",
            "removeModuleById",
            "requestModule",
        ] {
            set(&format!("{operation}.id"), own.clone());
        }
        set("newOwnerUserId", json!(una));
    }

    /// A unit of the organisation's.
    async fn farm(&mut self) {
        let (organisation, user) = (self.seeded.organisation, &self.seeded.user);
        let body = json!({
            "organisationId": organisation, "name": "A farm", "type": "farm",
            "business": {"name": "A farm"},
        });
        let token = self.seeded.user_token(user);
        let request = request("POST", "/customers/business-units", &token, &body);
        let answer = attesta_testing::call(&self.business_units, request).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        for name in
            ["getBusiness.id", "getBusinessesByBusinessUnitIds.ids", "updateBusinessUnit.id"]
        {
            self.fixtures.insert(name.to_owned(), answer.body["id"].clone());
        }
        self.fixtures.insert("updateBusinessUnit.name".to_owned(), json!("Another name"));
    }

    /// Asks for a link that signs the world's user in.
    async fn ask_for_link(&mut self) {
        let (store, id) = (&self.seeded.store, self.seeded.user.user_id);
        let user = store.user(id).await.unwrap().unwrap();
        let subject = Some(store.ids().uuid().unwrap());
        let phone = Some("+447700900001".to_owned());
        Seed(store).user(&User { subject, phone, ..user }).await.unwrap();
        let body = json!({"id": id, "redirect": REDIRECT});
        let request = request("POST", "/customers/auth/magic-link", "", &body);
        let answer = attesta_testing::call(&self.auth, request).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let rows = self.seeded.outbox().await;
        let secret = rows.iter().flat_map(|row| &row.messages).find_map(|one| match &one.notice {
            Notice::MagicLink { link, .. } => link.split_once('#').map(|(_, secret)| json!(secret)),
            _ => None,
        });
        self.fixtures.insert("verifyMagicLink.id".to_owned(), secret.expect("a link"));
    }

    /// A member of the organisation who owns nothing.
    async fn somebody_to_delete(&mut self) {
        let (store, organisation) = (&self.seeded.store, self.seeded.organisation);
        let id = UserId(store.ids().uuid().unwrap());
        let user = User::new(id, "mia", "mia@example.com", store.ids().now());
        let user = User { organisation_id: Some(organisation), ..user };
        Seed(store).user(&user).await.unwrap();
        Seed(store).profile(&Profile::new(id, organisation, Vec::new())).await.unwrap();
        self.fixtures.insert("deleteUser.id".to_owned(), json!(id));
    }

    /// A sub-TPP of the organisation's, which awaits approval.
    async fn sub_tpp(&mut self) {
        let body = json!({"domain": "one.example.com", "name": "One", "merchant": {}});
        let token = self.member_token(0, self.seeded.organisation, ISSUER);
        let request = request("POST", "/member/sub-tpps", &token, &body);
        let answer = attesta_testing::call(&self.sub_tpps, request).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        self.fixtures.insert("subTppId".to_owned(), answer.body["subTppId"].clone());
    }

    /// A token of one of the two members.
    fn member_token(&self, which: usize, organisation: OrganisationId, issuer: &str) -> String {
        let id = self.members[which].id;
        let machine = Machine::new(MachineKind::Member, Some(organisation)).unwrap();
        self.seeded.machine_token(id, machine, issuer)
    }

    /// A sample that its provider has not validated yet, and one that it has not
    /// begun to.
    async fn hand_in_samples(&mut self) {
        let Seeded { provider, .. } = self.seeded;
        let unseen = self.seeded.hand_in(Seeded::PLAGIARISM).await;
        self.seeded.set_validating(&[provider]).await;
        let sample = self.seeded.hand_in(Seeded::PLAGIARISM).await;
        let validation = self.seeded.own_validation(provider, sample).await.row().id;
        let mut set = |name: &str, value: Value| self.fixtures.insert(name.to_owned(), value);
        set("sample_id", json!(sample.to_string()));
        set("createValidation.sample_id", json!(unseen.to_string()));
        for operation in ["read", "update", "patch", "delete"] {
            set(&format!("{operation}Validation.id"), json!(validation.to_string()));
        }
        set("setValidationStatus.id", json!(validation.to_string()));
    }

    /// Has a program sign in in the user's name.
    async fn make_api_token(&mut self) {
        let (token, secret) = self.seeded.api_token(&["owner"]).await;
        for operation in ["authAuthenticateApiToken", "authenticateApiToken"] {
            self.fixtures.insert(format!("{operation}.token"), json!(secret.expose()));
        }
        for operation in ["getApiToken", "revokeApiToken"] {
            self.fixtures.insert(format!("{operation}.id"), json!(token.id.to_string()));
        }
    }

    /// Has the organisation told of what happens.
    async fn set_webhook(&self) {
        let Seeded { organisation, user, .. } = &self.seeded;
        let path = format!("/lapi/v1/webhook/{organisation}/");
        let body = json!({"url": "https://hooks.example.com/"});
        let request = request("PUT", &path, &self.seeded.user_token(user), &body);
        let answer = attesta_testing::call(&self.intake, request).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    }

    /// Submits a request; yields its id.
    async fn submit(&self) -> Value {
        let Seeded { organisation, learner, user, .. } = &self.seeded;
        let path = format!("/lapi/v1/verification/{organisation}/{learner}/");
        let body = json!({"instruments": [Seeded::PLAGIARISM], "data": "An essay."});
        let request = request("POST", &path, &self.seeded.user_token(user), &body);
        let answer = attesta_testing::call(&self.intake, request).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.body["id"].clone()
    }

    /// Asks for a notification; yields its id.
    async fn notification(&self) -> Value {
        let path = format!("/api/v2/provider/{}/notification/", self.seeded.provider.provider_id);
        let body = json!({"key": "a key", "when": WHEN});
        let token = self.seeded.provider_token(self.seeded.provider);
        let answer = attesta_testing::call(&self.providers, request("POST", &path, &token, &body));
        answer.await.body["id"].clone()
    }

    /// Puts a sample; yields its id.
    async fn sample(&self) -> Value {
        let learner = self.seeded.learner;
        let valid = [SampleStatus::Valid];
        json!(self.seeded.put_samples(learner, Seeded::PLAGIARISM, &valid).await[0])
    }

    /// A machine client; it is the one that asks for a token, too.
    async fn client(&mut self) {
        let key = self.seeded.client(MachineKind::Service).await;
        let mut set = |name: &str, value: Value| self.fixtures.insert(name.to_owned(), value);
        set("client_id", json!(key.id));
        set("issueToken.client_id", json!(key.id));
        set("issueToken.client_secret", json!(key.secret.expose()));
    }

    /// Locks the learner's model.
    async fn lock(&self) {
        let Seeded { provider, learner, .. } = &self.seeded;
        let path = format!("/api/v2/provider/{}/enrolment/", provider.provider_id);
        let body = json!({"learner_id": learner, "task_id": TASK});
        let request = request("POST", &path, &self.seeded.provider_token(*provider), &body);
        let answer = attesta_testing::call(&self.providers, request).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    }

    /// A tenant with a reseller, a customer who has something, and one who
    /// hasn't. Both tenants' machines are the callers.
    async fn shop(&mut self) {
        let Seeded { organisation, other_organisation, staff, .. } = &self.seeded;
        let (organisation, staff) = (*organisation, self.seeded.user_token(staff));
        for of in [organisation, *other_organisation] {
            let machine = Machine::new(MachineKind::Csp, Some(of)).unwrap();
            let key = self.seeded.client_as(machine).await;
            self.sellers.push((key.id, machine));
        }
        let tenant = json!({"organisationId": organisation, "domains": [DOMAIN]});
        self.made("/v1/Tenants", &staff, &tenant).await;
        let name = json!({"name": "x"});
        let reseller = self.made("/v1/Resellers", &staff, &name).await;
        let customer = self.made("/v1/Customers", &staff, &name).await;
        let empty = self.made("/v1/Customers", &staff, &name).await;
        let kind = json!({"name": "x", "providerType": "x"});
        let instance = self.made("/v1/Providers/Instances", &staff, &kind).await;
        let another = self.made("/v1/Providers/Instances", &staff, &kind).await;
        let sold = |instance: &Value| {
            json!({"providerInstanceId": instance, "providerCustomerData": null,
                "margin": {"value": 5, "marginRule": {"name": "markup"}}})
        };
        let own = self.seller(0, ISSUER);
        let path = format!("/v1/Customers/{}", customer.as_str().unwrap());
        self.made(&format!("{path}/provider-instances"), &own, &sold(&instance)).await;
        let link = format!("{path}/Resellers/{}", reseller.as_str().unwrap());
        let shown = with_header(request("PUT", &link, &own, &Value::Null), "x-tenant", DOMAIN);
        let shown = attesta_testing::call(&self.instances, shown).await;
        assert_eq!(shown.status, StatusCode::NO_CONTENT);
        let mut set = |name: &str, value: Value| self.fixtures.insert(name.to_owned(), value);
        set("addProviderInstance", sold(&another));
        set("tenantId", json!(organisation));
        set("resellerId", reseller);
        set("customerId", customer);
        set("showCustomer.customerId", empty.clone());
        set("removeCustomer.customerId", empty);
        set("providerInstanceId", instance);
    }

    /// Makes something of a tenant's; yields its id.
    async fn made(&self, path: &str, token: &str, body: &Value) -> Value {
        let request = with_header(request("POST", path, token, body), "x-tenant", DOMAIN);
        let answer = attesta_testing::call(&self.instances, request).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.body
    }

    /// A token of a tenant's machine.
    fn seller(&self, at: usize, issuer: &str) -> String {
        let (id, machine) = self.sellers[at];
        self.seeded.machine_token(id, machine, issuer)
    }

    /// A partner whose deployment has a provider of the marketplace, and another
    /// partner that may see nothing.
    async fn set_up_marketplace(&mut self) {
        let staff = self.seeded.user_token(&self.seeded.staff);
        let call = async |method: &str, path: &str, body: Value| {
            let request = request(method, path, &staff, &body);
            attesta_testing::call(&self.marketplace.router, request).await.body
        };
        let (providers, partners) = ("/tpp/admin/providers", "/tpp/admin/partners");
        let listing = json!({"name": "x", "description": "x", "categories": {"x": ["x", "y"]}});
        let tpp = call("POST", providers, listing).await["id"].as_str().unwrap().to_owned();
        let mut keys = Vec::new();
        let mut ids = Vec::new();
        for name in ["One", "Two"] {
            let partner = json!({"name": name, "deployments": ["shop"]});
            let id = call("POST", partners, partner).await["id"].as_str().unwrap().to_owned();
            let path = format!("{partners}/{id}/keys");
            let key = call("POST", &path, json!({"name": "x"})).await;
            keys.push(key["api_key"].as_str().unwrap().to_owned());
            ids.push(id);
        }
        call("PUT", &format!("{partners}/{}/providers/{tpp}", ids[0]), Value::Null).await;
        let enabling = json!({"tpp_id": tpp, "cp_deployment_id": "shop", "enable": true,
            "product_type": "x"});
        let enable = request("POST", "/tpp/enable", "", &enabling);
        let enable = attesta_testing::with_header(enable, "x-api-key", &keys[0]);
        let answer = attesta_testing::call(&self.marketplace.router, enable).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let mut set = |name: &str, value: Value| self.fixtures.insert(name.to_owned(), value);
        set("tpp_id", json!(tpp));
        set("partner_id", json!(ids[0]));
        let mut another = enabling;
        another["product_type"] = json!("y");
        set("enableProvider", another);
        set("adminApproveTpp.partner_id", json!(ids[1]));
        set("upsertProviderCustomer", json!({"id": "1"}));
        set("adminCreateTpp", json!({"name": "y", "description": "y", "categories": {"y": ["y"]}}));
        set("adminCreatePartner.name", json!("Three"));
        self.marketplace.keys = [keys.remove(0), keys.remove(0)];
    }

    fn is_for_staff(call: &Call) -> bool {
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

    /// The key that an actor shows to the marketplace.
    fn key(&self, actor: Actor) -> Option<String> {
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

    pub(crate) fn router(&self, path: &str) -> &Router {
        let functions = [
            ("/customers/auth/", &self.auth),
            ("/customers/admin", &self.auth),
            ("/customers/users/api-tokens", &self.auth),
            ("/customers/users", &self.users),
            ("/customers/organisations", &self.organisations),
            ("/customers/business-units", &self.business_units),
            ("/customers/businesses", &self.business_units),
            ("/customers/assurance", &self.business_units),
            ("/customers/business-connections", &self.business_connections),
            ("/customers/system/", &self.system),
            ("/api/v2/auth/", &self.tokens),
            ("/oauth2/", &self.tokens),
            ("/.well-known/", &self.tokens),
            ("/api/v2/admin/", &self.admin),
            ("/api/v2/", &self.providers),
            ("/lapi/", &self.intake),
            ("/member/", &self.sub_tpps),
            ("/v1/", &self.instances),
            ("/V1/", &self.instances),
            ("/tpp/", &self.marketplace.router),
        ];
        let serves = |(prefix, _): &&(&str, &Router)| path.starts_with(prefix);
        functions.iter().find(serves).expect(path).1
    }

    /// The key of the member.
    pub(crate) fn member_key(&self) -> &MachineKey {
        &self.members[0]
    }

    /// The key of the marketplace's partner.
    pub(crate) fn partner_key(&self) -> &str {
        &self.marketplace.keys[0]
    }

    /// The token that an actor brings along; empty for none.
    fn token(&self, actor: Actor, call: &Call) -> String {
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

    async fn call(&self, actor: Actor, call: &Call) -> u16 {
        let is_for_partners = call.path.starts_with("/tpp/") && !call.path.contains("/admin/");
        let token = self.token(actor, call);
        let key = self.key(actor).filter(|_| is_for_partners);
        // Each from an address of their own, so that nobody uses up another's tries.
        let place = Actor::ALL.iter().position(|one| *one == actor).unwrap_or_default();
        self.send(&token, key.as_deref(), &format!("192.0.2.{place}"), call).await
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
    ) -> u16 {
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
        let answer = attesta_testing::call(self.router(&call.path), request).await;
        answer.status.as_u16()
    }
}

/// A request that posts an object of texts as a form.
fn form(path: &str, body: &Value) -> Request<Body> {
    let pairs = body.as_object().into_iter().flatten();
    let pairs: Vec<_> =
        pairs.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    attesta_testing::form(path, &pairs)
}

fn fixtures(seeded: &Seeded) -> Fixtures {
    let provider = seeded.provider.provider_id.to_string();
    let fixtures = [
        ("id", json!(provider)),
        ("provider_id", json!(provider)),
        ("role_id", json!(seeded.provider.credential_id.to_string())),
        ("organisation_id", json!(seeded.organisation.to_string())),
        ("learner_id", json!(seeded.learner.to_string())),
        ("adminReadInstrument.id", json!(Seeded::PLAGIARISM)),
        ("adminUpdateInstrument.id", json!(Seeded::PLAGIARISM)),
        ("adminPatchInstrument.id", json!(Seeded::PLAGIARISM)),
        ("adminListProviders.id", json!(Seeded::PLAGIARISM)),
        ("adminCreateProvider.id", json!(Seeded::PLAGIARISM)),
        ("adminReadProvider.id", json!(Seeded::PLAGIARISM)),
        ("adminUpdateProvider.id", json!(Seeded::PLAGIARISM)),
        ("adminPatchProvider.id", json!(Seeded::PLAGIARISM)),
        ("adminDeleteProvider.id", json!(Seeded::PLAGIARISM)),
        ("adminListCredentials.id", json!(Seeded::PLAGIARISM)),
        ("adminRotateCredential.id", json!(Seeded::PLAGIARISM)),
        ("adminRevokeCredential.id", json!(Seeded::PLAGIARISM)),
        ("putLearner.learner_id", json!(TASK)),
        ("createEnrolment.task_id", json!(TASK)),
        ("updateEnrolment.task_id", json!(TASK)),
        ("patchEnrolment.task_id", json!(TASK)),
        ("unlockEnrolment.token", json!(TASK)),
        ("approle.role_id", json!(seeded.provider.credential_id.to_string())),
        ("approle.secret_id", json!(seeded.secret.expose())),
        ("refreshToken.token", json!(seeded.provider_token(seeded.provider))),
        ("issueToken.grant_type", json!("client_credentials")),
        ("createClient.name", json!("A service")),
        ("createClient.kind", json!("service")),
        ("createClient.scopes", json!(["customers:read"])),
        ("page.limit", json!(10)),
        ("createSubTpp.domain", json!("two.example.com")),
        ("memberId", json!(seeded.organisation.to_string())),
        ("createMember.name", json!("A member")),
        ("changeMember.requiresApproval", json!(false)),
        ("rejectSubTpp.reason", json!("Not with us.")),
        ("login.username", json!("one@example.com")),
        ("login.password", json!(PASSWORD)),
        ("answerChallenge.username", json!("one@example.com")),
        ("answerChallenge.newPassword", json!(PASSWORD)),
        ("refreshTokens.refreshToken", json!(format!("{}.refresh", seeded.user.user_id))),
        ("changePassword.oldPassword", json!(PASSWORD)),
        ("changePassword.newPassword", json!(PASSWORD)),
        ("changePassword.confirmNewPassword", json!(PASSWORD)),
        ("forgottenPassword.username", json!("one@example.com")),
        ("resetPassword.username", json!("one@example.com")),
        ("resetPassword.password", json!(PASSWORD)),
        ("resetPassword.passwordConfirm", json!(PASSWORD)),
        ("resetPassword.confirmationCode", json!("123456")),
        ("confirmSignup.username", json!("one@example.com")),
        ("confirmSignup.confirmationCode", json!("123456")),
        ("resend.username", json!("one@example.com")),
        ("verifyTotp.code", json!("123456")),
        ("adminResetPassword.username", json!("one@example.com")),
        ("adminSetPassword.username", json!("one@example.com")),
        ("adminSetPassword.password", json!(PASSWORD)),
        ("adminResetTotp.username", json!("one@example.com")),
        ("createAdminUser.email", json!("new@example.com")),
        ("createAdminUser.password", json!(PASSWORD)),
        ("verifyAttributeUpdate.code", json!("123456")),
        ("createUser.email", json!("sam@farm.example")),
        ("createUser.phone", json!("+447400123457")),
        ("createUser.organisationId", json!(seeded.organisation)),
        ("getUser.id", json!(seeded.user.user_id)),
        ("getUserBasic.id", json!(seeded.user.user_id)),
        ("updateUser.id", json!(seeded.user.user_id)),
        ("updateUser.givenName", json!("Uma")),
        ("exportUser.id", json!(seeded.user.user_id)),
        ("getUsersByIds.ids", json!(seeded.user.user_id)),
        ("getUsersSummary.ids", json!(seeded.user.user_id)),
        ("setBuyerPreferences.preferences", json!([])),
        ("lookupUserByPhone.phone", json!("+447400123457")),
        ("requestFullAccount.emailAddress", json!("una@farm.example")),
        ("requestFullAccount.phone", json!("+447400123456")),
        ("authGenerateApiToken.userId", json!(seeded.user.user_id.to_string())),
        ("authGenerateApiToken.hours", json!(1)),
        ("authGenerateApiToken.roles", json!([])),
        ("generateApiToken.userId", json!(seeded.user.user_id.to_string())),
        ("generateApiToken.hours", json!(1)),
        ("generateApiToken.roles", json!(["owner"])),
        ("swapUserPool.username", json!("one@example.com")),
        ("swapUserPool.password", json!(PASSWORD)),
        ("changeMarketplacePassword.oldPassword", json!(PASSWORD)),
        ("changeMarketplacePassword.email", json!("one@example.com")),
        ("changeMarketplacePassword.newPassword", json!(PASSWORD)),
        ("changeMarketplacePassword.confirmNewPassword", json!(PASSWORD)),
        ("sendMagicLink.redirect", json!(REDIRECT)),
        ("createVerification.instruments", json!([Seeded::PLAGIARISM])),
        ("createVerification.data", json!("Another essay.")),
        ("createSample.instrument", json!(Seeded::PLAGIARISM)),
        ("createSample.data", json!("A sample.")),
        ("updateRequest.status", json!(6)),
        ("patchRequest.status", json!(6)),
        ("setRequestStatus.status", json!(6)),
        ("createBusinessUnit.organisationId", json!(seeded.organisation.to_string())),
        ("createBusinessUnit.name", json!("Another farm")),
        ("createBusinessUnit.type", json!("farm")),
        ("getBusinessUnits.id", json!(seeded.organisation.to_string())),
        ("getBusinessUnitsSummary.id", json!(seeded.organisation.to_string())),
        ("X-Tenant", json!(DOMAIN)),
        ("createTenant.name", json!("New")),
        ("createTenant.domains", json!(["new.example"])),
        ("createReseller.name", json!("New")),
        ("quotePrice.list", json!(80)),
        ("quotePrice.erp", json!(100)),
        ("when", json!(WHEN)),
        ("getUsersByRoles.include", json!("trading-manager")),
        ("commodityId", json!(1)),
        ("updateSystemSettings.logging", json!({"level": "info", "filter": ""})),
        ("createOrganisation.name", json!("Field Farm")),
        ("createOrganisation.ownerContact", json!({"email": "ada@farm.example"})),
        ("getOrganisationsByIds.ids", json!(seeded.organisation)),
        ("updateOrganisation.name", json!("Field Farm")),
        ("updateAdvancePay.sortCode", json!("12-34-56")),
        ("updateAdvancePay.accountNumber", json!("12345678")),
        ("moduleId", json!("trading")),
        ("addModule", json!({"id": "logistics", "price": null})),
        ("removeModule", json!({"id": "trading"})),
        ("requestModule", json!({"id": "logistics"})),
    ];
    fixtures.map(|(name, value)| (name.to_owned(), value)).into()
}

fn auth(seeded: &Seeded, cognito: &str) -> Router {
    let router = {
        attesta_auth::router(Arc::new(attesta_auth::App {
            store: seeded.store.clone(),
            pool: pool(seeded, cognito, POOL_CLIENT),
            api_pool: pool(seeded, cognito, POOL_API_CLIENT),
            marketplace: pool(seeded, cognito, "other"),
            redirects: REDIRECT.parse().expect("a list"),
            gate: seeded.user_gate(),
        }))
    };
    served::<attesta_auth::Dialect>(router, Slash::Never, seeded)
}

fn users(seeded: &Seeded, cognito: &str) -> Router {
    let router = attesta_users::router(Arc::new(attesta_users::App {
        store: seeded.store.clone(),
        pool: pool(seeded, cognito, POOL_CLIENT),
        gate: seeded.provider_gate(),
        users: seeded.user_gate(),
    }));
    served::<attesta_users::Dialect>(router, Slash::Never, seeded)
}

fn organisations(seeded: &Seeded) -> Router {
    let router = attesta_organisations::router(Arc::new(attesta_organisations::App {
        store: seeded.store.clone(),
        imports: attesta_organisations::Imports::new(&seeded.store, &seeded.objects),
        gate: seeded.provider_gate(),
        users: seeded.user_gate(),
    }));
    served::<attesta_organisations::Dialect>(router, Slash::Never, seeded)
}

fn business_units(seeded: &Seeded) -> Router {
    let nobody = &seeded.aws.queues_config();
    let red_tractor = RedTractor::new(nobody, None, "red-tractor");
    let (store, objects) = (seeded.store.clone(), seeded.objects.clone());
    let units = attesta_imports::kinds::BusinessUnits::new(store.clone(), red_tractor.clone());
    let router = attesta_business_units::router(Arc::new(attesta_business_units::App {
        imports: attesta_imports::Desk::new(units, store, objects),
        store: seeded.store.clone(),
        red_tractor,
        gate: seeded.provider_gate(),
        users: seeded.user_gate(),
    }));
    served::<attesta_business_units::Dialect>(router, Slash::Never, seeded)
}

fn business_connections(seeded: &Seeded) -> Router {
    let router =
        attesta_business_connections::router(Arc::new(attesta_business_connections::App {
            store: seeded.store.clone(),
            users: seeded.user_gate(),
        }));
    served::<attesta_business_connections::Dialect>(router, Slash::Never, seeded)
}

fn system(seeded: &Seeded) -> Router {
    let app = attesta_system::App { store: seeded.store.clone(), gate: seeded.user_gate() };
    let router = attesta_system::router(Arc::new(app));
    served::<attesta_system::Dialect>(router, Slash::Never, seeded)
}

/// A router that is served as in production.
fn served<F: From<Error> + IntoResponse>(router: Router, slash: Slash, seeded: &Seeded) -> Router {
    Surface::new::<F>(router, slash, &seeded.store).routed()
}

fn pool(seeded: &Seeded, cognito: &str, client: &str) -> UserPool {
    let config = seeded.aws.table_config().into_builder().endpoint_url(cognito).build();
    UserPool::new(&config, "pool".to_owned(), client.to_owned())
}

fn tokens(seeded: &Seeded) -> Router {
    let router = {
        attesta_tokens::router(Arc::new(attesta_tokens::App {
            store: seeded.store.clone(),
            gate: seeded.provider_gate(),
            users: seeded.user_gate(),
            keys: SigningKeys::new(Text, seeded.store.clone()),
            issuer: ISSUER.to_owned(),
            broker: Broker { region: "eu-west-1".to_owned(), endpoint: None },
        }))
    };
    served::<attesta_tokens::Dialect>(router, Slash::Never, seeded)
}

fn providers(seeded: &Seeded) -> Router {
    let router = {
        attesta_providers::router(Arc::new(attesta_providers::App {
            store: seeded.store.clone(),
            objects: seeded.objects.clone(),
            gate: seeded.provider_gate(),
            user_gate: seeded.user_gate(),
            base: Base::new(None),
        }))
    };
    served::<attesta_providers::Dialect>(router, Slash::Always, seeded)
}

fn admin(seeded: &Seeded) -> Router {
    let router = {
        attesta_provider_admin::router(Arc::new(attesta_provider_admin::App {
            store: seeded.store.clone(),
            queues: aws_sdk_sqs::Client::new(&seeded.aws.queues_config()),
            stack: "attesta".to_owned(),
            gate: seeded.user_gate(),
            base: Base::new(None),
        }))
    };
    served::<attesta_provider_admin::Dialect>(router, Slash::Always, seeded)
}

fn instances(seeded: &Seeded) -> Router {
    let router = {
        attesta_provider_instances::router(Arc::new(attesta_provider_instances::App {
            store: seeded.store.clone(),
            gate: seeded.provider_gate(),
            users: seeded.user_gate(),
        }))
    };
    served::<attesta_provider_instances::Dialect>(router, Slash::Never, seeded)
}

fn intake(seeded: &Seeded) -> Router {
    let router = {
        attesta_intake::router(Arc::new(attesta_intake::App {
            store: seeded.store.clone(),
            objects: seeded.objects.clone(),
            gate: seeded.user_gate(),
        }))
    };
    served::<attesta_intake::Dialect>(router, Slash::Always, seeded)
}

fn sub_tpps(seeded: &Seeded) -> Router {
    let router = {
        attesta_sub_tpps::router(Arc::new(attesta_sub_tpps::App {
            store: seeded.store.clone(),
            objects: seeded.objects.clone(),
            gate: seeded.provider_gate(),
            users: seeded.user_gate(),
            offsets: attesta_sub_tpps::Offsets::new(seeded.store.clone()),
        }))
    };
    served::<attesta_sub_tpps::Dialect>(router, Slash::Never, seeded)
}

fn marketplace(seeded: &Seeded) -> Router {
    let router = {
        let app =
            attesta_marketplace::App { store: seeded.store.clone(), gate: seeded.user_gate() };
        attesta_marketplace::router(Arc::new(app))
    };
    served::<attesta_marketplace::Dialect>(router, Slash::Never, seeded)
}

/// The secret that tokens of the seeded world are signed with.
#[derive(Debug)]
struct Text;

impl SecretTexts for Text {
    fn texts(&self) -> Boxed<'_, Result<Texts>> {
        Box::pin(async { Ok(Texts { current: Seeded::signing_text(), previous: None }) })
    }
}

/// Cognito with one password and one code for everybody, who all get one access token; yields
/// its address.
async fn cognito(access_token: String) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(answer_as_cognito).with_state(access_token);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn answer_as_cognito(
    State(access_token): State<String>,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, Json<Value>) {
    let body = serde_json::from_str::<Value>(&body).unwrap();
    let target = headers["x-amz-target"].to_str().unwrap();
    let tokens = json!({"IdToken": "i", "AccessToken": access_token, "ExpiresIn": 3600});
    let password = &body["AuthParameters"]["PASSWORD"];
    let answer = match target.rsplit('.').next() {
        Some("DescribeUserPoolClient") => json!({"UserPoolClient": {"ClientSecret": "secret"}}),
        Some("AdminInitiateAuth") if !password.is_null() && password != PASSWORD => {
            let refusal = json!({"__type": "NotAuthorizedException"});
            return (StatusCode::BAD_REQUEST, Json(refusal));
        }
        Some("AdminInitiateAuth") if body["AuthFlow"] == "CUSTOM_AUTH" => {
            json!({"ChallengeName": "CUSTOM_CHALLENGE", "Session": "session"})
        }
        Some("AdminInitiateAuth" | "AdminRespondToAuthChallenge") => {
            json!({"AuthenticationResult": tokens})
        }
        Some("AdminGetUser") => {
            let attributes = json!([{"Name": "sub", "Value": TASK}]);
            json!({"Username": TASK, "Enabled": true, "UserAttributes": attributes})
        }
        Some("AdminCreateUser") => {
            let attributes = json!([{"Name": "sub", "Value": TASK}]);
            json!({"User": {"Username": body["Username"], "Enabled": true, "Attributes": attributes}})
        }
        Some("AssociateSoftwareToken") => json!({"SecretCode": "ABCDEFGH"}),
        Some("VerifySoftwareToken") => json!({"Status": "SUCCESS"}),
        _ => json!({}),
    };
    (StatusCode::OK, Json(answer))
}
