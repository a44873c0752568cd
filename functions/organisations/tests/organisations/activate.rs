//! `POST /customers/organisations/{id}/activate`.

use attesta_model::{DirectoryJob, Notice, Organisation, Status, User};
use attesta_store::Seed;
use serde_json::{Value, json};

use crate::create;
use crate::world::{Organisations, code};

#[tokio::test]
async fn the_owner_is_invited_each_time() {
    let function = Organisations::start().await;
    let staff = function.world.staff.clone();
    let mut new = create::body();
    new["contacts"] = Value::Null;
    let made = function.call(&staff, "POST", "", &new).await;
    let path = format!("/{}/activate", made.body["id"].as_str().expect("an id"));
    let owner = function.world.store.user_by_name("ada@farm.example").await.expect("read");
    let invite = DirectoryJob::Invite { user_id: owner.expect("there").id };
    for times in 1..=2 {
        let answer = function.call(&staff, "POST", &path, &Value::Null).await;
        assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("active")));
        assert_eq!(function.jobs().await, vec![invite.clone(); times]);
    }
    assert_eq!(function.notices().await, []);
}

#[tokio::test]
async fn an_owner_whom_the_pool_knows_is_welcomed() {
    let function = Organisations::start().await;
    let store = &function.world.store;
    let owner = store.user(function.world.user.user_id).await.expect("read").expect("there");
    let subject = store.ids().uuid().ok();
    Seed(store).user(&User { subject, ..owner }).await.expect("written");
    function.set_status(Status::Verified).await;
    let answer = function.own(&function.world.staff, "POST", "/activate", &Value::Null).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("verified")));
    let welcome = Notice::OrganisationActivated {
        email: "one@example.com".to_owned(),
        name: "one".to_owned(),
        organisation: "one".to_owned(),
    };
    assert_eq!(function.notices().await, [welcome]);
}

#[tokio::test]
async fn staff_alone_activate_what_is_there_and_owned() {
    let function = Organisations::start().await;
    let activate = async |caller| function.own(caller, "POST", "/activate", &Value::Null).await;
    let world = &function.world;
    assert_eq!(code(&activate(&world.other_user).await), (404, "not_found"));
    for caller in [&world.user, &world.read_only_staff] {
        assert_eq!(code(&activate(caller).await), (403, "forbidden"));
    }
    function.set_status(Status::Deleted).await;
    assert_eq!(code(&activate(&world.staff).await), (409, "deleted"));
    function.make(|one| Organisation { owner_id: None, status: Status::Pending, ..one }).await;
    assert_eq!(code(&activate(&world.staff).await), (409, "no_owner"));
    assert!(world.outbox().await.is_empty());
}
