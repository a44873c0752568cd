//! The audit log: rows that go along with what they tell of.

use attesta_identity::UserCaller;
use attesta_model::verification::ResultCode;
use attesta_model::{LearnerId, LogFilter, LogLevel, Logging, Staff};
use attesta_store::access::{CanChange, CanManage, CanSubmit};
use attesta_store::audit::{AuditFilter, AuditPage, AuditPlace, Origin, within};
use attesta_store::{NewStaff, Store};
use attesta_testing::World;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::conflicts::disturbed;

fn origin(address: &str) -> Origin {
    Origin {
        operation: "PUT /x".to_owned(),
        correlation_id: "0197f0a0-0000-7000-8000-00000000000a".to_owned(),
        address: address.to_owned(),
    }
}

async fn rows(world: &World) -> Vec<Value> {
    let mut rows = world.aws.all("AUDIT").await;
    rows.sort_by_key(|row| row["sk"].to_string());
    rows
}

/// Sets the organisation's webhook on behalf of its owner.
async fn set_webhook(store: &Store, world: &World) -> attesta_model::Result<()> {
    let owner = store.organisation::<CanManage>(&world.user, world.organisation).await?;
    let url = "https://hooks.example.com/".parse().expect("an address");
    store.set_webhook(&owner, url).await.map(drop)
}

/// Brings a new learner in on behalf of a member.
async fn bring(world: &World, id: LearnerId) {
    let member = world.store.organisation::<CanSubmit>(&world.user, world.organisation).await;
    world.store.put_learner(&member.expect("a member"), id).await.expect("brought");
}

fn new_learner(world: &World) -> LearnerId {
    LearnerId(world.store.ids().uuid().expect("random"))
}

#[tokio::test]
async fn a_row_tells_who_did_what_to_which_thing_when_and_from_where() {
    let world = World::start().await;
    within(origin("192.0.2.1"), set_webhook(&world.store, &world)).await.expect("set");
    let rows = rows(&world).await;
    let [row] = &rows[..] else { panic!("{rows:?}") };
    for (field, expected) in [
        ("at", json!(world.store.ids().now())),
        ("actor", json!({"kind": "user", "id": world.user.user_id})),
        ("operation", json!("PUT /x")),
        ("things", json!([{"kind": "webhook", "id": world.organisation}])),
        ("organisation_id", json!(world.organisation)),
        ("correlation_id", json!("0197f0a0-0000-7000-8000-00000000000a")),
        ("pk", json!(format!("AUDIT#{}", world.organisation))),
    ] {
        assert_eq!(row[field], expected, "{field}");
    }
    let kept = row["ttl"].as_i64().expect("a time") - world.store.ids().now().as_second();
    assert_eq!(kept, 400 * 24 * 3600);
}

#[tokio::test]
async fn rows_are_kept_for_as_long_as_is_said() {
    let world = World::start().await;
    let store = world.store.clone().keeping_audit(SignedDuration::from_hours(24));
    within(origin(""), set_webhook(&store, &world)).await.expect("set");
    let kept = rows(&world).await[0]["ttl"].as_i64().expect("a time");
    assert_eq!(kept, store.ids().now().as_second() + 24 * 3600);
}

#[tokio::test]
async fn an_address_is_told_by_its_hash_alone() {
    let world = World::start().await;
    for address in ["192.0.2.1", "192.0.2.2", "192.0.2.1"] {
        within(origin(address), set_webhook(&world.store, &world)).await.expect("set");
        world.clock.advance(SignedDuration::from_secs(1));
    }
    let rows = rows(&world).await;
    let source = |at: usize| rows[at]["source"].as_str().expect("a text");
    assert_eq!(source(0), source(2));
    assert_ne!(source(0), source(1));
    assert!(!serde_json::to_string(&rows).expect("JSON").contains("192.0.2"));
}

#[tokio::test]
async fn what_is_refused_and_what_changes_nothing_leaves_no_row() {
    let world = World::start().await;
    let new = NewStaff {
        // A user's.
        email: "one@example.com".to_owned(),
        given_name: "Una".to_owned(),
        family_name: "Field".to_owned(),
        staff: Staff::Admin,
    };
    let admin = world.store.staff::<CanChange>(&world.staff).await.expect("staff");
    within(origin(""), async {
        world.store.own_user(&world.staff).await.expect("somebody");
        assert!(world.store.begin_staff(&admin, &new).await.is_err());
    })
    .await;
    // The learner is there.
    within(origin(""), bring(&world, world.learner)).await;
    assert_eq!(rows(&world).await, Vec::<Value>::new());
}

#[tokio::test]
async fn what_is_tried_again_leaves_one_row() {
    let world = World::start().await;
    let (store, met) = disturbed(&world, 2);
    within(origin(""), set_webhook(&store, &world)).await.expect("set");
    assert_eq!((met(), rows(&world).await.len()), (2, 1));
    // For good: the change and its row stay away together.
    let (store, _) = disturbed(&world, 100);
    assert!(within(origin(""), set_webhook(&store, &world)).await.is_err());
    assert_eq!(rows(&world).await.len(), 1);
}

#[tokio::test]
async fn providers_and_the_platforms_own_work_leave_none() {
    let world = World::start().await;
    let request = world.submit(&[World::PLAGIARISM]).await;
    within(origin(""), world.answer(world.provider, request, 0.9, ResultCode::Ok)).await;
    set_webhook(&world.store, &world).await.expect("set");
    assert_eq!(rows(&world).await, Vec::<Value>::new());
}

