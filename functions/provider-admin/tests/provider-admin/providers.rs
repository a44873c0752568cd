//! `/api/v2/admin/instrument/{id}/provider/`.

use attesta_identity::ProviderCaller;
use serde_json::{Value, json};

use crate::world::{Admin, INSTRUMENTS, PROVIDER, PROVIDERS, WORKER, path, provider};

/// Whom a provider's queue is open to.
fn open_to(api: &Admin, provider: &Value) -> Value {
    let policy = &api.world.aws.queues.made()[&format!("attesta-provider-{}", provider["id"])];
    let policy: Value = serde_json::from_str(policy).unwrap_or_default();
    policy["Statement"][0]["Principal"].clone()
}

#[tokio::test]
async fn staff_make_a_provider_with_its_queue_and_see_its_credential_once() {
    let api = Admin::start().await;
    let mut body = provider("new");
    body["principal"] = json!(WORKER);
    body["warning_below"] = json!(0.8);
    body["enabled"] = json!(true);
    let made = api.make(&body).await;
    assert!(api.signs_in(&made["credentials"]).await);
    assert_eq!(made["instrument"]["id"], 5);
    assert_eq!(made["principal"], Value::Null, "{made}");
    assert_eq!(open_to(&api, &made), json!({"AWS": WORKER}));
    assert_eq!(api.world.aws.queues.made().len(), 2);
    let read = api.get(&path(&made)).await.body;
    let mut expected = made.clone();
    expected["credentials"] = Value::Null;
    assert_eq!(read, expected);
    assert_eq!((&read["warning_below"], &read["alert_below"]), (&json!(0.8), &Value::Null));
    assert_eq!((&read["enabled"], &read["validation_active"]), (&json!(true), &json!(false)));
    let list = api.get(&format!("{PROVIDERS}?search=new")).await.body;
    assert_eq!(list["results"], json!([expected]));
}

#[tokio::test]
async fn a_provider_lacks_nothing_and_holds_no_more_than_fits() {
    let api = Admin::start().await;
    let required = json!(["This field is required."]);
    let missing = json!({"name": required, "acronym": required, "queue": required,
        "version": required, "image": required});
    let most = |most: usize| format!("Ensure this field has no more than {most} characters.");
    let arn = "Must be the ARN of an AWS role or user.";
    let plain = "Only letters, digits, hyphens and underscores.";
    for (method, uri) in [("POST", PROVIDERS), ("PUT", PROVIDER)] {
        assert_eq!(api.call(method, uri, &json!({})).await.parts(), (400, &missing), "{method}");
        for (field, value, refusal) in [
            ("name", json!("x".repeat(251)), most(250)),
            ("acronym", json!("x".repeat(31)), most(30)),
            ("queue", json!("x".repeat(51)), most(50)),
            ("queue", json!("two,queues"), plain.to_owned()),
            ("queue", json!("queue.1"), plain.to_owned()),
            ("queue", json!("Schlüssel"), plain.to_owned()),
            ("url", json!("x".repeat(251)), most(250)),
            ("version", json!("x".repeat(16)), most(15)),
            ("image", json!("x".repeat(251)), most(250)),
            ("description", json!("x".repeat(2001)), most(2000)),
            ("url", json!(""), "This field may not be blank.".to_owned()),
            ("principal", json!("*"), arn.to_owned()),
            ("principal", json!("arn:aws:iam::111122223333:root"), arn.to_owned()),
            ("service_port", json!("x"), "A valid integer is required.".to_owned()),
            (
                "service_port",
                json!(2_147_483_648_i64),
                "Ensure this value is less than or equal to 2147483647.".to_owned(),
            ),
            (
                "service_port",
                json!(-2_147_483_649_i64),
                "Ensure this value is greater than or equal to -2147483648.".to_owned(),
            ),
            ("warning_below", json!("x"), "A valid number is required.".to_owned()),
            ("options", json!([]), "Expected a dictionary of items.".to_owned()),
            (
                "options_schema",
                json!({"$ref": "#"}),
                "Not a usable JSON Schema: a $ref leads in a circle.".to_owned(),
            ),
        ] {
            let mut body = provider("new");
            body[field] = value;
            let answer = api.call(method, uri, &body).await;
            assert_eq!(answer.parts(), (400, &json!({field: [refusal]})), "{method}");
        }
    }
    assert!(api.world.aws.queues.made().is_empty());
}

#[tokio::test]
async fn a_providers_names_are_its_own_whatever_it_implements() {
    let api = Admin::start().await;
    let mut body = provider("new");
    body["acronym"] = json!("p2");
    body["queue"] = json!("queue_3");
    let taken = json!({
        "acronym": ["provider with this acronym already exists."],
        "queue": ["provider with this queue already exists."],
    });
    for (method, uri) in [("POST", PROVIDERS), ("PUT", PROVIDER), ("PATCH", PROVIDER)] {
        body["principal"] = json!(WORKER);
        assert_eq!(api.call(method, uri, &body).await.parts(), (400, &taken), "{method}");
    }
    assert!(api.world.aws.queues.made().is_empty(), "nothing was done for it");
}

