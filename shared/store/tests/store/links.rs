//! Links that sign somebody in: asked for, sent, used up.

use attesta_identity::Secret;
use attesta_model::{Notice, Redirect, Redirects, Result, Status, User, UserId};
use attesta_store::{Asked, Call, LINK_PREFIX, Seed};
use attesta_testing::World;
use jiff::SignedDuration;
use uuid::Uuid;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

pub(crate) fn place() -> Redirect {
    let places: Redirects = "https://app.example.com".parse().expect("a list");
    places.allow("https://app.example.com/in").expect("allowed")
}

/// The world's user, who can be sent links; what the user pool calls them.
pub(crate) async fn reachable(world: &World) -> (UserId, Uuid) {
    let subject = world.store.ids().uuid().expect("random");
    change(world, |user| User {
        subject: Some(subject),
        phone: Some("+447700900001".to_owned()),
        ..user
    })
    .await;
    (world.user.user_id, subject)
}

async fn change(world: &World, change: impl FnOnce(User) -> User) {
    let user = world.store.user(world.user.user_id).await.expect("read").expect("there");
    Seed(&world.store).user(&change(user)).await.expect("written");
}

async fn ask(world: &World, user: UserId) -> Result<()> {
    world.store.send_link(Some(user), &place(), Asked::Seldom).await
}

/// The secrets of the links that went out since this was last asked.
pub(crate) async fn sent(world: &World) -> Vec<Secret> {
    let mut secrets = Vec::new();
    let mut rows = world.outbox().await;
    rows.sort_by_key(|row| row.id);
    for row in rows {
        assert!(world.store.outbox_delivered(&row).await.expect("written"));
        for message in row.messages {
            let Notice::MagicLink { phone, link, expires_at } = message.notice else {
                panic!("another notice");
            };
            assert_eq!(phone, "+447700900001");
            assert_eq!(expires_at, row.created_at + MINUTE * 15);
            let secret = link.strip_prefix("https://app.example.com/in#").expect("the place");
            secrets.push(Secret::parse(LINK_PREFIX, secret).expect("a secret"));
        }
    }
    secrets
}

/// A link of the world's user.
async fn link(world: &World) -> Secret {
    ask(world, world.user.user_id).await.expect("asked");
    let mut secrets = sent(world).await;
    assert_eq!(secrets.len(), 1);
    secrets.remove(0)
}

#[tokio::test]
async fn a_link_is_good_once() {
    let world = World::start().await;
    let (user, subject) = reachable(&world).await;
    let secret = link(&world).await;
    assert_eq!(world.store.link_owner(&secret).await, Ok(Some(user)));
    assert_eq!(world.store.redeem(user, subject, &secret).await, Ok(true));
    assert_eq!(world.store.redeem(user, subject, &secret).await, Ok(false));
}

#[tokio::test]
async fn a_link_is_good_for_its_own_user_as_the_user_pool_knows_them() {
    let world = World::start().await;
    let (user, subject) = reachable(&world).await;
    let secret = link(&world).await;
    let other = world.other_user.user_id;
    assert_eq!(world.store.redeem(other, subject, &secret).await, Ok(false));
    assert_eq!(world.store.redeem(user, Uuid::nil(), &secret).await, Ok(false));
    let unknown = Secret::new(LINK_PREFIX, &[7; 32]);
    assert_eq!(world.store.redeem(user, subject, &unknown).await, Ok(false));
    assert_eq!(world.store.link_owner(&unknown).await, Ok(None));
    assert_eq!(world.store.redeem(user, subject, &secret).await, Ok(true));
}

#[tokio::test]
async fn a_link_runs_out_after_a_quarter_of_an_hour() {
    let world = World::start().await;
    let (user, subject) = reachable(&world).await;
    let secret = link(&world).await;
    world.clock.advance(MINUTE * 15);
    assert_eq!(world.store.link_owner(&secret).await, Ok(None));
    assert_eq!(world.store.redeem(user, subject, &secret).await, Ok(false));
}