#[tokio::test]
async fn staff_leave_rows_of_the_platform() {
    let world = World::start().await;
    within(origin(""), async {
        let admin = world.store.staff::<CanChange>(&world.staff).await.expect("staff");
        let logging = Logging { level: LogLevel::Info, filter: LogFilter::default() };
        world.store.set_system_settings(&admin, logging).await.expect("set");
    })
    .await;
    let row = &rows(&world).await[0];
    assert_eq!(row["actor"], json!({"kind": "staff", "id": world.staff.user_id}));
    assert_eq!(row["things"], json!([{"kind": "settings", "id": null}]));
    assert_eq!(row["organisation_id"], Value::Null);
    assert!(row["pk"].as_str().expect("a text").starts_with("AUDIT#PLATFORM#"));
}

#[tokio::test]
async fn a_program_in_a_users_name_is_told_from_the_user() {
    let world = World::start().await;
    let (token, _) = world.api_token(&["owner"]).await;
    let program = UserCaller { api_token: Some(token.id), ..world.user.clone() };
    within(origin(""), async {
        let owner = world.store.organisation::<CanManage>(&program, world.organisation).await;
        let url = "https://hooks.example.com/".parse().expect("an address");
        world.store.set_webhook(&owner.expect("an owner"), url).await.expect("set");
    })
    .await;
    let actor = json!({"kind": "apiToken", "id": token.id, "user_id": world.user.user_id});
    assert_eq!(rows(&world).await[0]["actor"], actor);
}

/// A page as staff see it, by what its rows are to.
async fn page(
    world: &World,
    filter: &AuditFilter,
    after: Option<AuditPlace>,
    limit: usize,
) -> (Vec<String>, Option<AuditPlace>) {
    let page = world.store.audit(&world.staff, None, filter, after, limit);
    let AuditPage { rows, next } = page.await.expect("a page");
    (rows.into_iter().map(|row| row.things[0].id.clone().expect("one")).collect(), next)
}

#[tokio::test]
async fn pages_hold_every_row_once_newest_first() {
    let world = World::start().await;
    let mut brought = Vec::new();
    for second in 0..30 {
        let learner = new_learner(&world);
        within(origin(""), bring(&world, learner)).await;
        brought.insert(0, learner.to_string());
        // Some at one time.
        world.clock.advance(SignedDuration::from_secs((second + 1) % 2));
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let (rows, next) = page(&world, &AuditFilter::default(), after, 7).await;
        assert!(rows.len() <= 7);
        seen.extend(rows);
        after = next;
        if after.is_none() {
            break;
        }
    }
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    assert_eq!((seen[0].clone(), seen.len()), (brought[0].clone(), 30));
    assert_eq!(sorted(seen), sorted(brought));
}

#[tokio::test]
async fn rows_are_found_by_actor_thing_and_time() {
    let world = World::start().await;
    let start = world.store.ids().now();
    within(origin(""), bring(&world, new_learner(&world))).await;
    world.clock.advance(SignedDuration::from_secs(10));
    let learner = new_learner(&world);
    within(origin(""), bring(&world, learner)).await;
    world.clock.advance(SignedDuration::from_secs(10));
    within(origin(""), set_webhook(&world.store, &world)).await.expect("set");
    let at = |seconds| Some(start + SignedDuration::from_secs(seconds));
    let text = |text: &str| Some(text.to_owned());
    let none = AuditFilter::default;
    for (filter, count) in [
        (AuditFilter { actor: text(&world.user.user_id.to_string()), ..none() }, 3),
        (AuditFilter { actor: text("user"), thing: text("webhook"), ..none() }, 1),
        (AuditFilter { actor: text("staff"), ..none() }, 0),
        (AuditFilter { thing: text(&learner.to_string()), ..none() }, 1),
        (AuditFilter { thing: text("learner"), ..none() }, 2),
        (AuditFilter { from: at(10), ..none() }, 2),
        (AuditFilter { to: at(10), ..none() }, 1),
        (AuditFilter { from: at(1), to: at(20), ..none() }, 1),
        (AuditFilter { from: at(20), to: at(10), ..none() }, 0),
    ] {
        let (rows, next) = page(&world, &filter, None, 50).await;
        assert_eq!((rows.len(), next), (count, None), "{filter:?}");
    }
}

#[tokio::test]
async fn a_filter_looks_at_a_thousand_rows_and_goes_on_from_there() {
    let world = World::start().await;
    within(origin(""), set_webhook(&world.store, &world)).await.expect("set");
    within(origin(""), async {
        let member = world.store.organisation::<CanSubmit>(&world.user, world.organisation).await;
        let member = member.expect("a member");
        for _ in 0..1_010 {
            world.clock.advance(SignedDuration::from_millis(1));
            world.store.put_learner(&member, new_learner(&world)).await.expect("brought");
        }
    })
    .await;
    let filter = AuditFilter { thing: Some("webhook".to_owned()), ..AuditFilter::default() };
    let (rows, next) = page(&world, &filter, None, 50).await;
    assert!(rows.is_empty() && next.is_some());
    let (rows, next) = page(&world, &filter, next, 50).await;
    assert_eq!((rows.len(), next), (1, None));
}