#[tokio::test]
async fn options_are_held_to_both_schemas() {
    let api = Admin::start().await;
    let schema = json!({"required": ["a"]});
    let instrument = format!("{INSTRUMENTS}5/");
    assert_eq!(
        api.call("PATCH", &instrument, &json!({"options_schema": schema})).await.status,
        200
    );
    let mut body = provider("new");
    body["options_schema"] = json!({"properties": {"b": {"type": "integer"}}});
    body["options"] = json!({"b": "x"});
    let refused = api.call("POST", PROVIDERS, &body).await;
    let told = refused.body["options"].as_array().expect("a list").clone();
    assert_eq!((refused.status.as_u16(), told.len()), (400, 2), "{told:?}");
    assert!(api.world.aws.queues.made().is_empty());
    body["options"] = json!({"a": 1, "b": 2});
    let made = api.make(&body).await;
    assert_eq!(made["options"], body["options"]);
    let one = path(&made);
    for (change, status) in [
        (json!({"options": {"b": 2}}), 400),
        (json!({"options_schema": {"required": ["c"]}}), 400),
        (json!({"options": null, "options_schema": {"required": ["c"]}}), 200),
        (json!({"options": {"a": 1, "c": 1}}), 200),
    ] {
        assert_eq!(api.call("PATCH", &one, &change).await.status, status, "{change}");
    }
    // What was set before stays right until it is set again.
    let stricter = json!({"options_schema": {"required": ["z"]}});
    assert_eq!(api.call("PATCH", &instrument, &stricter).await.status, 200);
    assert_eq!(api.call("PATCH", &one, &json!({"enabled": true})).await.status, 200);
    assert_eq!(api.call("PATCH", &one, &json!({"options": {"a": 1, "c": 1}})).await.status, 400);
}

#[tokio::test]
async fn what_is_not_said_of_a_provider_stays() {
    let api = Admin::start().await;
    let mut body = provider("new");
    body["principal"] = json!(WORKER);
    let mut expected = api.make(&body).await;
    expected["credentials"] = Value::Null;
    let one = path(&expected);
    let change = json!({"inverted_polarity": true, "alert_below": 0.5, "service_port": 8080,
        "enabled": null, "description": "d"});
    let answer = api.call("PATCH", &one, &change).await;
    for field in ["inverted_polarity", "alert_below", "service_port", "description"] {
        expected[field] = change[field].clone();
    }
    assert_eq!(answer.parts(), (200, &expected));
    let answer = api.call("PUT", &one, &provider("other")).await;
    for field in ["name", "acronym", "queue"] {
        expected[field] = json!("other");
    }
    expected["version"] = json!("1.0.0");
    assert_eq!(answer.parts(), (200, &expected));
    assert_eq!(open_to(&api, &expected), json!({"AWS": WORKER}));
    assert_eq!(api.call("PATCH", &one, &json!({"alert_below": null})).await.status, 200);
    assert_eq!(api.get(&one).await.body["alert_below"], Value::Null);
}

#[tokio::test]
async fn another_principal_takes_the_place_of_the_one_before() {
    let api = Admin::start().await;
    let mut body = provider("new");
    body["principal"] = json!(WORKER);
    let made = api.make(&body).await;
    let other = "arn:aws:iam::111122223333:user/other";
    let answer = api.call("PATCH", &path(&made), &json!({"principal": other})).await;
    assert_eq!(answer.status, 200);
    assert_eq!(open_to(&api, &made), json!({"AWS": other}));
    body["principal"] = json!(WORKER);
    assert_eq!(api.call("PUT", &path(&made), &body).await.status, 200);
    assert_eq!(open_to(&api, &made), json!({"AWS": WORKER}));
    let answer = api.call("PATCH", &path(&made), &json!({"principal": null})).await;
    assert_eq!((answer.status.as_u16(), open_to(&api, &made)), (200, Value::Null));
    let queues = &api.world.aws.queues;
    queues.set_failing("SetQueueAttributes", Some("InvalidAttributeValue"));
    let answer = api.call("PATCH", &path(&made), &json!({"principal": WORKER})).await;
    let refusal = json!({"principal": ["AWS knows no such principal."]});
    assert_eq!(answer.parts(), (400, &refusal));
}

