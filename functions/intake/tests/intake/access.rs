//! Who may call what.

use attesta_identity::UserCaller;
use attesta_model::Status;
use attesta_testing::{call, json, raw, with_header};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::Intake;

/// Every operation, on the world's learner.
fn operations(api: &Intake) -> [(&'static str, String); 4] {
    [
        ("PUT", api.learner("learner")),
        ("POST", api.learner("upload")),
        ("POST", api.verification()),
        ("GET", format!("{}7/", api.verification())),
    ]
}

fn body() -> Value {
    json!({"instruments": [5], "data": "text"})
}

#[tokio::test]
async fn a_stranger_is_asked_for_a_token_by_every_operation() {
    let api = Intake::start().await;
    let world = &api.world;
    let elsewhere = world.user_token_from(&world.user, "https://elsewhere.test");
    let provider = world.provider_token(world.provider);
    for (token, detail) in [
        ("", "Authentication credentials were not provided."),
        ("bogus", "Invalid token."),
        (&elsewhere, "Invalid token."),
        (&provider, "Invalid token."),
    ] {
        for (method, uri) in operations(&api) {
            let answer = call(&api.router, json(method, &uri, token, &body())).await;
            assert_eq!(answer.parts(), (401, &json!({"detail": detail})), "{method} {uri}");
            assert_eq!(answer.header("www-authenticate"), Some("JWT"));
        }
    }
    let jwt = json("POST", &api.learner("upload"), "", &Value::Null);
    let jwt = with_header(jwt, "authorization", &format!("JWT {}", api.token));
    assert_eq!(call(&api.router, jwt).await.status, 401, "users say Bearer");
    assert_eq!(api.kept().await, [0; 5]);
}

#[tokio::test]
async fn a_user_whose_token_expired_is_told_so() {
    let api = Intake::start().await;
    api.world.clock.advance(SignedDuration::from_mins(62));
    for (method, uri) in operations(&api) {
        let answer = api.call(method, &uri, &body()).await;
        assert_eq!(answer.parts(), (401, &json!({"detail": "Invalid token: expired."})));
    }
}

#[tokio::test]
async fn a_user_of_another_organisation_finds_nothing() {
    let api = Intake::start().await;
    let foreign = api.world.user_token(&api.world.other_user);
    for (method, uri) in operations(&api) {
        let answer = call(&api.router, json(method, &uri, &foreign, &body())).await;
        assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})), "{method} {uri}");
    }
    assert_eq!(api.kept().await, [0; 5]);
}

#[tokio::test]
async fn a_user_who_is_no_longer_active_may_do_nothing() {
    let api = Intake::start().await;
    let world = &api.world;
    for status in [Status::Inactive, Status::Pending, Status::Deleted] {
        world.set_user_status(&world.user, world.organisation, status).await;
        for (method, uri) in operations(&api) {
            let answer = api.call(method, &uri, &body()).await;
            let detail = "You do not have permission to perform this action.";
            assert_eq!(answer.parts(), (403, &json!({"detail": detail})), "{status:?} {uri}");
        }
    }
    assert_eq!(api.kept().await, [0; 5]);
}

#[tokio::test]
async fn a_user_finds_nothing_where_nothing_is() {
    let api = Intake::start().await;
    let (organisation, learner) = (api.world.organisation, api.world.learner);
    let unknown = api.world.other_user.user_id;
    let simple = learner.to_string().replace('-', "");
    for resource in ["upload", "verification"] {
        for place in [
            format!("{unknown}/{learner}"),
            format!("{organisation}/{unknown}"),
            format!("x/{learner}"),
            format!("{organisation}/x"),
            format!("{organisation}/{simple}"),
            format!("{organisation}/%FF"),
        ] {
            let uri = format!("/lapi/v1/{resource}/{place}/");
            let answer = api.call("POST", &uri, &body()).await;
            assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})), "{uri}");
        }
    }
    assert_eq!(api.get("/lapi/v1/").await.status, 404);
    assert_eq!(api.kept().await, [0; 5]);
}

#[tokio::test]
async fn a_method_that_a_path_has_not_is_refused_in_the_dialect() {
    let api = Intake::start().await;
    for (method, uri) in [
        ("PATCH", api.learner("learner")),
        ("GET", api.learner("upload")),
        ("PUT", api.verification()),
        ("DELETE", format!("{}7/", api.verification())),
    ] {
        let answer = call(&api.router, raw(method, &uri, &api.token, "")).await;
        let detail = format!("Method \"{method}\" not allowed.");
        assert_eq!(answer.parts(), (405, &json!({"detail": detail})), "{uri}");
    }
}

#[tokio::test]
async fn a_program_whose_api_token_is_taken_back_fails_on_its_next_call() {
    let api = Intake::start().await;
    let (token, _) = api.world.api_token(&["owner"]).await;
    let program = UserCaller { api_token: Some(token.id), ..api.world.user.clone() };
    let bearer = api.world.user_token(&program);
    let submit = async || {
        let request = json("POST", &api.verification(), &bearer, &body());
        call(&api.router, request).await
    };
    assert_eq!(submit().await.status, 201);
    api.world.revoke_api_token(&token).await;
    let detail = json!({"detail": "Invalid token: revoked API token."});
    assert_eq!(submit().await.parts(), (401, &detail));
    for (method, uri) in operations(&api) {
        let answer = call(&api.router, json(method, &uri, &bearer, &body())).await;
        assert_eq!(answer.parts(), (401, &detail), "{method} {uri}");
    }
}
