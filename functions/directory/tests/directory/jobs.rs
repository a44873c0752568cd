//! Jobs: the pool follows the table.

use std::sync::Arc;

use attesta_cognito::UserPool;
use attesta_directory::{App, handle};
use attesta_model::{DirectoryJob, Status, User, UserId, Welcome};
use attesta_store::Seed;
use attesta_testing::{Cognito, POOL_CLIENT, World, deployed};
use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage};
use serde_json::{Value, json};
use uuid::Uuid;

const SAMPLE: &str = include_str!("../../../../events/directory.json");
const SUBJECT: &str = "0a1b2c3d-0000-4000-8000-00000000000f";

struct Directory {
    world: World,
    pool: Cognito,
    app: App,
}

impl Directory {
    /// The pool knows nobody, and makes whoever it is asked to.
    async fn start() -> Self {
        let world = World::start().await;
        let pool = Cognito::start().await;
        for (operation, answer) in [
            ("AdminCreateUser", json!({"User": pool_user("FORCE_CHANGE_PASSWORD")})),
            ("AdminSetUserPassword", json!({})),
            ("AdminAddUserToGroup", json!({})),
            ("AdminRemoveUserFromGroup", json!({})),
            ("AdminUpdateUserAttributes", json!({})),
            ("AdminUserGlobalSignOut", json!({})),
            ("AdminDeleteUser", json!({})),
        ] {
            pool.set(operation, answer);
        }
        pool.refuse("AdminGetUser", "UserNotFoundException");
        let users = UserPool::new(&pool.config(), "pool".to_owned(), POOL_CLIENT.to_owned());
        let app = App { store: world.store.clone(), pool: Arc::new(users) };
        Self { world, pool, app }
    }

    /// Does a job; whether it is done with, and the calls to the pool.
    async fn work(&self, job: &DirectoryJob) -> (bool, Vec<(String, Value)>) {
        let body = serde_json::to_string(job).expect("JSON");
        let mut message = SqsMessage::default();
        message.message_id = Some("1".to_owned());
        message.body = Some(body);
        let mut event = SqsEvent::default();
        event.records = vec![message];
        let answer = deployed("directory", handle(&self.app, event)).await.expect("handled");
        (answer.batch_item_failures.is_empty(), self.pool.take_calls())
    }

    /// Does a job and names the calls to the pool.
    async fn calls(&self, job: &DirectoryJob) -> Vec<String> {
        let (is_done, calls) = self.work(job).await;
        assert!(is_done);
        calls.into_iter().map(|(name, _)| name).collect()
    }

    async fn user(&self, id: UserId) -> User {
        self.world.store.user(id).await.expect("read").expect("there")
    }
}

fn pool_user(status: &str) -> Value {
    json!({
        "Username": SUBJECT,
        "Enabled": true,
        "UserStatus": status,
        "Attributes": [{"Name": "sub", "Value": SUBJECT}],
        "UserAttributes": [{"Name": "sub", "Value": SUBJECT}],
    })
}

#[tokio::test]
async fn the_sample_is_understood() {
    let directory = Directory::start().await;
    let event: SqsEvent = serde_json::from_str(SAMPLE).expect("an event");
    let answer = handle(&directory.app, event).await.expect("handled");
    assert!(answer.batch_item_failures.is_empty());
}

#[tokio::test]
async fn who_is_invited_gets_an_email_and_is_known_by_the_pools_name() {
    let directory = Directory::start().await;
    let user_id = directory.world.user.user_id;
    let job = DirectoryJob::Enter { user_id, welcome: Welcome::Invite };
    let (is_done, calls) = directory.work(&job).await;
    assert!(is_done);
    let (name, made) = &calls[0];
    assert_eq!(
        (name.as_str(), &made["DesiredDeliveryMediums"]),
        ("AdminCreateUser", &json!(["EMAIL"]))
    );
    assert_eq!(made["Username"], user_id.to_string());
    assert!(calls.iter().all(|(name, _)| name != "AdminSetUserPassword"), "{calls:?}");
    assert_eq!(directory.user(user_id).await.subject, SUBJECT.parse::<Uuid>().ok());
}

#[tokio::test]
async fn who_comes_silently_gets_a_password_that_nobody_is_told() {
    let directory = Directory::start().await;
    let user_id = directory.world.user.user_id;
    let job = DirectoryJob::Enter { user_id, welcome: Welcome::Silent };
    let (_, first) = directory.work(&job).await;
    assert_eq!(first[0].1["MessageAction"], "SUPPRESS");
    let password = |calls: &[(String, Value)]| {
        let set = calls.iter().find(|(name, _)| name == "AdminSetUserPassword").expect("set");
        assert_eq!(set.1["Permanent"], true);
        set.1["Password"].as_str().expect("a text").to_owned()
    };
    let (_, again) = directory.work(&job).await;
    assert!(password(&first).len() >= 12);
    assert_ne!(password(&first), password(&again));
}

