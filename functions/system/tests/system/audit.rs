//! `GET /customers/system/audit`.

use attesta_identity::UserCaller;
use attesta_model::{Profile, Status};
use attesta_store::Seed;
use attesta_store::access::CanManage;
use attesta_store::audit::{Origin, within};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{AUDIT, System};

/// Sets an organisation's webhook on behalf of its owner, who calls from somewhere.
async fn set_webhook(system: &System, caller: &UserCaller) {
    let store = &system.world.store;
    let own = store.user(caller.user_id).await.expect("read").expect("there").organisation_id;
    let origin = Origin {
        operation: "PUT /webhook".to_owned(),
        correlation_id: "a-call".to_owned(),
        address: "192.0.2.1".to_owned(),
    };
    within(origin, async {
        let owner = store.organisation::<CanManage>(caller, own.expect("a home")).await;
        let url = "https://hooks.example.com/".parse().expect("an address");
        store.set_webhook(&owner.expect("an owner"), url).await.expect("set");
    })
    .await;
}

/// A world where both users and staff did something.
async fn busy() -> System {
    let system = System::start().await;
    set_webhook(&system, &system.world.user).await;
    set_webhook(&system, &system.world.other_user).await;
    let body = json!({"logging": {"level": "info", "filter": ""}});
    assert_eq!(system.set(&system.world.staff, &body).await.status, 200);
    system
}

async fn list(system: &System, query: &str, caller: &UserCaller) -> Vec<Value> {
    let answer = system.get(&format!("{AUDIT}?{query}"), caller).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    answer.body.as_array().expect("a list").clone()
}

fn organisations(rows: &[Value]) -> Vec<Value> {
    rows.iter().map(|row| row["organisationId"].clone()).collect()
}

#[tokio::test]
async fn a_row_tells_all_that_it_is_kept_for() {
    let system = busy().await;
    let rows = list(&system, "", &system.world.user).await;
    let [row] = &rows[..] else { panic!("{rows:?}") };
    let (user, organisation) = (system.world.user.user_id, system.world.organisation);
    let expected = json!({
        "id": row["id"],
        "atUTC": system.world.store.ids().now(),
        "actor": {"kind": "user", "id": user, "userId": user},
        "operation": "PUT /webhook",
        "things": [{"kind": "webhook", "id": organisation}],
        "organisationId": organisation,
        "correlationId": "a-call",
        "source": row["source"],
    });
    assert_eq!(row, &expected);
    assert_eq!(row["source"].as_str().expect("a text").len(), 22);
}

#[tokio::test]
async fn what_a_surface_serves_is_told_by_its_route_and_request() {
    let system = busy().await;
    let rows = list(&system, "actor=staff", &system.world.read_only_staff).await;
    let [row] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!(row["operation"], "PUT /customers/system/settings");
    assert_eq!(row["correlationId"], "a-request");
    assert_eq!(row["things"], json!([{"kind": "settings", "id": null}]));
    assert_eq!(row["actor"]["id"], json!(system.world.staff.user_id));
}

#[tokio::test]
async fn staff_see_all_or_one_organisations() {
    let system = busy().await;
    let (reader, one) = (&system.world.read_only_staff, system.world.organisation);
    let all = organisations(&list(&system, "", reader).await);
    assert_eq!(all.len(), 3);
    for whose in [json!(one), json!(system.world.other_organisation), Value::Null] {
        assert!(all.contains(&whose), "{whose}");
    }
    let rows = list(&system, &format!("organisationId={one}"), reader).await;
    assert_eq!(organisations(&rows), [json!(one)]);
    let nobodys = format!("organisationId={}", Uuid::nil());
    assert!(list(&system, &nobodys, reader).await.is_empty());
}

#[tokio::test]
async fn an_owner_sees_their_own_organisation_and_no_other() {
    let system = busy().await;
    let (user, own) = (&system.world.user, system.world.organisation);
    let rows = list(&system, &format!("organisationId={own}"), user).await;
    assert_eq!(organisations(&rows), [json!(own)]);
    for foreign in
        [system.world.other_organisation.to_string(), Uuid::nil().to_string(), "x".to_owned()]
    {
        let answer = system.get(&format!("{AUDIT}?organisationId={foreign}"), user).await;
        assert_eq!(answer.status, 404, "{foreign}");
    }
}

#[tokio::test]
async fn a_member_who_owns_nothing_is_not_allowed() {
    let system = busy().await;
    let (user_id, organisation_id) = (system.world.user.user_id, system.world.organisation);
    let roles = vec!["seller".to_owned()];
    let seed = Seed(&system.world.store);
    seed.profile(&Profile::new(user_id, organisation_id, roles)).await.expect("seeded");
    assert_eq!(system.get(AUDIT, &system.world.user).await.status, 403);
}

#[tokio::test]
async fn nobody_reads_a_disabled_organisations_but_staff() {
    let system = busy().await;
    system.world.set_organisation_status(Status::Inactive).await;
    assert_eq!(system.get(AUDIT, &system.world.user).await.status, 403);
    let query = format!("organisationId={}", system.world.organisation);
    assert_eq!(list(&system, &query, &system.world.staff).await.len(), 1);
}

#[tokio::test]
async fn a_program_sees_what_its_roles_let_it() {
    let system = busy().await;
    let program = async |roles: &[&str]| {
        let (token, _) = system.world.api_token(roles).await;
        UserCaller { api_token: Some(token.id), ..system.world.user.clone() }
    };
    assert_eq!(list(&system, "", &program(&["owner"]).await).await.len(), 1);
    assert_eq!(system.get(AUDIT, &program(&[]).await).await.status, 403);
}

#[tokio::test]
async fn every_wrong_parameter_is_told() {
    let system = System::start().await;
    let query = "limit=0&from=yesterday&to=tomorrow&cursor=x&actor=".to_owned() + &"x".repeat(201);
    let answer = system.get(&format!("{AUDIT}?{query}"), &system.world.staff).await;
    assert_eq!(answer.status, 400);
    let told = answer.body["validation"].as_array().expect("a list").iter();
    let mut told: Vec<_> = told.map(|one| one["field"].as_str().expect("a text")).collect();
    told.sort_unstable();
    assert_eq!(told, ["actor", "cursor", "from", "limit", "to"]);
}

#[tokio::test]
async fn the_link_leads_through_all_pages_and_keeps_the_filter() {
    let system = System::start().await;
    for _ in 0..5 {
        set_webhook(&system, &system.world.user).await;
    }
    set_webhook(&system, &system.world.other_user).await;
    let actor = system.world.user.user_id;
    let mut path = format!("{AUDIT}?actor={actor}&thing=webhook&limit=2");
    let mut pages = Vec::new();
    loop {
        let answer = system.get(&path, &system.world.staff).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        pages.push(answer.body.as_array().expect("a list").len());
        let Some(link) = answer.header("link") else { break };
        let next = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\""));
        path = next.expect("a link").to_owned();
    }
    assert_eq!(pages, [2, 2, 1]);
}