#[tokio::test]
async fn three_links_are_live_and_using_one_kills_all() {
    let world = World::start().await;
    let (user, subject) = reachable(&world).await;
    let mut secrets = Vec::new();
    for _ in 0..4 {
        secrets.push(link(&world).await);
        world.clock.advance(MINUTE);
    }
    assert_eq!(world.store.redeem(user, subject, &secrets[0]).await, Ok(false));
    assert_eq!(world.store.redeem(user, subject, &secrets[2]).await, Ok(true));
    for secret in &secrets {
        assert_eq!(world.store.redeem(user, subject, secret).await, Ok(false));
    }
    let next = link(&world).await;
    assert_eq!(world.store.redeem(user, subject, &next).await, Ok(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_devices_at_once_one_gets_in() {
    let world = World::start().await;
    let (user, subject) = reachable(&world).await;
    for round in 0..50 {
        // A day each, so that no limit is met.
        world.clock.advance(MINUTE * 60 * 24);
        let secret = link(&world).await;
        let devices: Vec<_> = (0..4)
            .map(|_| {
                let (store, secret) = (world.store.clone(), secret.clone());
                tokio::spawn(async move { store.redeem(user, subject, &secret).await })
            })
            .collect();
        let mut good = 0;
        for device in devices {
            good += usize::from(device.await.expect("no panic").expect("answered"));
        }
        assert_eq!(good, 1, "round {round}");
    }
}

/// Everything that is asked of the table for somebody, whoever they are.
async fn calls(world: &World, user: UserId, asked: Asked) -> (Result<()>, Vec<Call>) {
    let _ = world.store.meter().take();
    let answer = world.store.send_link(Some(user), &place(), asked).await;
    (answer, world.store.meter().take())
}

#[tokio::test]
async fn whoever_a_link_is_asked_for_the_same_calls_are_made() {
    let world = World::start().await;
    let (user, _) = reachable(&world).await;
    let expected = calls(&world, user, Asked::Seldom).await;
    assert_eq!(sent(&world).await.len(), 1);
    let operations: Vec<_> = expected.1.iter().map(|call| call.operation).collect();
    assert_eq!(operations, ["BatchGetItem", "TransactWriteItems"]);
    // Too soon after the first.
    assert_eq!(calls(&world, user, Asked::Seldom).await, expected);
    world.clock.advance(MINUTE);
    assert_eq!(calls(&world, user, Asked::TooOften).await, expected);
    for nobody in [UserId(Uuid::nil()), UserId(Uuid::from_u128(7)), world.staff.user_id] {
        assert_eq!(calls(&world, nobody, Asked::Seldom).await, expected, "{nobody}");
    }
    for (word, changed) in [
        ("inactive", User { status: Status::Inactive, ..reached(&world).await }),
        ("without a phone", User { phone: None, ..reached(&world).await }),
        ("never seen in the pool", User { subject: None, ..reached(&world).await }),
    ] {
        change(&world, |_| changed).await;
        assert_eq!(calls(&world, user, Asked::Seldom).await, expected, "{word}");
    }
    assert!(sent(&world).await.is_empty());
}

async fn reached(world: &World) -> User {
    world.store.user(world.user.user_id).await.expect("read").expect("there")
}

#[tokio::test]
async fn a_link_that_was_not_sent_leaves_those_that_were() {
    let world = World::start().await;
    let (user, subject) = reachable(&world).await;
    let secret = link(&world).await;
    for asked in [Asked::Seldom, Asked::TooOften, Asked::TooOften, Asked::Seldom] {
        world.store.send_link(Some(user), &place(), asked).await.expect("asked");
    }
    assert!(sent(&world).await.is_empty());
    assert_eq!(world.store.redeem(user, subject, &secret).await, Ok(true));
}

#[tokio::test]
async fn a_user_is_sent_fifty_links_a_day_whoever_asks() {
    let world = World::start().await;
    let (user, _) = reachable(&world).await;
    for _ in 0..60 {
        ask(&world, user).await.expect("asked");
        world.clock.advance(MINUTE);
    }
    assert_eq!(sent(&world).await.len(), 50);
    world.clock.advance(MINUTE * 60 * 24);
    ask(&world, user).await.expect("asked");
    assert_eq!(sent(&world).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_asked_for_while_another_is_used_is_sent_all_the_same() {
    let world = World::start().await;
    let (user, subject) = reachable(&world).await;
    for round in 0..30 {
        world.clock.advance(MINUTE * 60 * 24);
        let secret = link(&world).await;
        world.clock.advance(MINUTE);
        let (store, other) = (world.store.clone(), world.store.clone());
        let used = tokio::spawn(async move { store.redeem(user, subject, &secret).await });
        let place = place();
        let asked =
            tokio::spawn(async move { other.send_link(Some(user), &place, Asked::Seldom).await });
        assert_eq!(used.await.expect("no panic"), Ok(true), "round {round}");
        assert_eq!(asked.await.expect("no panic"), Ok(()), "round {round}");
        assert_eq!(sent(&world).await.len(), 1, "round {round}");
    }
}
