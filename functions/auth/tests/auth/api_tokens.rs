//! API tokens: made, listed and taken back by staff, exchanged by programs.

use attesta_identity::UserCaller;
use attesta_model::{Profile, Status};
use attesta_store::Seed;
use attesta_testing::{Answer, World, call, from, json, with_header};
use http::Request;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::Auth;

const PATH: &str = "/customers/auth/api-tokens";
const ALSO: &str = "/customers/users/api-tokens";

impl Auth {
    async fn call(&self, method: &str, path: &str, caller: &UserCaller, body: &Value) -> Answer {
        call(&self.router, json(method, path, &self.world.user_token(caller), body)).await
    }

    async fn make(&self, body: &Value) -> Answer {
        self.call("POST", PATH, &self.world.staff, body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &self.world.staff, &Value::Null).await
    }

    async fn exchange(&self, token: &str) -> Answer {
        let body = json!({"token": token});
        call(&self.router, json("POST", &format!("{PATH}/authenticate"), "", &body)).await
    }

    /// Has the pool take whatever our trigger is shown, for this access token.
    fn taken_by_the_pool(&self) -> String {
        let access = self.world.user_token(&self.world.user);
        let challenge = json!({"ChallengeName": "CUSTOM_CHALLENGE", "Session": "session"});
        self.pool.set("AdminInitiateAuth", challenge);
        self.pool.set(
            "AdminRespondToAuthChallenge",
            json!({"AuthenticationResult": {
                "AccessToken": access,
                "IdToken": "id",
                "RefreshToken": "refresh",
                "ExpiresIn": 3600,
            }}),
        );
        access
    }
}

fn new(world: &World) -> Value {
    json!({"userId": world.user.user_id, "hours": 24, "roles": ["owner"]})
}

fn secret(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["message"].as_str().expect("a token").to_owned()
}

/// Where a token that was just made is looked after.
fn place(answer: &Answer) -> String {
    answer.header("location").expect("a place").to_owned()
}

#[tokio::test]
async fn staff_make_a_token_and_see_it_once() {
    let auth = Auth::start().await;
    for path in [PATH, ALSO] {
        let answer = auth.call("POST", path, &auth.world.staff, &new(&auth.world)).await;
        let secret = secret(&answer);
        assert!(secret.starts_with("att_"), "{path}");
        assert_eq!(answer.body["status"], "success");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let shown = auth.get(&place(&answer)).await;
        let now = auth.world.store.ids().now();
        let expected = json!({
            "id": place(&answer).rsplit('/').next(),
            "userId": auth.world.user.user_id,
            "roles": ["owner"],
            "createdBy": auth.world.staff.user_id,
            "createdAtUTC": now,
            "expiresAtUTC": now + SignedDuration::from_hours(24),
            "revokedAtUTC": null,
        });
        assert_eq!(shown.parts(), (200, &expected));
        assert!(!auth.get(PATH).await.body.to_string().contains(&secret[4..]));
    }
}

#[tokio::test]
async fn only_staff_who_may_change_make_and_revoke_tokens_and_readers_look() {
    let auth = Auth::start().await;
    let World { user, read_only_staff: reader, staff, .. } = &auth.world;
    let made = auth.make(&new(&auth.world)).await;
    let place = place(&made);
    let program =
        UserCaller { api_token: Some(auth.world.api_token(&["owner"]).await.0.id), ..user.clone() };
    for (caller, looks, changes) in
        [(user, 403, 403), (&program, 403, 403), (reader, 200, 403), (staff, 200, 200)]
    {
        for path in [PATH, &place] {
            assert_eq!(auth.call("GET", path, caller, &Value::Null).await.status, looks);
        }
        for path in [PATH, ALSO] {
            assert_eq!(auth.call("POST", path, caller, &new(&auth.world)).await.status, changes);
        }
        assert_eq!(auth.call("DELETE", &place, caller, &Value::Null).await.status, changes);
    }
}

#[tokio::test]
async fn hours_are_one_to_a_years() {
    let auth = Auth::start().await;
    let hours =
        |hours: Value| json!({"userId": auth.world.user.user_id, "hours": hours, "roles": []});
    for good in [json!(1), json!(1.5), json!(8760)] {
        assert_eq!(auth.make(&hours(good.clone())).await.status, 200, "{good}");
    }
    for (bad, message) in [
        (json!(0), "must be 1 to 8760"),
        (json!(0.99), "must be 1 to 8760"),
        (json!(-1), "must be 1 to 8760"),
        (json!(8760.1), "must be 1 to 8760"),
        (json!(1e300), "must be 1 to 8760"),
        (json!("24"), "must be a number"),
        (Value::Null, "must not be null"),
    ] {
        let answer = auth.make(&hours(bad.clone())).await;
        let expected = json!([{"field": "hours", "message": message}]);
        assert_eq!((answer.status.as_u16(), &answer.body["validation"]), (400, &expected), "{bad}");
    }
}

