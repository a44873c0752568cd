//! `…/enrolment/{learner_id}/sample/{sample_id}/validation/`.

use attesta_model::SampleId;
use attesta_model::verification::ValidationStatus;
use attesta_testing::{World, call, json as request};
use serde_json::{Value, json};

use crate::world::{BASE, Providers};

/// A sample that the world's provider is to validate, and the paths of its
/// validations and of that one.
struct Asked {
    api: Providers,
    sample: SampleId,
    list: String,
    own: String,
}

fn list_of(api: &Providers, sample: SampleId) -> String {
    let learner = api.world.learner;
    format!("/api/v2/provider/1/enrolment/{learner}/sample/{sample}/validation/")
}

async fn asked() -> Asked {
    let api = Providers::start().await;
    api.world.set_validating(&[api.world.provider]).await;
    let sample = api.world.hand_in(World::PLAGIARISM).await;
    let row = api.world.own_validation(api.world.provider, sample).await.row().clone();
    let list = list_of(&api, sample);
    let own = format!("{list}{}/", row.id);
    let _ = api.calls();
    Asked { api, sample, list, own }
}

impl Asked {
    /// The object that a validation's link leads to.
    fn object(&self, link: &Value) -> Value {
        let bytes = self.api.world.aws.bucket.get(link.as_str().expect("a link"));
        serde_json::from_slice(&bytes.expect("stored")).expect("JSON")
    }

    /// The keys of the info that is stored.
    fn stored(&self) -> Vec<String> {
        let keys = self.api.world.aws.bucket.keys().into_iter();
        keys.filter(|key| key.starts_with("data/validations/")).collect()
    }

    async fn status(&self) -> u8 {
        let world = &self.api.world;
        let found = world.store.sample(&world.user, world.organisation, world.learner, self.sample);
        found.await.expect("its own").sample.status.number()
    }
}

#[tokio::test]
async fn a_provider_reads_its_validation_with_the_sample() {
    let asked = asked().await;
    let answer = asked.api.get(&asked.own).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(asked.api.calls(), ["BatchGetItem"], "one round");
    let body = answer.body;
    let data = body["sample"]["data"].as_str().expect("a link");
    assert!(data.contains("/samples/data?"), "{data}");
    assert_eq!(
        body,
        json!({
            "id": body["id"],
            "status": 0,
            "info": null,
            "validation_info": null,
            "provider": 1,
            "sample": {
                "id": asked.sample.get(),
                "learner_id": asked.api.world.learner,
                "data": data,
            },
            "error_message": null,
            "contribution": null,
            "message_code_id": null,
        })
    );
}

#[tokio::test]
async fn a_provider_lists_its_own_validation_alone() {
    let asked = asked().await;
    let (second, _) = asked.api.world.add_provider(101, World::PLAGIARISM).await;
    asked.api.world.set_validating(&[second]).await;
    let sample = asked.api.world.hand_in(World::PLAGIARISM).await;
    let body = asked.api.get(&list_of(&asked.api, sample)).await.body;
    assert_eq!(
        (&body["count"], &body["next"], &body["previous"]),
        (&json!(1), &json!(null), &json!(null))
    );
    assert_eq!(body["results"][0]["provider"], 1);
    let body = asked.api.get(&format!("{}?search=word", asked.list)).await.body;
    assert_eq!(body["count"], 0);
    let body = asked.api.get(&format!("{}?offset=1&limit=1", asked.list)).await.body;
    assert_eq!(body["results"], json!([]));
    assert_eq!(body["previous"], format!("{BASE}{}?limit=1", asked.list));
}

#[tokio::test]
async fn where_there_is_no_sample_the_list_is_empty_and_nothing_is_found() {
    let asked = asked().await;
    let (world, api) = (&asked.api.world, &asked.api);
    let elsewhere = world.hand_in(World::INTEGRITY).await;
    let (learner, other) = (world.learner, world.other_user.user_id);
    let id = asked.own.trim_end_matches('/').rsplit('/').next().expect("an id");
    let sample = asked.sample;
    for place in [
        format!("{learner}/sample/7"),
        format!("{learner}/sample/x"),
        format!("{learner}/sample/{elsewhere}"),
        format!("{other}/sample/{sample}"),
        format!("x/sample/{sample}"),
    ] {
        let list = format!("/api/v2/provider/1/enrolment/{place}/validation/");
        let answer = api.get(&list).await;
        assert_eq!((answer.status.as_u16(), &answer.body["count"]), (200, &json!(0)), "{list}");
        let own = format!("{list}{id}/");
        for (method, uri) in [
            ("GET", own.clone()),
            ("PUT", own.clone()),
            ("PATCH", own.clone()),
            ("DELETE", own.clone()),
            ("POST", format!("{own}status/")),
            ("POST", list),
        ] {
            let answer = api.call(method, &uri, &json!({"status": 1})).await;
            assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})), "{method} {uri}");
        }
    }
    let answer = api.get(&format!("{}7/", asked.list)).await;
    assert_eq!(answer.status, 404, "another number");
    assert_eq!(asked.status().await, 0);
}

