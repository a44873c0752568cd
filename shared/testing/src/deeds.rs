//! What a test needs done before it looks.

use attesta_identity::{MachineKey, ProviderCaller, Secret};
use attesta_model::verification::{
    ResultChange, ResultCode, ResultStatus, SampleStatus, ValidationChange, ValidationStatus,
    Verdicts,
};
use attesta_model::{
    CredentialId, InstrumentId, LearnerId, Machine, MachineKind, Organisation, OrganisationId,
    Provider, RequestId, SampleId, Status,
};
use attesta_store::access::OwnValidation;
use attesta_store::{
    ApiToken, Credential, Item, MemberWanted, NewClient, NewRequest, OutboxRow, Planned, ResultRow,
    SampleRow, Seed, ValidationRow, keys,
};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::SignedDuration;

use crate::World;
use crate::world::machine;

/// A row of the outbox, as the table has it.
#[must_use]
pub fn outgoing_item(row: &OutboxRow) -> Item {
    let key = keys::outbox(row.id, row.created_at);
    let mut item: Item = serde_dynamo::to_item(row).expect("an item");
    let text = |name: &str, text: String| (name.to_owned(), AttributeValue::S(text));
    item.extend([text("pk", key.pk), text("sk", key.sk), text("type", "OUTBOX".to_owned())]);
    item
}

impl World {
    /// Another provider of an instrument, with its secret.
    pub async fn add_provider(&self, id: u64, instrument: u64) -> (ProviderCaller, Secret) {
        machine(&self.store, &self.aws, id, instrument).await
    }

    /// A request about the world's learner.
    pub async fn submit(&self, instruments: &[u64]) -> RequestId {
        let ids: Vec<_> =
            instruments.iter().map(|id| InstrumentId::new(*id).expect("in range")).collect();
        let planned = self
            .store
            .plan_request(&self.user, self.organisation, self.learner, &ids, None)
            .await
            .expect("a plan");
        let Planned::New(plan) = planned else { panic!("a call that came before") };
        let new = NewRequest { activity: None, data_key: "requests/document".to_owned() };
        let id = self.store.submit(&plan, &new, None, |request| Ok(request.header.id.to_string()));
        id.await.expect("submitted").parse().expect("a number")
    }

    /// Staff make an API token that stands for the world's user, good for a day,
    /// with roles that the user has.
    pub async fn api_token(&self, roles: &[&str]) -> (ApiToken, Secret) {
        let user = self.user.user_id.to_string();
        let subject = self.store.token_subject(&self.staff, &user, None).await.expect("a user");
        let roles = roles.iter().map(|&role| role.to_owned()).collect();
        let (by, day) = (self.staff.user_id, SignedDuration::from_hours(24));
        let made = self.store.create_api_token(&subject, by, roles, day, None).await;
        made.expect("roles that the user has")
    }

    /// Staff take an API token back.
    pub async fn revoke_api_token(&self, token: &ApiToken) {
        let managed = self.store.managed_api_token(&self.staff, &token.id.to_string()).await;
        self.store.revoke_api_token(&managed.expect("there")).await.expect("revoked");
    }

    /// Staff take a provider's credential back.
    pub async fn revoke(&self, caller: ProviderCaller) {
        let id = caller.provider_id.to_string();
        let own = self.store.own_provider(&caller, &id).await.expect("its own");
        let instrument = own.provider().instrument_id.to_string();
        let path = (instrument.as_str(), id.as_str());
        let role = caller.credential_id.to_string();
        let managed = self.store.managed_credential(&self.staff, path, &role).await;
        self.store.revoke_credential(&managed.expect("a credential")).await.expect("revoked");
    }

    /// A machine client of the world's organisation, or of the platform; staff
    /// let it do all that its kind may.
    pub async fn client(&self, kind: MachineKind) -> MachineKey {
        let of = Some(self.organisation).filter(|_| kind.is_of_organisation());
        self.client_as(Machine::new(kind, of).expect("a machine")).await
    }

    /// The same as any machine.
    pub async fn client_as(&self, machine: Machine) -> MachineKey {
        let kind = machine.kind();
        let scopes = kind.scopes().iter().copied().collect();
        let new = NewClient { name: "A client".to_owned(), scopes, expires_at: None };
        let plan = self.store.plan_client(&self.staff, machine, None).await.expect("a plan");
        let made = self.store.create_client(&plan, new, None).await;
        let (Credential { id, .. }, secret) = made.expect("a client");
        let _ = self.store.meter().take();
        MachineKey { id, secret }
    }

    /// Staff make an organisation a member, with a machine client.
    pub async fn member(
        &self,
        organisation: OrganisationId,
        requires_approval: bool,
    ) -> MachineKey {
        let wanted = MemberWanted::Known(organisation);
        let planned = self.store.plan_member(&self.staff, wanted, None).await.expect("a plan");
        let Planned::New(plan) = planned else { panic!("a call that came before") };
        self.store.create_member(&plan, requires_approval, None).await.expect("a member");
        let machine = Machine::new(MachineKind::Member, Some(organisation)).expect("a machine");
        self.client_as(machine).await
    }