#[tokio::test]
async fn a_token_has_no_role_that_its_user_has_not() {
    let auth = Auth::start().await;
    let mut body = new(&auth.world);
    body["roles"] = json!(["owner", "trading-manager"]);
    assert_eq!(auth.make(&body).await.status, 403);
    body["roles"] = json!(["owner", "owner"]);
    let made = auth.make(&body).await;
    assert_eq!(auth.get(&place(&made)).await.body["roles"], json!(["owner"]));
}

#[tokio::test]
async fn nobody_stands_for_staff_for_strangers_or_for_who_is_switched_off() {
    let auth = Auth::start().await;
    let World { user, organisation, staff, .. } = &auth.world;
    let about = |id: String| json!({"userId": id, "hours": 1, "roles": []});
    assert_eq!(auth.make(&about(staff.user_id.to_string())).await.status, 403);
    for unknown in ["0197f0a0-0000-7000-8000-00000000000a", "nobody"] {
        assert_eq!(auth.make(&about(unknown.to_owned())).await.status, 404, "{unknown}");
    }
    auth.world.set_user_status(user, *organisation, Status::Inactive).await;
    let answer = auth.make(&new(&auth.world)).await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (409, &json!("user_inactive")));
}

#[tokio::test]
async fn the_same_call_again_names_the_token_and_shows_it_no_more() {
    let auth = Auth::start().await;
    let request = |body: &Value| -> Request<axum::body::Body> {
        let token = auth.world.user_token(&auth.world.staff);
        with_header(json("POST", PATH, &token, body), "idempotency-key", "key")
    };
    let first = call(&auth.router, request(&new(&auth.world))).await;
    let (secret, place) = (secret(&first), place(&first));
    let id = place.rsplit('/').next().expect("an id");
    let again = call(&auth.router, request(&new(&auth.world))).await;
    assert_eq!((again.status.as_u16(), &again.body["code"]), (409, &json!("made_before")));
    let message = again.body["message"].as_str().expect("a text");
    assert!(message.contains(id) && !message.contains(&secret), "{message}");
    let mut other = new(&auth.world);
    other["hours"] = json!(1);
    let other = call(&auth.router, request(&other)).await;
    assert_eq!(
        (other.status.as_u16(), &other.body["code"]),
        (409, &json!("idempotency_key_reused"))
    );
    assert_eq!(auth.world.aws.items("API_TOKEN").await, 1);
    auth.world.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(call(&auth.router, request(&new(&auth.world))).await.status, 200);
}

#[tokio::test]
async fn tokens_are_listed_page_by_page_along_the_link() {
    let auth = Auth::start().await;
    for _ in 0..101 {
        auth.world.api_token(&[]).await;
        auth.world.clock.advance(SignedDuration::from_secs(1));
    }
    let of_user = format!("{PATH}?userId={}", auth.world.user.user_id);
    for path in [PATH, &of_user] {
        let first = auth.get(path).await;
        let link = first.header("link").expect("a next page").to_owned();
        let next = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\""));
        let last = auth.get(next.expect(&link)).await;
        let count = |answer: &Answer| answer.body.as_array().map(Vec::len);
        assert_eq!((count(&first), count(&last)), (Some(100), Some(1)), "{path}");
        assert_eq!(last.header("link"), None);
    }
    for nobody in [auth.world.other_user.user_id.to_string(), "nobody".to_owned()] {
        assert_eq!(auth.get(&format!("{PATH}?userId={nobody}")).await.parts(), (200, &json!([])));
    }
}

#[tokio::test]
async fn what_is_no_token_is_not_found() {
    let auth = Auth::start().await;
    for id in ["0197f0a0-0000-7000-8000-00000000000a", "nothing"] {
        for method in ["GET", "DELETE"] {
            let path = format!("{PATH}/{id}");
            let answer = auth.call(method, &path, &auth.world.staff, &Value::Null).await;
            assert_eq!(answer.status, 404, "{method} {id}");
        }
    }
}