#[tokio::test]
async fn a_provider_reaches_no_validation_under_anothers_name() {
    let asked = asked().await;
    let token = asked.api.world.provider_token(asked.api.world.other_provider);
    for (method, uri) in [
        ("GET", asked.list.clone()),
        ("POST", asked.list.clone()),
        ("GET", asked.own.clone()),
        ("PUT", asked.own.clone()),
        ("PATCH", asked.own.clone()),
        ("DELETE", asked.own.clone()),
        ("POST", format!("{}status/", asked.own)),
    ] {
        let body = json!({"status": 1});
        let answer = call(&asked.api.router, request(method, &uri, &token, &body)).await;
        let detail = "You do not have permission to perform this action.";
        assert_eq!(answer.parts(), (403, &json!({"detail": detail})), "{method} {uri}");
        let answer = call(&asked.api.router, request(method, &uri, "", &body)).await;
        assert_eq!(answer.status, 401, "{method} {uri}");
    }
    assert_eq!(asked.status().await, 0);
}

#[tokio::test]
async fn a_provider_validates_as_its_client_does() {
    let asked = asked().await;
    let body = json!({
        "status": 1,
        "error_message": null,
        "validation_info": {"provider": {"faces": 1}},
        "message_code_id": null,
        "contribution": 0.25,
        "sample": {"id": 7},
        "requires_enrolment": true,
    });
    let answer = asked.api.call("PUT", &asked.own, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(
        asked.api.calls(),
        ["BatchGetItem", "Query", "TransactWriteItems"],
        "two rounds, for it made the sample valid, and a transaction"
    );
    assert_eq!((&answer.body["status"], &answer.body["contribution"]), (&json!(1), &json!(0.25)));
    assert_eq!(answer.body["sample"]["id"], asked.sample.get(), "the sample in a body is ignored");
    assert_eq!(asked.object(&answer.body["info"]), json!({"provider": {"faces": 1}}));
    assert_eq!(asked.status().await, 1);
    let again = asked.api.call("PUT", &asked.own, &body).await;
    assert_eq!(again.status, 200);
    assert_eq!(asked.api.calls().last(), Some(&"BatchGetItem"), "the same again writes nothing");
    assert_eq!(asked.stored().len(), 1);
}

#[tokio::test]
async fn put_removes_info_that_is_not_given_and_patch_leaves_it() {
    let asked = asked().await;
    let put = async |body: Value| asked.api.call("PUT", &asked.own, &body).await.body;
    let patch = async |body: Value| asked.api.call("PATCH", &asked.own, &body).await.body;
    let full = json!({"status": 2, "validation_info": {"a": 1}, "error_message": "dark",
        "message_code_id": "m1", "contribution": 999.99});
    put(full.clone()).await;
    let body = patch(json!({"status": 4})).await;
    assert_eq!(asked.object(&body["info"]), json!({"a": 1}));
    let body = patch(json!({"validation_info": {"a": 2}})).await;
    assert_eq!(asked.object(&body["info"]), json!({"a": 2}));
    assert_eq!(asked.stored().len(), 1, "what was replaced is gone");
    let body = put(json!({})).await;
    assert_eq!(
        [&body["info"], &body["status"], &body["error_message"], &body["message_code_id"]],
        [&json!(null), &json!(4), &json!("dark"), &json!("m1")],
        "every other field stays"
    );
    assert_eq!(asked.stored(), Vec::<String>::new());
    put(full).await;
    let nulls = json!({"validation_info": null, "error_message": null, "message_code_id": null,
        "contribution": null});
    let body = patch(nulls).await;
    for field in ["info", "error_message", "message_code_id", "contribution"] {
        assert_eq!(body[field], json!(null), "{field}");
    }
    assert_eq!(body["status"], 2);
}

#[tokio::test]
async fn what_is_wrong_with_a_validation_is_told_field_by_field() {
    let asked = asked().await;
    let long = "x".repeat(251);
    let places = "Ensure that there are no more than 2 decimal places.";
    let digits = "Ensure that there are no more than 3 digits before the decimal point.";
    for (body, refusal) in [
        (json!({"error_message": ""}), json!({"error_message": ["This field may not be blank."]})),
        (
            json!({"message_code_id": ""}),
            json!({"message_code_id": ["This field may not be blank."]}),
        ),
        (
            json!({"message_code_id": long}),
            json!({"message_code_id": ["Ensure this field has no more than 250 characters."]}),
        ),
        (json!({"message_code_id": 1}), json!({"message_code_id": ["Not a valid string."]})),
        (json!({"contribution": 1000}), json!({"contribution": [digits]})),
        (json!({"contribution": -1000.5}), json!({"contribution": [digits]})),
        (json!({"contribution": 0.125}), json!({"contribution": [places]})),
        (json!({"contribution": "1"}), json!({"contribution": ["A valid number is required."]})),
        (json!({"status": 5}), json!({"status": ["\"5\" is not a valid choice."]})),
        (json!({"status": null}), json!({"status": ["This field may not be null."]})),
        (
            json!({"validation_info": "text"}),
            json!({"validation_info": ["Expected a dictionary of items."]}),
        ),
    ] {
        for method in ["PUT", "PATCH"] {
            let answer = asked.api.call(method, &asked.own, &body).await;
            assert_eq!(answer.parts(), (400, &refusal), "{method} {body}");
        }
    }
    for contribution in [json!(0.29), json!(-999.99), json!(0.07), json!(0), json!(1.1)] {
        let body = json!({"contribution": contribution});
        let answer = asked.api.call("PATCH", &asked.own, &body).await;
        assert_eq!(answer.status, 200, "{body}");
        assert_eq!(answer.body["contribution"].as_f64(), contribution.as_f64());
    }
}

#[tokio::test]
async fn a_provider_makes_its_validation_once() {
    let api = Providers::start().await;
    let sample = api.world.hand_in(World::PLAGIARISM).await;
    let list = list_of(&api, sample);
    let _ = api.calls();
    let body = json!({"status": 1, "validation_info": {"a": 1}, "message_code_id": "m1"});
    let made = api.call("POST", &list, &body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!((&made.body["status"], &made.body["provider"]), (&json!(1), &json!(1)));
    let own = format!("{list}{}/", made.body["id"]);
    let read = api.get(&own).await.body;
    assert_eq!((&read["message_code_id"], &read["status"]), (&json!("m1"), &json!(1)));
    let again = api.call("POST", &list, &body).await;
    let unique = "The fields sample_id, provider_id must make a unique set.";
    assert_eq!(again.parts(), (400, &json!({"non_field_errors": [unique]})));
    assert_eq!(api.call("DELETE", &own, &Value::Null).await.status, 204);
    let made = api.call("POST", &list, &json!({})).await;
    assert_eq!((made.status.as_u16(), &made.body["status"]), (201, &json!(0)));
}

#[tokio::test]
async fn a_deleted_validation_is_gone_with_its_info_and_the_sample_without_it() {
    let asked = asked().await;
    let body = json!({"status": 1, "validation_info": {"a": 1}});
    asked.api.call("PUT", &asked.own, &body).await;
    let answer = asked.api.call("DELETE", &asked.own, &Value::Null).await;
    assert_eq!(answer.parts(), (204, &Value::Null));
    assert_eq!(asked.stored(), Vec::<String>::new());
    assert_eq!(asked.api.get(&asked.own).await.status, 404);
    assert_eq!(asked.api.call("DELETE", &asked.own, &Value::Null).await.status, 404);
    assert_eq!(asked.api.get(&asked.list).await.body["count"], 0);
    assert_eq!(asked.status().await, 4, "nobody validates");
}

#[tokio::test]
async fn a_provider_sets_the_status_and_nothing_else() {
    let asked = asked().await;
    let uri = format!("{}status/", asked.own);
    let body = json!({"status": 4, "error_message": "no", "validation_info": {"a": 1}});
    let answer = asked.api.call("POST", &uri, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(
        [&answer.body["status"], &answer.body["error_message"], &answer.body["info"]],
        [&json!(4), &json!(null), &json!(null)]
    );
    assert_eq!(asked.status().await, 0, "4 keeps it open");
    assert_eq!(asked.api.call("POST", &uri, &json!({"status": 2})).await.status, 201);
    assert_eq!(asked.status().await, 2);
    let integer = "status must be an integer";
    let range = "status value out of range";
    for (body, refusal) in [
        (json!({}), "status field is required"),
        (json!({"status": null}), integer),
        (json!({"status": "1"}), integer),
        (json!({"status": 1.5}), integer),
        (json!({"status": 5}), range),
        (json!({"status": -1}), range),
    ] {
        let answer = asked.api.call("POST", &uri, &body).await;
        assert_eq!(answer.parts(), (400, &json!([refusal])), "{body}");
    }
}

#[tokio::test]
async fn while_the_bucket_is_down_info_is_not_taken_and_nothing_changes() {
    let asked = asked().await;
    asked.api.world.aws.bucket.set_down(true);
    let body = json!({"status": 1, "validation_info": {"a": 1}});
    let answer = asked.api.call("PUT", &asked.own, &body).await;
    assert_eq!(answer.parts(), (500, &json!({"detail": "Error processing the request."})));
    assert_eq!(asked.status().await, 0);
    let row = asked.api.world.own_validation(asked.api.world.provider, asked.sample).await;
    assert_eq!(row.row().state.status, ValidationStatus::Validating);
}
