//! Things that change are found, listed and counted as they are now.

use attesta_model::Words;
use attesta_store::access::CanRead;
use attesta_store::{EntryListing, OrganisationsWanted};
use attesta_testing::World;
use aws_lambda_events::event::dynamodb::Event;
use serde_json::{Value, json};

use crate::support::{app, handle, sample};

/// An event that an item of this type and partition changed so.
fn change(name: &str, kind: &str, partition: &str) -> Value {
    let mut record = sample()["Records"][0].clone();
    record["eventName"] = json!(name);
    let image = json!({"type": {"S": kind}, "pk": {"S": partition}, "sk": {"S": kind}});
    let change = record["dynamodb"].as_object_mut().expect("an object");
    change.remove("NewImage");
    let side = if name == "REMOVE" { "OldImage" } else { "NewImage" };
    change.insert(side.to_owned(), image);
    record
}

fn event(records: &[Value]) -> Event {
    serde_json::from_value(json!({ "Records": records })).expect("an event")
}

async fn found(world: &World, question: &str) -> usize {
    let staff = world.store.staff::<CanRead>(&world.staff).await.expect("staff");
    let words = Words::new(question);
    let wanted = OrganisationsWanted { words, ..OrganisationsWanted::default() };
    let listing = EntryListing { limit: 9, ..EntryListing::default() };
    world.store.organisations_listed(&staff, &wanted, &listing).await.expect("listed").rows.len()
}

#[tokio::test]
async fn an_organisation_that_changed_is_found() {
    let world = World::start().await;
    assert_eq!(found(&world, "one").await, 0);
    let partition = format!("ORGANISATION#{}", world.organisation);
    for name in ["INSERT", "MODIFY"] {
        let event = event(&[change(name, "ORGANISATION", &partition)]);
        let answer = handle(&app(&world), event).await.expect("kept");
        assert!(answer.answer.batch_item_failures.is_empty());
        assert_eq!(found(&world, "one").await, 1, "{name}");
    }
}

#[tokio::test]
async fn a_user_who_changed_more_than_once_is_looked_at_once() {
    let world = World::start().await;
    let partition = format!("USER#{}", world.user.user_id);
    let _ = world.store.meter().take();
    let records = [
        change("MODIFY", "USER", &partition),
        change("INSERT", "PROFILE", &partition),
        change("REMOVE", "PROFILE", &partition),
    ];
    handle(&app(&world), event(&records)).await.expect("kept");
    let calls = world.store.meter().take();
    let writes = calls.iter().filter(|call| call.operation == "TransactWriteItems").count();
    assert_eq!(writes, 1, "{calls:?}");
    let among = world.store.people_in_sight(&world.user, &[]).await.expect("own");
    assert_eq!(world.store.people_counted(&among, &Default::default()).await, Ok(1));
}

#[tokio::test]
async fn what_has_no_entries_is_let_go() {
    let world = World::start().await;
    let records = [change("MODIFY", "USER", "USER#nobody"), change("MODIFY", "NAME", "NAME#x")];
    handle(&app(&world), event(&records)).await.expect("nothing to do");
}
