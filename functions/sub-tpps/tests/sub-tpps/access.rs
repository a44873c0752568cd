//! Who may, and what everybody else is told.

use attesta_identity::MachineKey;
use attesta_model::{Machine, MachineKind, Status};
use attesta_testing::{ISSUER, World, call, json, raw, with_header};
use attesta_wire::within_request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::world::{Members, PATH, member, refusal, wanted};

const LIST: &str = "/member/sub-tpps?page.limit=1";

fn basic(key: &MachineKey) -> String {
    format!("Basic {}", STANDARD.encode(format!("{}:{}", key.id, key.secret.expose())))
}

impl Members {
    /// What the list says to this header.
    async fn with(&self, authorization: &str) -> (u16, String) {
        let request = json("GET", LIST, "", &Value::Null);
        let answer = call(&self.router, with_header(request, "authorization", authorization)).await;
        let (status, code, _) = refusal(&answer);
        (status, code.to_owned())
    }

    async fn with_token(&self, token: &str) -> (u16, String) {
        self.with(&format!("Bearer {token}")).await
    }
}

#[tokio::test]
async fn a_member_calls_by_token_or_by_key() {
    let members = Members::start().await;
    let ok = (200, String::new());
    assert_eq!(members.with_token(&members.token()).await, ok);
    assert_eq!(members.with(&basic(&members.key)).await, ok);
    let made = json("POST", PATH, "", &wanted("one.example.com"));
    let made =
        call(&members.router, with_header(made, "authorization", &basic(&members.key))).await;
    assert_eq!(made.status, 200);
    let id = made.body["subTppId"].as_str().expect("an id");
    assert_eq!(members.read(id).await["domain"], "one.example.com");
}

#[tokio::test]
async fn who_is_nobody_is_told_so() {
    let members = Members::start().await;
    let World { organisation, .. } = members.world;
    let unauthenticated = (401, "UNAUTHENTICATED".to_owned());
    let nobody = call(&members.router, json("GET", LIST, "", &Value::Null)).await;
    assert_eq!((nobody.status.as_u16(), nobody.header("www-authenticate")), (401, Some("Bearer")));
    let wrong = MachineKey { id: members.key.id, secret: members.other_key.secret.clone() };
    let machine = member(organisation);
    let foreign = members.world.machine_token(members.key.id, machine, "urn:another");
    // A token that says another organisation than the table does.
    let moved = members.token_of(&members.key, members.world.other_organisation);
    for header in [
        basic(&wrong),
        "Basic nonsense".to_owned(),
        "Bearer bogus".to_owned(),
        format!("Bearer {foreign}"),
        format!("Bearer {moved}"),
        format!("Bearer {}", members.world.user_token(&members.world.staff)),
    ] {
        assert_eq!(members.with(&header).await, unauthenticated, "{header}");
    }
    members.world.revoke_client(members.key.id).await;
    assert_eq!(members.with_token(&members.token()).await, unauthenticated);
    assert_eq!(members.with(&basic(&members.key)).await, unauthenticated);
}

#[tokio::test]
async fn who_lacks_the_permission_or_is_no_member_is_refused() {
    let members = Members::start().await;
    let World { organisation, .. } = members.world;
    let denied = (403, "PermissionDenied".to_owned());
    for kind in [MachineKind::Partner, MachineKind::Reseller, MachineKind::Service] {
        let of = Some(organisation).filter(|_| kind.is_of_organisation());
        let machine = Machine::new(kind, of).unwrap();
        let key = members.world.client_as(machine).await;
        let token = members.world.machine_token(key.id, machine, ISSUER);
        assert_eq!(members.with_token(&token).await, denied, "{kind:?}");
        assert_eq!(members.with(&basic(&key)).await, denied, "{kind:?}");
    }
    // An organisation with such a client that was never made a member.
    let world = World::start().await;
    let key = world.client(MachineKind::Member).await;
    let token = world.machine_token(key.id, member(world.organisation), ISSUER);
    let members = Members { router: crate::world::instance(&world), world, ..members };
    assert_eq!(members.with_token(&token).await, denied);
    assert_eq!(members.with(&basic(&key)).await, denied);
}

#[tokio::test]
async fn an_organisation_that_is_switched_off_is_nobody() {
    let members = Members::start().await;
    members.world.set_organisation_status(Status::Inactive).await;
    assert_eq!(members.with_token(&members.token()).await.0, 401);
    assert_eq!(members.with(&basic(&members.key)).await.0, 401);
}