#[tokio::test]
async fn who_has_chosen_a_password_keeps_it() {
    let directory = Directory::start().await;
    directory.pool.refuse("AdminCreateUser", "UsernameExistsException");
    directory.pool.set("AdminGetUser", pool_user("CONFIRMED"));
    let user_id = directory.world.user.user_id;
    let calls = directory.calls(&DirectoryJob::Enter { user_id, welcome: Welcome::Silent }).await;
    assert!(!calls.contains(&"AdminSetUserPassword".to_owned()), "{calls:?}");
    let invite = DirectoryJob::Invite { user_id };
    assert_eq!(directory.calls(&invite).await, ["AdminGetUser"]);
}

#[tokio::test]
async fn an_invitation_goes_out_again_until_it_is_taken() {
    let directory = Directory::start().await;
    let invite = DirectoryJob::Invite { user_id: directory.world.user.user_id };
    assert_eq!(directory.calls(&invite).await, ["AdminGetUser", "AdminCreateUser"]);
    directory.pool.set("AdminGetUser", pool_user("FORCE_CHANGE_PASSWORD"));
    let (_, calls) = directory.work(&invite).await;
    assert_eq!(calls[1].1["MessageAction"], "RESEND");
}

#[tokio::test]
async fn nobody_is_made_who_is_deleted_or_was_never_there() {
    let directory = Directory::start().await;
    let user = directory.user(directory.world.user.user_id).await;
    let deleted = User { status: Status::Deleted, ..user.clone() };
    Seed(&directory.world.store).user(&deleted).await.expect("written");
    for user_id in [user.id, UserId(Uuid::nil())] {
        for job in [
            DirectoryJob::Enter { user_id, welcome: Welcome::Invite },
            DirectoryJob::Invite { user_id },
        ] {
            assert_eq!(directory.calls(&job).await, [""; 0], "{job:?}");
        }
    }
}

#[tokio::test]
async fn staff_are_in_their_groups_and_others_in_none() {
    let directory = Directory::start().await;
    for (user, joined, left) in [
        (&directory.world.user, &[][..], &["admin", "admin-readonly"][..]),
        (&directory.world.staff, &["admin"], &["admin-readonly"]),
        (&directory.world.read_only_staff, &["admin", "admin-readonly"], &[]),
    ] {
        let job = DirectoryJob::Enter { user_id: user.user_id, welcome: Welcome::Silent };
        let (_, calls) = directory.work(&job).await;
        let groups = |operation: &str| -> Vec<_> {
            let of = calls.iter().filter(|(name, _)| name == operation);
            of.map(|(_, input)| input["GroupName"].as_str().expect("a name").to_owned()).collect()
        };
        assert_eq!(groups("AdminAddUserToGroup"), joined);
        assert_eq!(groups("AdminRemoveUserFromGroup"), left);
    }
}

#[tokio::test]
async fn sessions_end_and_users_go() {
    let directory = Directory::start().await;
    let user_id = directory.world.user.user_id;
    let out = directory.calls(&DirectoryJob::SignOut { user_id }).await;
    assert_eq!(out, ["AdminUserGlobalSignOut"]);
    let gone = directory.calls(&DirectoryJob::Remove { user_id }).await;
    assert_eq!(gone, ["AdminDeleteUser"]);
    directory.pool.refuse("AdminDeleteUser", "UserNotFoundException");
    let again = directory.calls(&DirectoryJob::Remove { user_id }).await;
    assert_eq!(again, ["AdminDeleteUser"]);
}

#[tokio::test]
async fn what_the_pool_can_t_do_now_is_shown_again() {
    let directory = Directory::start().await;
    let user_id = directory.world.user.user_id;
    directory.pool.refuse("AdminUserGlobalSignOut", "InternalErrorException");
    let (is_done, _) = directory.work(&DirectoryJob::SignOut { user_id }).await;
    assert!(!is_done);
}

