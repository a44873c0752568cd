//! A small world: two organisations with a user each, instruments, providers.

use std::sync::Arc;

use attesta_identity::{
    API_TOKEN_CLAIM, AppClients, MachineClaims, ProviderCaller, ProviderClaims, PublicKeys,
    SESSION_CLAIM, Secret, SigningKey, TokenUse, UserCaller, UserTokenUse,
};
use attesta_model::{
    CredentialId, Instrument, InstrumentId, LearnerId, Machine, OWNER, Organisation,
    OrganisationId, Profile, Provider, ProviderId, Result, Source, Staff, Status, Thresholds, User,
    UserId,
};
use attesta_objects::Objects;
use attesta_store::access::CanSubmit;
use attesta_store::{Seed, Store};
use attesta_wire::auth::{Boxed, Gate, KeySource, UserGate};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Config;
use jsonwebtoken::jwk::JwkSet;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::aws::TABLE;
use crate::{Aws, Rights, TestClock};

/// The issuer of our own tokens.
pub const ISSUER: &str = "urn:attesta:test";
/// The issuer of users' tokens.
pub const POOL_ISSUER: &str = "https://pool.test";
/// The app client that people sign in through.
pub const POOL_CLIENT: &str = "client";
/// The app client that API tokens are exchanged through.
pub const POOL_API_CLIENT: &str = "api-client";

/// Keys that don't change.
#[derive(Debug, Clone)]
pub struct StaticKeys(pub PublicKeys);

impl KeySource for StaticKeys {
    fn fetch(&self) -> Boxed<'_, Result<PublicKeys>> {
        Box::pin(async { Ok(self.0.clone()) })
    }
}

/// Everything a test needs to call operations as somebody.
#[derive(Debug)]
pub struct World {
    /// AWS.
    pub aws: Aws,
    /// The clock of everything.
    pub clock: Arc<TestClock>,
    /// The table.
    pub store: Store,
    /// The bucket.
    pub objects: Objects,
    /// The organisation that tests act in.
    pub organisation: OrganisationId,
    /// A user of it.
    pub user: UserCaller,
    /// Another organisation.
    pub other_organisation: OrganisationId,
    /// A user of that one.
    pub other_user: UserCaller,
    /// A learner of the first organisation.
    pub learner: LearnerId,
    /// A provider of the plagiarism instrument.
    pub provider: ProviderCaller,
    /// Its credential's secret half.
    pub secret: Secret,
    /// Another provider, of an instrument that needs no enrolment either.
    pub other_provider: ProviderCaller,
    /// Somebody of the staff, who may change things.
    pub staff: UserCaller,
    /// Somebody of the staff, who may look alone.
    pub read_only_staff: UserCaller,
}

/// Plagiarism: needs no enrolment.
const PLAGIARISM: u64 = 5;
/// Another that needs none, with a provider of its own.
const INTEGRITY: u64 = 6;
/// Face recognition: needs enrolment, has a provider.
const FACE: u64 = 1;
/// Nobody implements it.
const VOICE: u64 = 3;
/// Switched off.
const DISABLED: u64 = 9;

impl World {
    /// The instrument of [`World::provider`].
    pub const PLAGIARISM: u64 = PLAGIARISM;
    /// The instrument of [`World::other_provider`].
    pub const INTEGRITY: u64 = INTEGRITY;
    /// An instrument whose provider needs enrolments.
    pub const FACE: u64 = FACE;
    /// An instrument without a provider.
    pub const VOICE: u64 = VOICE;
    /// An instrument that is switched off.
    pub const DISABLED: u64 = DISABLED;
    /// The table's name.
    pub const TABLE: &'static str = TABLE;

    /// Starts AWS and makes the world.
    pub async fn start() -> Self {
        Self::start_with(TestClock::default()).await
    }

