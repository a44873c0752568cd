//! What several of these tests do.

use std::collections::HashMap;

use attesta_identity::ProviderCaller;
use attesta_model::verification::{ResultChange, ResultCode, ResultStatus};
use attesta_model::{InstrumentId, LearnerId, ProviderId, RequestId, Result};
use attesta_store::access::OwnResult;
use attesta_store::{Idempotency, NewRequest, Plan, Planned, RequestAggregate, Store, keys};
use attesta_testing::World;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;

pub(crate) fn instruments(ids: &[u64]) -> Vec<InstrumentId> {
    ids.iter().map(|id| InstrumentId::new(*id).expect("in range")).collect()
}

/// A call by the world's user with a key and a body.
pub(crate) fn call(world: &World, key: &str, body: &str) -> Idempotency {
    let user = world.user.user_id;
    Idempotency::new(world.organisation, user, "verification", key, &[body.as_bytes()])
}

/// Plans a request about the world's learner, by its user.
pub(crate) async fn plan(
    store: &Store,
    world: &World,
    asked: &[u64],
    idempotency: Option<&Idempotency>,
) -> Result<Planned<Plan>> {
    let asked = instruments(asked);
    store.plan_request(&world.user, world.organisation, world.learner, &asked, idempotency).await
}

/// Makes what was planned; the answer is the request's number.
pub(crate) async fn make(
    store: &Store,
    planned: Planned<Plan>,
    idempotency: Option<&Idempotency>,
) -> Result<String> {
    let new = NewRequest {
        activity: Some("essay-1".to_owned()),
        data_key: "requests/0197f0a0-0000-7000-8000-000000000000".to_owned(),
    };
    match planned {
        Planned::Same(answer) => Ok(answer),
        Planned::New(plan) => {
            store
                .submit(&plan, &new, idempotency, |request| Ok(request.header.id.to_string()))
                .await
        }
    }
}

/// Both: what an organisation's call comes to.
pub(crate) async fn submit(
    world: &World,
    asked: &[u64],
    idempotency: Option<&Idempotency>,
) -> Result<String> {
    let planned = plan(&world.store, world, asked, idempotency).await?;
    make(&world.store, planned, idempotency).await
}

/// How many requests, results, outgoing rows and remembered answers there are.
pub(crate) async fn counts(world: &World) -> [usize; 4] {
    let items = &world.aws;
    [
        items.items("REQUEST").await,
        items.items("RESULT").await,
        items.items("OUTBOX").await,
        items.items("IDEMPOTENCY").await,
    ]
}

/// A request as its organisation sees it.
pub(crate) async fn request(world: &World, id: RequestId) -> RequestAggregate {
    let request = world.store.request(&world.user, world.organisation, world.learner, id);
    request.await.expect("its own")
}

/// A result as its provider gets hold of it.
pub(crate) async fn own(store: &Store, caller: ProviderCaller, request: RequestId) -> OwnResult {
    let provider = caller.provider_id.to_string();
    store.own_result(&caller, &provider, &request.to_string()).await.expect("its own")
}

pub(crate) fn processed(result: f64) -> ResultChange {
    ResultChange {
        status: Some(ResultStatus::Processed),
        result: Some(Some(result)),
        code: Some(ResultCode::Ok),
        ..ResultChange::default()
    }
}

/// Writes what an enrolment leaves in the table.
pub(crate) async fn enrol(world: &World, learner: LearnerId, provider: u64, can_analyse: bool) {
    let provider_id = ProviderId::new(provider).expect("in range");
    let key = keys::enrolment(learner, provider_id);
    let item = HashMap::from([
        ("pk".to_owned(), AttributeValue::S(key.pk)),
        ("sk".to_owned(), AttributeValue::S(key.sk)),
        ("type".to_owned(), AttributeValue::S("ENROLMENT".to_owned())),
        ("provider_id".to_owned(), AttributeValue::N(provider.to_string())),
        ("can_analyse".to_owned(), AttributeValue::Bool(can_analyse)),
    ]);
    let table = Client::new(&world.aws.table_config());
    let put = table.put_item().table_name(World::TABLE).set_item(Some(item)).send();
    put.await.expect("written");
}
