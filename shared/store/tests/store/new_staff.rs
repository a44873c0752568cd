//! Making somebody staff, as staff do it.

use attesta_model::{Error, Staff, Status, User};
use attesta_store::NewStaff;
use attesta_store::access::{CanChange, StaffMember};
use attesta_testing::World;
use uuid::Uuid;

const SUBJECT: Uuid = Uuid::max();

fn new(email: &str) -> NewStaff {
    NewStaff {
        email: email.to_owned(),
        given_name: "Ada".to_owned(),
        family_name: "King".to_owned(),
        staff: Staff::Admin,
    }
}

async fn admin(world: &World) -> StaffMember<CanChange> {
    world.store.staff(&world.staff).await.expect("staff")
}

async fn named(world: &World, name: &str) -> Option<User> {
    world.store.user_by_name(name).await.expect("read")
}

fn is_taken<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Conflict { code: "email_taken", .. }))
}

#[tokio::test]
async fn somebody_begun_waits_and_somebody_finished_is_staff() {
    let world = World::start().await;
    let begun = world.store.begin_staff(&admin(&world).await, &new("ada@example.com")).await;
    let begun = begun.expect("begun");
    assert_eq!((begun.status, begun.staff), (Status::Pending, Some(Staff::Admin)));
    assert_eq!(begun.name, "Ada King");
    assert_eq!(named(&world, "ada@example.com").await.as_ref(), Some(&begun));
    world.store.finish_staff(&begun, SUBJECT).await.expect("finished");
    let finished = User { status: Status::Active, subject: Some(SUBJECT), ..begun.clone() };
    assert_eq!(named(&world, "ADA@example.com").await, Some(finished));
    assert!(is_taken(&world.store.finish_staff(&begun, SUBJECT).await));
}

#[tokio::test]
async fn what_was_begun_goes_on_as_the_same_user_with_what_is_said_now() {
    let world = World::start().await;
    let admin = admin(&world).await;
    let first = world.store.begin_staff(&admin, &new("ada@example.com")).await.expect("begun");
    let reader = NewStaff { staff: Staff::ReadOnly, ..new("Ada@Example.com") };
    let second = world.store.begin_staff(&admin, &reader).await.expect("taken up");
    assert_eq!((second.id, second.staff), (first.id, Some(Staff::ReadOnly)));
    world.store.finish_staff(&second, SUBJECT).await.expect("finished");
    assert_eq!(named(&world, "ada@example.com").await.expect("there").staff, second.staff);
}

#[tokio::test]
async fn an_address_that_is_anybody_elses_is_taken() {
    let world = World::start().await;
    let admin = admin(&world).await;
    let owner = new("one@example.com");
    assert!(is_taken(&world.store.begin_staff(&admin, &owner).await));
    // Somebody may wait to be let in who is no staff at all.
    world.set_user_status(&world.other_user, world.other_organisation, Status::Pending).await;
    assert!(is_taken(&world.store.begin_staff(&admin, &new("changed@example.com")).await));
    assert!(is_taken(&world.store.begin_staff(&admin, &new("staff@example.com")).await));
}

#[tokio::test]
async fn whom_the_pool_would_not_have_is_forgotten_unless_they_work_already() {
    let world = World::start().await;
    let admin = admin(&world).await;
    let begun = world.store.begin_staff(&admin, &new("ada@example.com")).await.expect("begun");
    world.store.abandon_staff(&begun).await.expect("forgotten");
    assert_eq!(named(&world, "ada@example.com").await, None);
    let again = world.store.begin_staff(&admin, &new("ada@example.com")).await.expect("begun");
    assert_ne!(again.id, begun.id);
    world.store.finish_staff(&again, SUBJECT).await.expect("finished");
    world.store.abandon_staff(&again).await.expect("left alone");
    assert_eq!(named(&world, "ada@example.com").await.expect("there").status, Status::Active);
}

#[tokio::test]
async fn staff_find_a_user_by_any_name_unless_they_are_gone() {
    let world = World::start().await;
    let find = async |name: &str| {
        let found = world.store.managed_user::<CanChange>(&world.staff, name).await;
        found.map(|user| user.get().id)
    };
    let id = world.user.user_id;
    for name in [id.to_string(), "one@example.com".to_owned(), " ONE@example.com".to_owned()] {
        assert_eq!(find(&name).await, Ok(id), "{name}");
    }
    assert_eq!(find("nobody@example.com").await, Err(Error::not_found()));
    assert_eq!(find(&Uuid::max().to_string()).await, Err(Error::not_found()));
    for caller in [&world.user, &world.read_only_staff] {
        let refused = world.store.managed_user::<CanChange>(caller, "nobody").await;
        assert_eq!(refused.map(|user| user.get().id), Err(Error::forbidden()));
    }
    world.set_user_status(&world.user, world.organisation, Status::Deleted).await;
    assert_eq!(find(&id.to_string()).await, Err(Error::not_found()));
}