#[tokio::test]
async fn a_provider_whose_queue_fails_leaves_nothing_and_can_be_made_again() {
    let api = Admin::start().await;
    let queues = &api.world.aws.queues;
    let mut body = provider("new");
    body["principal"] = json!(WORKER);
    for (call, error, status) in [
        ("CreateQueue", "RequestThrottled", 500),
        ("GetQueueAttributes", "RequestThrottled", 500),
        ("SetQueueAttributes", "RequestThrottled", 500),
        ("SetQueueAttributes", "InvalidAttributeValue", 400),
    ] {
        queues.set_failing(call, Some(error));
        assert_eq!(api.call("POST", PROVIDERS, &body).await.status, status, "{call}");
        queues.set_failing(call, None);
        assert!(queues.made().is_empty(), "{call}");
        let found = api.get(&format!("{PROVIDERS}?search=new")).await.body;
        assert_eq!(found["count"], 0, "{call}");
    }
    api.make(&body).await;
}

#[tokio::test]
async fn of_two_who_make_the_same_provider_one_does() {
    let api = Admin::start().await;
    let body = provider("new");
    let calls = [(); 2].map(|()| api.call("POST", PROVIDERS, &body));
    let [one, two] = calls;
    let (one, two) = tokio::join!(one, two);
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 400]);
    assert_eq!(api.world.aws.queues.made().len(), 2, "the other's are taken away");
    let found = api.get(&format!("{PROVIDERS}?search=new")).await.body;
    assert_eq!(found["count"], 1);
}

#[tokio::test]
async fn of_two_who_change_a_provider_at_once_none_is_overwritten_unseen() {
    let api = Admin::start().await;
    let (one, two) = (json!({"version": "2"}), json!({"image": "two"}));
    let calls = [&one, &two].map(|body| api.call("PATCH", PROVIDER, body));
    let [first, second] = calls;
    let (first, second) = tokio::join!(first, second);
    let read = api.get(PROVIDER).await.body;
    for (answer, field, value) in [(first, "version", "2"), (second, "image", "two")] {
        let detail = json!({"detail": "This is being changed by others; try again."});
        match answer.status.as_u16() {
            200 => assert_eq!(read[field], value),
            _ => assert_eq!(answer.parts(), (409, &detail)),
        }
    }
}

#[tokio::test]
async fn a_deleted_provider_is_gone_at_once_and_its_results_stay() {
    let api = Admin::start().await;
    let mut body = provider("new");
    body["principal"] = json!(WORKER);
    body["enabled"] = json!(true);
    let made = api.make(&body).await;
    let signed_in = api.world.store.sign_in_provider(
        made["credentials"]["role_id"].as_str().expect("a text"),
        made["credentials"]["secret_id"].as_str().expect("a text"),
    );
    let caller: ProviderCaller = signed_in.await.expect("in").caller;
    let request = api.world.submit(&[5]).await;
    api.world.answer(caller, request, 0.9, attesta_model::verification::ResultCode::Ok).await;
    let open = api.world.submit(&[5]).await;
    let one = path(&made);
    assert_eq!(api.call("DELETE", &one, &Value::Null).await.parts(), (204, &Value::Null));
    assert!(!api.is_let_in(caller).await);
    assert!(!api.signs_in(&made["credentials"]).await);
    for (method, uri) in
        [("GET", one.clone()), ("DELETE", one.clone()), ("GET", format!("{one}credentials/"))]
    {
        assert_eq!(api.call(method, &uri, &Value::Null).await.status, 404, "{method} {uri}");
    }
    assert_eq!(api.get(PROVIDERS).await.body["count"], 1);
    let world = &api.world;
    for (id, status) in [(request, 1), (open, 0)] {
        let found = world.store.request(&world.user, world.organisation, world.learner, id).await;
        let results = found.expect("a request").results;
        let own = results.iter().find(|row| row.provider_id == caller.provider_id);
        assert_eq!(own.map(|row| row.state.status.number()), Some(status));
    }
    // Nothing new comes to it; its queue stays, shut.
    let later = world.submit(&[5]).await;
    let found = world.store.request(&world.user, world.organisation, world.learner, later).await;
    assert_eq!(found.expect("a request").results.len(), 1);
    assert_eq!((world.aws.queues.made().len(), open_to(&api, &made)), (2, Value::Null));
    // Its names are free.
    api.make(&body).await;
}

#[tokio::test]
async fn a_provider_whose_queue_can_not_be_shut_stays() {
    let api = Admin::start().await;
    let queues = &api.world.aws.queues;
    queues.set_failing("SetQueueAttributes", Some("RequestThrottled"));
    assert_eq!(api.call("DELETE", PROVIDER, &Value::Null).await.status, 500);
    assert_eq!(api.get(PROVIDER).await.status, 200);
    queues.set_failing("SetQueueAttributes", None);
    assert_eq!(api.call("DELETE", PROVIDER, &Value::Null).await.status, 204);
}
