//! Staff are told by the table.

use attesta_identity::UserCaller;
use attesta_model::{Error, Staff, Status, User, UserId};
use attesta_store::Seed;
use attesta_store::access::{CanChange, CanRead};
use attesta_testing::World;

/// Whether a caller may look, and whether they may change.
async fn rights(world: &World, caller: &UserCaller) -> [Result<UserId, Error>; 2] {
    let reads = world.store.staff::<CanRead>(caller).await.map(|member| member.id());
    let changes = world.store.staff::<CanChange>(caller).await.map(|member| member.id());
    [reads, changes]
}

#[tokio::test]
async fn admins_change_readers_look_and_others_do_neither() {
    let world = World::start().await;
    let (admin, reader) = (&world.staff, &world.read_only_staff);
    let none = || Err(Error::forbidden());
    assert_eq!(rights(&world, admin).await, [Ok(admin.user_id), Ok(admin.user_id)]);
    assert_eq!(rights(&world, reader).await, [Ok(reader.user_id), none()]);
    assert_eq!(rights(&world, &world.user).await, [none(), none()]);
    let nobody = UserCaller { user_id: UserId(world.store.ids().uuid().expect("random")) };
    let unknown = || Err(Error::Unauthenticated("Invalid token: unknown user."));
    assert_eq!(rights(&world, &nobody).await, [unknown(), unknown()]);
}

#[tokio::test]
async fn staff_who_are_switched_off_may_do_nothing_from_then_on() {
    let world = World::start().await;
    for status in [Status::Inactive, Status::Pending, Status::Deleted] {
        let user = User {
            id: world.staff.user_id,
            name: "Staff".to_owned(),
            email: "staff@example.com".to_owned(),
            status,
            organisation_id: None,
            staff: Some(Staff::Admin),
            created_at: world.store.ids().now(),
        };
        Seed(&world.store).user(&user).await.expect("written");
        let refused = [Err(Error::forbidden()), Err(Error::forbidden())];
        assert_eq!(rights(&world, &world.staff).await, refused, "{status:?}");
    }
}
