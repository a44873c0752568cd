//! `GET /lapi/v1/enrolment/{organisation_id}/{learner_id}/`.

use std::collections::HashMap;

use attesta_model::ProviderId;
use attesta_model::verification::ValidationStatus;
use attesta_store::keys;
use attesta_testing::{World, call, json as request};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};

use crate::world::Intake;

/// Writes what a provider's model leaves in the table.
async fn begin_model(world: &World) {
    let key = keys::enrolment(world.learner, ProviderId::new(1).expect("in range"));
    let number = |text: &str| AttributeValue::N(text.to_owned());
    let text = |text: String| AttributeValue::S(text);
    let item = [
        ("pk", text(key.pk)),
        ("sk", text(key.sk)),
        ("type", text("ENROLMENT".to_owned())),
        ("provider_id", number("1")),
        ("instrument_id", number("5")),
        ("percentage", number("0.4")),
        ("can_analyse", AttributeValue::Bool(false)),
    ];
    let item: HashMap<_, _> =
        item.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
    let table = Client::new(&world.aws.table_config());
    let put = table.put_item().table_name(World::TABLE).set_item(Some(item)).send();
    put.await.expect("written");
}

#[tokio::test]
async fn a_user_sees_how_far_their_learner_is_enrolled() {
    let api = Intake::start().await;
    let (world, path) = (&api.world, api.learner("enrolment"));
    assert_eq!(api.get(&path).await.parts(), (200, &json!({"instruments": []})));
    world.set_validating(&[world.provider]).await;
    world.hand_in(World::PLAGIARISM).await;
    let sample = world.hand_in(World::PLAGIARISM).await;
    world.judge(world.provider, sample, ValidationStatus::Valid).await;
    world.hand_in(World::VOICE).await;
    begin_model(world).await;
    let _ = world.store.meter().take();
    let answer = api.get(&path).await;
    assert_eq!(world.store.meter().take().len(), 3, "one round of three");
    assert_eq!(
        answer.parts(),
        (
            200,
            &json!({"instruments": [
                {"instrument_id": 3, "samples": {"count": 1, "valid": 0}, "providers": []},
                {
                    "instrument_id": 5,
                    "samples": {"count": 2, "valid": 1},
                    "providers": [{"provider_id": 1, "percentage": 0.4, "can_analyse": false}],
                },
            ]})
        )
    );
    let foreign = world.user_token(&world.other_user);
    let answer = call(&api.router, request("GET", &path, &foreign, &Value::Null)).await;
    assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})));
}
