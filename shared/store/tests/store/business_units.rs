//! Business units, where several callers want the same.

use attesta_identity::UserCaller;
use attesta_model::{Business, BusinessUnit, BusinessUnitKind, Error, Result};
use attesta_store::{
    Idempotency, MOST_UNITS, NewBusinessUnit, Planned, UnitPlan, keys, unit_as_answered,
};
use attesta_testing::World;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use tokio::join;

fn farm(name: &str) -> NewBusinessUnit {
    let business = Business { name: Some("Marden".to_owned()), ..Business::default() };
    let name = name.to_owned();
    NewBusinessUnit { name, kind: BusinessUnitKind::Farm, business: Some(business) }
}

async fn plan(world: &World, name: &str, key: Option<&Idempotency>) -> Result<Planned<UnitPlan>> {
    let organisation = world.organisation.to_string();
    world.store.plan_business_unit(&world.user, &organisation, name, key).await
}

async fn new_plan(world: &World, name: &str) -> UnitPlan {
    match plan(world, name, None).await.expect("a plan") {
        Planned::New(plan) => plan,
        Planned::Same(answer) => panic!("{answer}"),
    }
}

async fn make(world: &World, name: &str) -> BusinessUnit {
    let plan = new_plan(world, name).await;
    world.store.create_business_unit(&plan, &farm(name), None).await.expect("made")
}

fn code<T: std::fmt::Debug>(answer: Result<T>) -> &'static str {
    match answer {
        Err(Error::Conflict { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

async fn items(world: &World) -> [usize; 3] {
    let items = &world.aws;
    [
        items.items("BUSINESS_UNIT").await,
        items.items("BUSINESS_UNIT_OWNER").await,
        items.items("IDEMPOTENCY").await,
    ]
}

#[tokio::test]
async fn of_two_with_one_name_one_is_made() {
    let world = World::start().await;
    let (one, other) = (new_plan(&world, "North").await, new_plan(&world, " NORTH ").await);
    let (new, also) = (farm("North"), farm("NORTH"));
    let (one, other) = join!(
        world.store.create_business_unit(&one, &new, None),
        world.store.create_business_unit(&other, &also, None),
    );
    let (lost, won) = if one.is_ok() { (other, one) } else { (one, other) };
    assert_eq!(code(lost), "name_taken");
    assert_eq!(won.expect("made").ordinal, 1);
    assert_eq!(items(&world).await, [1, 1, 0]);
}

#[tokio::test]
async fn units_made_at_once_are_counted_each() {
    let world = World::start().await;
    let [a, b, c] =
        [new_plan(&world, "A").await, new_plan(&world, "B").await, new_plan(&world, "C").await];
    let (units_a, units_b, units_c) = (farm("A"), farm("B"), farm("C"));
    let (a, b, c) = join!(
        world.store.create_business_unit(&a, &units_a, None),
        world.store.create_business_unit(&b, &units_b, None),
        world.store.create_business_unit(&c, &units_c, None),
    );
    let mut ordinals = [a, b, c].map(|unit| unit.expect("made").ordinal);
    ordinals.sort_unstable();
    assert_eq!(ordinals, [1, 2, 3]);
}

#[tokio::test]
async fn the_same_call_at_once_makes_one() {
    let world = World::start().await;
    let key = Idempotency::new(world.organisation, world.user.user_id, "units", "k", &[b"body"]);
    let (one, other) = (new_plan(&world, "North").await, new_plan(&world, "North").await);
    let new = farm("North");
    let (one, other) = join!(
        world.store.create_business_unit(&one, &new, Some(&key)),
        world.store.create_business_unit(&other, &new, Some(&key)),
    );
    assert_eq!(one.clone().expect("made"), other.expect("the same"));
    assert_eq!(items(&world).await, [1, 1, 1]);
    let Planned::Same(answer) = plan(&world, "North", Some(&key)).await.expect("a replay") else {
        panic!("it came before");
    };
    assert_eq!(unit_as_answered(&answer), one);
}

#[tokio::test]
async fn an_organisation_has_so_many_at_most() {
    let world = World::start().await;
    let before = new_plan(&world, "North").await;
    let late = new_plan(&world, "South").await;
    let key = keys::business_unit_count(world.organisation);
    let client = Client::new(&world.aws.table_config());
    let full = client
        .put_item()
        .table_name(World::TABLE)
        .item("pk", AttributeValue::S(key.pk))
        .item("sk", AttributeValue::S(key.sk))
        .item("made", AttributeValue::N((MOST_UNITS - 1).to_string()));
    full.send().await.expect("written");
    let last = world.store.create_business_unit(&before, &farm("North"), None).await;
    assert_eq!(last.expect("the last").ordinal, MOST_UNITS);
    let over = world.store.create_business_unit(&late, &farm("South"), None).await;
    assert_eq!(code(over), "too_many_business_units");
    assert_eq!(code(plan(&world, "South", None).await), "too_many_business_units");
}

#[tokio::test]
async fn a_name_moves_with_its_unit() {
    let world = World::start().await;
    let (a, b) = (make(&world, "A").await, make(&world, "B").await);
    let managed = async |unit: &BusinessUnit, by: &UserCaller| {
        world.store.managed_unit(by, &unit.id.to_string()).await.expect("its owner")
    };
    let name = || Some("C".to_owned());
    let (own_a, own_b) = (managed(&a, &world.user).await, managed(&b, &world.staff).await);
    let (one, other) = join!(
        world.store.change_business_unit(&own_a, name(), None),
        world.store.change_business_unit(&own_b, name(), None),
    );
    let (lost, won) = if one.is_ok() { (other, one) } else { (one, other) };
    assert_eq!(code(lost), "name_taken");
    let won = won.expect("renamed");
    assert_eq!((won.name.as_str(), won.version), ("C", 1));
    // The winner's former name is free again, the loser's is not.
    let (free, kept) = if won.id == a.id { ("A", "B") } else { ("B", "A") };
    make(&world, free).await;
    assert_eq!(code(plan(&world, kept, None).await), "name_taken");
}

#[tokio::test]
async fn of_two_changes_at_once_none_is_lost() {
    let world = World::start().await;
    let unit = make(&world, "A").await;
    let id = unit.id.to_string();
    let one = world.store.managed_unit(&world.user, &id).await.expect("its owner");
    let other = world.store.managed_unit(&world.staff, &id).await.expect("staff");
    let unchanged = world.store.change_business_unit(&one, Some("A".to_owned()), None).await;
    assert_eq!(unchanged.expect("nothing to do").version, 0);
    let changed = world.store.change_business_unit(&one, Some("B".to_owned()), None).await;
    assert_eq!(changed.expect("changed").version, 1);
    let late = world.store.change_business_unit(&other, None, Some(Business::default())).await;
    assert_eq!(code(late), "busy");
    let late = world.store.change_business_unit(&other, Some("C".to_owned()), None).await;
    assert_eq!(code(late), "busy");
    let kept = world.store.managed_unit(&world.user, &id).await.expect("its owner");
    assert_eq!((kept.get().name.as_str(), &kept.get().business), ("B", &unit.business));
}