#[tokio::test]
async fn a_program_signs_in_within_the_tokens_roles() {
    let auth = Auth::start().await;
    let Auth { world, pool, .. } = &auth;
    let roles = ["owner", "trading-viewer"].map(str::to_owned).to_vec();
    let (user_id, organisation_id) = (world.user.user_id, world.organisation);
    let seeded = Seed(&world.store).profile(&Profile::new(user_id, organisation_id, roles)).await;
    seeded.expect("written");
    let (token, secret) = world.api_token(&["trading-viewer"]).await;
    let access = auth.taken_by_the_pool();
    for path in [PATH, ALSO] {
        let body = json!({"token": secret.expose()});
        let request = json("POST", &format!("{path}/authenticate"), "", &body);
        let answer = call(&auth.router, request).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let tokens = json!({
            "id": "id",
            "access": access,
            "refresh": null,
            "expiresIn": 3600,
        });
        assert_eq!(answer.body["tokens"], tokens);
        assert_eq!(answer.body["user"]["tokens"], tokens);
        assert_eq!(answer.body["user"]["id"], json!(world.user.user_id));
        assert_eq!(answer.body["user"]["roles"], json!(["trading-viewer"]));
        assert_eq!(
            answer.body["access"]["account"]["users"],
            json!({"read": true, "write": false})
        );
        let calls = pool.take_calls();
        assert_eq!(calls[0].1["AuthFlow"], "CUSTOM_AUTH");
        assert_eq!(calls[0].1["ClientId"], attesta_testing::POOL_API_CLIENT);
        assert_eq!(calls[0].1["AuthParameters"]["USERNAME"], json!(world.user.user_id));
        assert_eq!(calls[1].1["ClientMetadata"]["api_token_id"], json!(token.id));
        assert_eq!(calls[1].1["ChallengeResponses"]["ANSWER"], secret.expose());
    }
}

#[tokio::test]
async fn whatever_is_wrong_with_a_token_the_answer_is_the_same() {
    let auth = Auth::start().await;
    let Auth { world, pool, .. } = &auth;
    let _ = auth.taken_by_the_pool();
    let (_, good) = world.api_token(&[]).await;
    let mistyped = format!("{}0", &good.expose()[..good.expose().len() - 1]);
    let unknown = attesta_identity::Secret::new("att", &[7; 32]);
    let (revoked, revoked_secret) = world.api_token(&[]).await;
    world.revoke_api_token(&revoked).await;
    let expected = json!({
        "message": "The API token does not count.",
        "status": "error",
        "code": "unauthenticated",
    });
    for bad in ["nonsense", &mistyped, unknown.expose(), revoked_secret.expose()] {
        assert_eq!(auth.exchange(bad).await.parts(), (401, &expected), "{bad}");
    }
    assert_eq!(auth.exchange(good.expose()).await.status, 200);
    let _ = pool.take_calls();
    pool.refuse("AdminInitiateAuth", "NotAuthorizedException");
    assert_eq!(auth.exchange(good.expose()).await.parts(), (401, &expected));
    let _ = pool.take_calls();
    world.set_user_status(&world.user, world.organisation, Status::Inactive).await;
    assert_eq!(auth.exchange(good.expose()).await.parts(), (401, &expected));
    world.set_user_status(&world.user, world.organisation, Status::Active).await;
    world.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(auth.exchange(good.expose()).await.parts(), (401, &expected));
    assert_eq!(pool.take_calls(), [], "Cognito is not asked");
}

#[tokio::test]
async fn a_token_of_who_became_staff_counts_no_more() {
    let auth = Auth::start().await;
    let (_, secret) = auth.world.api_token(&["owner"]).await;
    let _ = auth.taken_by_the_pool();
    let user = auth.world.store.user(auth.world.user.user_id).await.expect("read").expect("there");
    let staff = Some(attesta_model::Staff::Admin);
    Seed(&auth.world.store).user(&attesta_model::User { staff, ..user }).await.expect("written");
    assert_eq!(auth.exchange(secret.expose()).await.status, 401);
}

#[tokio::test]
async fn what_is_shown_has_to_be_one_text() {
    let auth = Auth::start().await;
    for body in [json!({}), json!({"token": 1}), json!({"token": "att_", "userId": "x"})] {
        let request = json("POST", &format!("{PATH}/authenticate"), "", &body);
        assert_eq!(call(&auth.router, request).await.status, 400, "{body}");
    }
}

#[tokio::test]
async fn a_source_that_tries_too_much_is_told_to_wait() {
    let auth = Auth::start().await;
    let try_from = |address: &'static str| {
        let body = json!({"token": "nonsense"});
        let request = json("POST", &format!("{PATH}/authenticate"), "", &body);
        call(&auth.router, from(address, request))
    };
    for n in 0..300 {
        assert_eq!(try_from("192.0.2.1").await.status, 401, "{n}");
    }
    let answer = try_from("192.0.2.1").await;
    assert_eq!(answer.status, 429);
    assert!(answer.header("retry-after").is_some());
    assert_eq!(try_from("198.51.100.7").await.status, 401);
}

#[tokio::test]
async fn a_token_that_is_taken_back_stays_so_and_is_kept_on_the_list() {
    let auth = Auth::start().await;
    let made = auth.make(&new(&auth.world)).await;
    let (place, first) = (place(&made), auth.world.store.ids().now());
    for _ in 0..2 {
        let answer = auth.call("DELETE", &place, &auth.world.staff, &Value::Null).await;
        assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("success")));
        auth.world.clock.advance(SignedDuration::from_secs(60));
    }
    assert_eq!(auth.get(&place).await.body["revokedAtUTC"], json!(first));
    assert_eq!(auth.get(PATH).await.body.as_array().map(Vec::len), Some(1));
}