#[tokio::test]
async fn an_organisations_people_are_followed_a_page_at_a_time() {
    let directory = Directory::start().await;
    let (world, organisation_id) = (&directory.world, directory.world.organisation);
    let seed = Seed(&world.store);
    for number in 0..30 {
        let id = UserId(world.store.ids().uuid().expect("random"));
        let email = format!("{number}@farm.example");
        let user = User::new(id, "Una", &email, world.store.ids().now());
        seed.user(&user).await.expect("written");
        let profile = attesta_model::Profile::new(id, organisation_id, Vec::new());
        seed.profile(&profile).await.expect("written");
    }
    let first = DirectoryJob::Sync { organisation_id, after: None };
    let updated = |calls: Vec<String>| {
        calls.iter().filter(|name| *name == "AdminUpdateUserAttributes").count()
    };
    assert_eq!(updated(directory.calls(&first).await), 25);
    let next = world.outbox().await.remove(0).jobs.remove(0);
    assert!(matches!(next, DirectoryJob::Sync { after: Some(_), .. }), "{next:?}");
    assert_eq!(updated(directory.calls(&next).await), 6);
    assert_eq!(world.outbox().await.len(), 1, "there is no third page");
}

/// Tells the world's organisation of what happens.
async fn told(world: &World) {
    let owner = world.store.organisation(&world.user, world.organisation).await.expect("an owner");
    let url = "https://hooks.example.com/".parse().expect("an address");
    world.store.set_webhook(&owner, url).await.expect("set");
}

/// What the organisation is told of whose roles.
async fn events(world: &World) -> Vec<Value> {
    let rows = world.outbox().await;
    let events = rows.iter().flat_map(|row| &row.events);
    events.map(|event| serde_json::from_str(&event.body()).expect("JSON")).collect()
}

async fn set_roles(world: &World, roles: &[&str]) {
    let own = world.store.own_profile(&world.user).await.expect("a profile");
    let profile = own.person.profiles.into_iter().next().expect("a profile");
    let roles = roles.iter().map(|&role| role.to_owned()).collect();
    let profile = attesta_model::Profile { roles, ..profile };
    Seed(&world.store).profile(&profile).await.expect("written");
}

#[tokio::test]
async fn an_organisation_is_told_once_of_each_change_of_roles() {
    let directory = Directory::start().await;
    let world = &directory.world;
    told(world).await;
    let sync = DirectoryJob::Sync { organisation_id: world.organisation, after: None };
    directory.calls(&sync).await;
    let first = events(world).await;
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(first[0]["type"], "user.roles-changed");
    let user_id = world.user.user_id;
    let expected = json!({"user_id": user_id, "roles": ["owner"], "former_roles": []});
    assert_eq!(first[0]["data"], expected);
    // Nothing changed since, and nobody is told again.
    assert_eq!(directory.calls(&sync).await.len(), 3);
    assert_eq!(events(world).await, first);
    set_roles(world, &["owner", "trading-viewer"]).await;
    directory.calls(&sync).await;
    let data: Vec<_> = events(world).await.into_iter().map(|event| event["data"].clone()).collect();
    let second = json!({"user_id": user_id, "roles": ["owner", "trading-viewer"],
        "former_roles": ["owner"]});
    assert!(data.len() == 2 && data.contains(&second), "{data:?}");
    set_roles(world, &[]).await;
    directory.calls(&sync).await;
    assert_eq!(events(world).await.len(), 3);
    set_roles(world, &["owner"]).await;
    directory.calls(&sync).await;
    assert_eq!(events(world).await.len(), 4);
}

#[tokio::test]
async fn what_nobody_wanted_to_hear_is_told_to_nobody_later() {
    let directory = Directory::start().await;
    let world = &directory.world;
    let sync = DirectoryJob::Sync { organisation_id: world.organisation, after: None };
    directory.calls(&sync).await;
    assert!(world.outbox().await.is_empty());
    told(world).await;
    directory.calls(&sync).await;
    assert!(world.outbox().await.is_empty());
}

#[tokio::test]
async fn roles_that_change_as_they_are_synced_are_looked_at_again() {
    let directory = Directory::start().await;
    let world = &directory.world;
    told(world).await;
    let page = world.store.people_to_sync(world.organisation, None).await.expect("a page");
    set_roles(world, &["owner", "trading-viewer"]).await;
    assert!(world.store.sync_on(world.organisation, &page).await.is_err());
    assert!(world.outbox().await.is_empty(), "nobody is told of what is no more");
    let page = world.store.people_to_sync(world.organisation, None).await.expect("a page");
    world.store.sync_on(world.organisation, &page).await.expect("noted");
    // The same page comes twice where a queue shows a job twice.
    assert!(world.store.sync_on(world.organisation, &page).await.is_err());
    assert_eq!(events(world).await.len(), 1);
}
