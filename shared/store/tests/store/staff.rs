//! Staff are told by the table.

use attesta_identity::UserCaller;
use attesta_model::{Error, Status, User, UserId};
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
    let nobody = UserCaller::new(UserId(world.store.ids().uuid().expect("random")));
    let unknown = || Err(Error::Unauthenticated("Invalid token: unknown user."));
    assert_eq!(rights(&world, &nobody).await, [unknown(), unknown()]);
}

#[tokio::test]
async fn staff_who_are_switched_off_may_do_nothing_from_then_on() {
    let world = World::start().await;
    for status in [Status::Inactive, Status::Pending, Status::Deleted] {
        change(&world, |user| user.status = status).await;
        let refused = [Err(Error::forbidden()), Err(Error::forbidden())];
        assert_eq!(rights(&world, &world.staff).await, refused, "{status:?}");
    }
}

#[tokio::test]
async fn staff_without_a_second_factor_are_told_so_and_do_nothing() {
    let world = World::start().await;
    change(&world, |user| user.second_factor = false).await;
    let refused = [Err(Error::SecondFactorRequired), Err(Error::SecondFactorRequired)];
    assert_eq!(rights(&world, &world.staff).await, refused);
}

#[tokio::test]
async fn staff_who_signed_out_everywhere_do_nothing_with_their_old_tokens() {
    let world = World::start().await;
    world.store.end_sessions(world.staff.user_id).await.expect("ended");
    let refused = || Err(Error::Unauthenticated("Invalid token: signed out."));
    assert_eq!(rights(&world, &world.staff).await, [refused(), refused()]);
    let anew = UserCaller { session: 1, ..world.staff.clone() };
    assert_eq!(rights(&world, &anew).await, [Ok(anew.user_id), Ok(anew.user_id)]);
}

/// Changes the staff member.
async fn change(world: &World, change: impl FnOnce(&mut User)) {
    let user = world.store.user(world.staff.user_id).await.expect("read");
    let mut user = user.expect("there");
    change(&mut user);
    Seed(&world.store).user(&user).await.expect("written");
}