    /// The same with a clock.
    pub async fn start_with(clock: TestClock) -> Self {
        let aws = Aws::start().await;
        let clock = Arc::new(clock);
        let source: Arc<dyn Source> = clock.clone();
        let config = Config::from(&aws.table_config()).to_builder().interceptor(Rights).build();
        let store = Store::new(Client::from_conf(config), TABLE, source);
        let objects = Objects::new(&aws.bucket_config(), "data", store.ids().clone());
        let objects = objects.expect("credentials");
        for (id, needs, enabled) in [
            (FACE, true, true),
            (VOICE, true, true),
            (PLAGIARISM, false, true),
            (INTEGRITY, false, true),
            (DISABLED, false, false),
        ] {
            Seed(&store).instrument(&instrument(&store, id, needs, enabled)).await.expect("seeded");
        }
        let (organisation, user) = tenant(&store, "one").await;
        let (other_organisation, other_user) = tenant(&store, "two").await;
        let (provider, secret) = machine(&store, &aws, 1, PLAGIARISM).await;
        let (other_provider, _) = machine(&store, &aws, 2, INTEGRITY).await;
        machine(&store, &aws, 3, FACE).await;
        let staff = staff_member(&store, "staff", Staff::Admin).await;
        let read_only_staff = staff_member(&store, "reader", Staff::ReadOnly).await;
        let keys = PublicKeys(JwkSet { keys: vec![signing_key().public()] });
        store.publish_keys(&keys).await.expect("published");
        let learner = LearnerId(store.ids().uuid().expect("random"));
        let handle = store.organisation::<CanSubmit>(&user, organisation).await.expect("a member");
        store.put_learner(&handle, learner).await.expect("a learner");
        let _ = store.meter().take();
        Self {
            aws,
            clock,
            store,
            objects,
            organisation,
            user,
            other_organisation,
            other_user,
            learner,
            provider,
            secret,
            other_provider,
            staff,
            read_only_staff,
        }
    }

    /// Checks providers' tokens.
    #[must_use]
    pub fn provider_gate(&self) -> Gate {
        Gate::new(ISSUER, self.store.clone())
    }

    /// Checks users' tokens.
    #[must_use]
    pub fn user_gate(&self) -> UserGate {
        let (people, api_tokens) = (POOL_CLIENT.to_owned(), POOL_API_CLIENT.to_owned());
        let clients = AppClients { people, api_tokens };
        UserGate::new(POOL_ISSUER, clients, StaticKeys(Self::pool_keys()))
    }

    /// The public keys of the user pool.
    #[must_use]
    pub fn pool_keys() -> PublicKeys {
        PublicKeys(JwkSet { keys: vec![pool_key().public()] })
    }

    /// The secret text that [`World::provider_token`] is signed with.
    #[must_use]
    pub fn signing_text() -> String {
        "a text of our own issuer's, as long as such texts are made, 64 char".to_owned()
    }

    /// An access token of a provider.
    #[must_use]
    pub fn provider_token(&self, caller: ProviderCaller) -> String {
        self.provider_token_for(caller, TokenUse::Access, ISSUER)
    }

    /// A token of a provider, of any use and issuer.
    #[must_use]
    pub fn provider_token_for(
        &self,
        caller: ProviderCaller,
        token_use: TokenUse,
        issuer: &str,
    ) -> String {
        let claims = ProviderClaims::new(issuer, caller, token_use, self.store.ids().now());
        claims.sign(&signing_key()).expect("signed")
    }

    /// An access token of a machine client, for all that its kind may do.
    #[must_use]
    pub fn machine_token(&self, id: CredentialId, machine: Machine, issuer: &str) -> String {
        let scopes = machine.kind().scopes().iter().copied().collect();
        let claims = MachineClaims::new(issuer, id, machine, scopes, self.store.ids().now());
        claims.sign(&signing_key()).expect("signed")
    }

    /// An access token of a user.
    #[must_use]
    pub fn user_token(&self, user: &UserCaller) -> String {
        self.user_token_from(user, POOL_ISSUER)
    }

    /// An access token of a user, of any issuer.
    #[must_use]
    pub fn user_token_from(&self, user: &UserCaller, issuer: &str) -> String {
        let claims = self.user_claims(user, UserTokenUse::Access, issuer);
        pool_key().sign(&claims).expect("signed")
    }

    /// The ID token that a user has beside their access token.
    #[must_use]
    pub fn id_token(&self, user: &UserCaller) -> String {
        let claims = self.user_claims(user, UserTokenUse::Id, POOL_ISSUER);
        pool_key().sign(&claims).expect("signed")
    }

    /// The claims of a user's token, as the user pool makes them.
    #[must_use]
    pub fn user_claims(&self, user: &UserCaller, token_use: UserTokenUse, issuer: &str) -> Value {
        let now = self.store.ids().now().as_second();
        let client = if user.api_token.is_some() { POOL_API_CLIENT } else { POOL_CLIENT };
        let (word, [client_claim, name_claim]) = match token_use {
            UserTokenUse::Access => ("access", ["client_id", "username"]),
            UserTokenUse::Id => ("id", ["aud", "cognito:username"]),
        };
        let mut claims = json!({
            "iss": issuer,
            "sub": Uuid::nil(),
            "token_use": word,
            "iat": now,
            "exp": now + 3600,
        });
        claims[name_claim] = json!(user.user_id);
        claims[client_claim] = json!(client);
        claims[SESSION_CLAIM] = json!(user.session.to_string());
        if let Some(id) = user.api_token {
            claims[API_TOKEN_CLAIM] = json!(id);
        }
        claims
    }

