//! `GET /customers/users/{id}`.

use attesta_identity::UserCaller;
use attesta_model::{Profile, Scope, Status, User};
use attesta_store::Seed;
use attesta_testing::{Answer, World};
use serde_json::{Value, json};

use crate::world::Users;

impl Users {
    async fn read(&self, of: &UserCaller, by: &UserCaller) -> Answer {
        self.as_user("GET", &format!("/{}", of.user_id), by, &Value::Null).await
    }
}

#[tokio::test]
async fn a_colleague_is_seen_with_the_units_that_they_see_to() {
    let users = Users::start().await;
    let (north, _) = (users.unit("North").await, users.unit("South").await);
    let home = users.world.organisation;
    let mia = users.somebody(home, "mia", &["member"], &[north]).await;
    let max = users.member("max", &[]).await;
    for by in [&users.world.user, &mia, &max] {
        let answer = users.read(&mia, by).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.body["email"], "mia@example.com");
        assert_eq!(answer.body["roles"], json!(["member"]));
        assert_eq!(answer.body["type"], "internal");
        assert_eq!(answer.body["organisationName"], "one");
        assert_eq!(answer.body["businessUnits"][0]["name"], "North");
        assert_eq!(answer.body["businessUnits"].as_array().map(Vec::len), Some(1));
        assert_eq!(answer.body["tokens"], Value::Null);
    }
}

#[tokio::test]
async fn an_external_user_is_seen_as_far_as_they_act_here() {
    let users = Users::start().await;
    let ext = users.external("ext", &["trading-viewer"]).await;
    let pushed = User { push_token: Some("push".to_owned()), ..users.kept(ext.user_id).await };
    Seed(&users.world.store).user(&pushed).await.expect("written");
    let answer = users.read(&ext, &users.world.user).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(
        (&answer.body["type"], &answer.body["external"]),
        (&json!("external"), &json!(true))
    );
    assert_eq!(answer.body["roles"], json!(["trading-viewer"]));
    assert_eq!(answer.body["profiles"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer.body["organisationName"], "two");
    assert_eq!(answer.body["pushToken"], Value::Null);
    // At home they are as anybody.
    let answer = users.read(&ext, &users.world.other_user).await;
    assert_eq!(
        (&answer.body["type"], &answer.body["external"]),
        (&json!("internal"), &json!(false))
    );
    assert_eq!(answer.body["roles"], json!(["member"]));
    assert_eq!(answer.body["pushToken"], "push");
    // They act there, and it is no home of theirs.
    assert_eq!(users.read(&users.world.user, &ext).await.status, 404);
}

#[tokio::test]
async fn who_may_do_nothing_at_home_sees_nobody_there_but_themselves() {
    let users = Users::start().await;
    let contact = users.member("contact", &[]).await;
    let shut_out = Profile {
        external: true,
        ..Profile::new(contact.user_id, users.world.organisation, Vec::new())
    };
    Seed(&users.world.store).profile(&shut_out).await.expect("written");
    assert_eq!(users.read(&users.world.user, &contact).await.status, 403);
    assert_eq!(users.read(&contact, &contact).await.status, 200);
    assert_eq!(users.read(&contact, &users.world.user).await.status, 200);
}

#[tokio::test]
async fn staff_see_everybody_and_strangers_nobody() {
    let users = Users::start().await;
    let World { user, other_user, staff, read_only_staff, .. } = &users.world;
    for by in [staff, read_only_staff] {
        let answer = users.read(user, by).await;
        assert_eq!((answer.status.as_u16(), &answer.body["roles"]), (200, &json!(["owner"])));
        assert_eq!(answer.body["type"], "internal");
    }
    assert_eq!(users.read(staff, read_only_staff).await.status, 200);
    for (of, by) in [(user, other_user), (other_user, user), (staff, user)] {
        assert_eq!(users.read(of, by).await.status, 404);
    }
    let nonsense = users.as_user("GET", "/nonsense", user, &Value::Null).await;
    assert_eq!(nonsense.status, 404);
    let path = format!("/{}", user.user_id);
    let program = users.program(&[Scope::CustomersRead]).await;
    for token in ["", program.as_str()] {
        assert_eq!(users.by("GET", &path, token, &Value::Null).await.status, 401);
    }
}

#[tokio::test]
async fn staff_without_a_second_factor_see_but_themselves() {
    let users = Users::start().await;
    let World { user, staff, store, .. } = &users.world;
    let kept = users.kept(staff.user_id).await;
    Seed(store).user(&User { second_factor: false, ..kept }).await.expect("written");
    let answer = users.read(user, staff).await;
    let code = &answer.body["code"];
    assert_eq!((answer.status.as_u16(), code), (403, &json!("second_factor_required")));
    assert_eq!(users.read(staff, staff).await.status, 200);
}

#[tokio::test]
async fn where_the_organisation_is_switched_off_one_sees_but_oneself() {
    let users = Users::start().await;
    let mia = users.member("mia", &[]).await;
    users.world.set_organisation_status(Status::Inactive).await;
    assert_eq!(users.read(&mia, &users.world.user).await.status, 403);
    assert_eq!(users.read(&mia, &mia).await.status, 200);
}