    /// Staff take a machine client back.
    pub async fn revoke_client(&self, id: CredentialId) {
        let managed = self.store.managed_client(&self.staff, &id.to_string()).await;
        self.store.revoke_credential(&managed.expect("a client")).await.expect("revoked");
    }

    /// Changes the status of the world's organisation.
    pub async fn set_organisation_status(&self, status: Status) {
        let now = self.store.ids().now();
        let organisation = Organisation::new(self.organisation, "changed", now);
        let owner_id = Some(self.user.user_id);
        let organisation = Organisation { status, owner_id, ..organisation };
        Seed(&self.store).organisation(&organisation).await.expect("written");
    }

    /// Puts a row into the outbox, without what would have caused it.
    pub async fn put_outgoing(&self, row: &OutboxRow) {
        let put = Client::new(&self.aws.table_config()).put_item().table_name(Self::TABLE);
        put.set_item(Some(outgoing_item(row))).send().await.expect("written");
    }

    /// Every row of the outbox.
    pub async fn outbox(&self) -> Vec<OutboxRow> {
        let ever = self.store.ids().now() + SignedDuration::from_hours(1);
        let mut rows = Vec::new();
        for shard in 0..keys::OUTBOX_SHARDS {
            let page = self.store.outbox_before(shard, ever, 1_000, None).await.expect("rows");
            rows.extend(page.rows);
        }
        rows
    }

    /// What the stream's consumer does with every row of the outbox, but for
    /// the sending.
    pub async fn settle(&self) {
        for row in self.outbox().await {
            self.store.outbox_delivered(&row).await.expect("counted");
        }
    }

    /// A provider answers a request.
    pub async fn answer(
        &self,
        caller: ProviderCaller,
        request: RequestId,
        result: f64,
        code: ResultCode,
    ) -> ResultRow {
        let provider = caller.provider_id.to_string();
        let own = self.store.own_result(&caller, &provider, &request.to_string()).await;
        let change = ResultChange {
            status: Some(ResultStatus::Processed),
            result: Some(Some(result)),
            code: Some(code),
            ..ResultChange::default()
        };
        let changed =
            self.store.change_result(own.expect("its own"), |state| state.changed(change.clone()));
        changed.await.expect("taken")
    }

    /// Lets providers validate samples.
    pub async fn set_validating(&self, providers: &[ProviderCaller]) {
        for entry in self.store.catalogue().await.expect("read") {
            for one in entry.providers {
                if providers.iter().any(|caller| caller.provider_id == one.id) {
                    let one = Provider { allow_validation: true, validation_active: true, ..one };
                    Seed(&self.store).provider(&one).await.expect("written");
                }
            }
        }
    }

    /// A sample of the world's learner that comes in.
    pub async fn hand_in(&self, instrument: u64) -> SampleId {
        let instrument = InstrumentId::new(instrument).expect("in range");
        let planned = self
            .store
            .plan_sample(&self.user, self.organisation, self.learner, instrument, None)
            .await
            .expect("a plan");
        let Planned::New(plan) = planned else { panic!("a call that came before") };
        let id = self
            .store
            .take_sample(&plan, "samples/data", None, |taken| Ok(taken.sample.id.to_string()));
        id.await.expect("taken").parse().expect("a number")
    }

    /// A provider's verdict on a sample of the world's learner, as it gets hold
    /// of it.
    pub async fn own_validation(&self, caller: ProviderCaller, sample: SampleId) -> OwnValidation {
        let (provider, learner) = (caller.provider_id.to_string(), self.learner.to_string());
        let sample = sample.to_string();
        let found =
            self.store.sample_and_own_validation(&caller, &provider, &learner, &sample).await;
        found.expect("its own").and_then(|(_, validation)| validation).expect("a validation")
    }

    /// A provider judges a sample of the world's learner.
    pub async fn judge(
        &self,
        caller: ProviderCaller,
        sample: SampleId,
        status: ValidationStatus,
    ) -> ValidationRow {
        let own = self.own_validation(caller, sample).await;
        let change = ValidationChange { status: Some(status), ..ValidationChange::default() };
        self.store.change_validation(own, &change).await.expect("taken").after
    }

    /// Samples of a learner that are there already, without their validations;
    /// their numbers, which ascend.
    pub async fn put_samples(
        &self,
        learner: LearnerId,
        instrument: u64,
        statuses: &[SampleStatus],
    ) -> Vec<SampleId> {
        let now = self.store.ids().now();
        let row = |status: &SampleStatus| {
            let number = self.store.ids().integer().expect("random");
            SampleRow {
                id: SampleId::new(number).expect("in range"),
                learner_id: learner,
                organisation_id: self.organisation,
                instrument_id: InstrumentId::new(instrument).expect("in range"),
                data_key: format!("samples/{number}"),
                status: *status,
                verdicts: Verdicts::default(),
                version: 1,
                created_at: now,
                updated_at: now,
            }
        };
        let rows: Vec<_> = statuses.iter().map(row).collect();
        Seed(&self.store).samples(&rows).await.expect("written");
        let _ = self.store.meter().take();
        rows.iter().map(|row| row.id).collect()
    }
}