    /// Changes a user's status.
    pub async fn set_user_status(
        &self,
        user: &UserCaller,
        organisation: OrganisationId,
        status: Status,
    ) {
        let user = person(&self.store, user.user_id, organisation, "changed", status);
        Seed(&self.store).user(&user).await.expect("written");
    }
}

fn signing_key() -> SigningKey {
    SigningKey::derive(&World::signing_text()).expect("derivable")
}

fn pool_key() -> SigningKey {
    let text = "a text of the user pool's, which is another issuer than we are, 64 c";
    SigningKey::derive(text).expect("derivable")
}

fn instrument(store: &Store, id: u64, requires_enrolment: bool, enabled: bool) -> Instrument {
    let now = store.ids().now();
    Instrument {
        id: InstrumentId::new(id).expect("in range"),
        name: format!("Instrument {id}"),
        acronym: format!("i{id}"),
        queue: format!("tesla_i{id}"),
        enabled,
        requires_enrolment,
        description: None,
        identity: requires_enrolment,
        originality: !requires_enrolment,
        authorship: false,
        integrity: false,
        options_schema: Some(r#"{"type": "object"}"#.to_owned()),
        created_at: now,
        updated_at: now,
        revision: 0,
    }
}

async fn tenant(store: &Store, name: &str) -> (OrganisationId, UserCaller) {
    let organisation_id = OrganisationId(store.ids().uuid().expect("random"));
    let user_id = UserId(store.ids().uuid().expect("random"));
    let organisation = Organisation::new(organisation_id, name, store.ids().now());
    let organisation = Organisation { owner_id: Some(user_id), ..organisation };
    let roles = vec![OWNER.to_owned()];
    let seed = Seed(store);
    seed.organisation(&organisation).await.expect("seeded");
    let user = person(store, user_id, organisation_id, name, Status::Active);
    seed.user(&user).await.expect("seeded");
    seed.profile(&Profile::new(user_id, organisation_id, roles)).await.expect("seeded");
    (organisation_id, UserCaller::new(user_id))
}

async fn staff_member(store: &Store, name: &str, staff: Staff) -> UserCaller {
    let user_id = UserId(store.ids().uuid().expect("random"));
    let email = format!("{name}@example.com");
    let user = User::new(user_id, name, &email, store.ids().now());
    let user = User { staff: Some(staff), second_factor: true, ..user };
    Seed(store).user(&user).await.expect("seeded");
    UserCaller::new(user_id)
}

fn person(
    store: &Store,
    id: UserId,
    organisation_id: OrganisationId,
    name: &str,
    status: Status,
) -> User {
    let user = User::new(id, name, &format!("{name}@example.com"), store.ids().now());
    User { status, organisation_id: Some(organisation_id), ..user }
}

pub(crate) async fn machine(
    store: &Store,
    aws: &Aws,
    id: u64,
    instrument: u64,
) -> (ProviderCaller, Secret) {
    let provider_id = ProviderId::new(id).expect("in range");
    let instrument_id = InstrumentId::new(instrument).expect("in range");
    let now = store.ids().now();
    let provider = Provider {
        id: provider_id,
        instrument_id,
        name: format!("Provider {id}"),
        acronym: format!("p{id}"),
        queue: format!("queue_{id}"),
        queue_url: aws.queues.url(&format!("queue_{id}")),
        principal: None,
        description: None,
        url: None,
        version: "1.0.0".to_owned(),
        image: "example/provider".to_owned(),
        allow_validation: false,
        validation_active: false,
        enabled: true,
        has_service: false,
        service_port: None,
        options_schema: None,
        options: None,
        thresholds: Thresholds {
            alert_below: Some(0.5),
            warning_below: Some(0.8),
            ..Thresholds::default()
        },
        listing_id: None,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        revision: 0,
    };
    Seed(store).provider(&provider).await.expect("seeded");
    let (credential_id, secret) = Seed(store).credential(&provider).await.expect("a credential");
    (ProviderCaller { provider_id, credential_id }, secret)
}