#[tokio::test]
async fn what_is_anothers_is_not_found() {
    let members = Members::start().await;
    let id = members.made(&wanted("one.example.com")).await;
    for (method, path) in [
        ("GET", format!("{PATH}/{id}")),
        ("GET", format!("{PATH}/{id}/children")),
        ("DELETE", format!("{PATH}/{id}")),
        ("GET", format!("{PATH}/nonsense")),
        ("GET", format!("{PATH}/%ff")),
        ("DELETE", format!("{PATH}/0197f0a0-0000-7000-8000-00000000000a")),
    ] {
        let answer = members.as_other(method, &path, &Value::Null).await;
        assert_eq!(refusal(&answer), (404, "NOT_FOUND", "Not found."), "{method} {path}");
    }
    assert_eq!(members.read(&id).await["id"], json!(id));
}

#[tokio::test]
async fn a_path_or_method_that_there_is_not_is_told_in_the_dialect() {
    let members = Members::start().await;
    let nothing = members.as_member("GET", "/member/nothing", &Value::Null).await;
    assert_eq!(refusal(&nothing), (404, "NOT_FOUND", "Not found."));
    let put = members.as_member("PUT", PATH, &Value::Null).await;
    assert_eq!(refusal(&put), (501, "UNIMPLEMENTED", "This path has no PUT."));
    let mut allowed: Vec<_> = put.header("allow").expect("methods").split(',').collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
}

#[tokio::test]
async fn a_body_that_can_not_be_read_is_refused() {
    let members = Members::start().await;
    let token = members.token();
    let post = |body: Vec<u8>| raw("POST", PATH, &token, body);
    let typed = with_header(post(b"a=b".to_vec()), "content-type", "text/plain");
    for (request, status) in [
        (post(b"{".to_vec()), 400),
        (post(b"[]".to_vec()), 400),
        (post(vec![b' '; 1024 * 1024 + 1]), 413),
        (typed, 415),
    ] {
        let answer = call(&members.router, request).await;
        let (told, code, _) = refusal(&answer);
        assert_eq!((told, code), (status, "INVALID_ARGUMENT"));
    }
}

#[tokio::test]
async fn an_error_tells_the_requests_identifier() {
    let members = Members::start().await;
    let request = json("GET", LIST, "", &Value::Null);
    let answer =
        within_request("UdHX2jDxDoEEJuw=".to_owned(), call(&members.router, request)).await;
    let told = "Authentication credentials were not provided.";
    let error = json!({"error": {"errorCode": "UNAUTHENTICATED", "message": told,
        "tokenTraceId": "UdHX2jDxDoEEJuw="}});
    assert_eq!(answer.parts(), (401, &error));
}

#[tokio::test]
async fn a_client_that_calls_too_often_waits_for_the_next_minute_and_no_other_does() {
    let members = Members::start().await;
    members.world.clock.advance(jiff::SignedDuration::from_secs(20));
    let (id, minute) = (members.key.id.to_string(), jiff::SignedDuration::from_mins(1));
    for _ in 0..599 {
        members.world.store.count_attempt("sub-tpps", &id, minute).await.expect("counted");
    }
    assert_eq!(members.with_token(&members.token()).await.0, 200);
    let request = json("GET", LIST, &members.token(), &Value::Null);
    let answer = call(&members.router, request).await;
    let told = "Too many requests; wait a little.";
    assert_eq!(refusal(&answer), (429, "RESOURCE_EXHAUSTED", told));
    assert_eq!(answer.header("retry-after"), Some("40"));
    assert_eq!(members.with(&basic(&members.key)).await.0, 429, "by its key neither");
    assert_eq!(members.with_token(&members.other_token()).await.0, 200);
    members.world.clock.advance(jiff::SignedDuration::from_secs(40));
    assert_eq!(members.with_token(&members.token()).await.0, 200);
}

/// Whoever knows a client's identifier alone can't use its calls up.
#[tokio::test]
async fn calls_with_a_wrong_secret_do_not_count() {
    let members = Members::start().await;
    let wrong = MachineKey { id: members.key.id, secret: members.other_key.secret.clone() };
    assert_eq!(members.with_token(&members.other_token()).await.0, 200);
    let _ = members.world.store.meter().take();
    assert_eq!(members.with(&basic(&wrong)).await.0, 401);
    let calls: Vec<_> = members.world.store.meter().take().iter().map(|c| c.operation).collect();
    assert_eq!(calls, ["BatchGetItem"]);
}
