//! `DELETE /customers/users/{id}`.

use attesta_identity::UserCaller;
use attesta_model::{DirectoryJob, Scope, Status};
use attesta_testing::{Answer, World};
use serde_json::{Value, json};

use crate::world::Users;

impl Users {
    async fn erase(&self, of: &UserCaller, by: &UserCaller) -> Answer {
        self.as_user("DELETE", &format!("/{}", of.user_id), by, &Value::Null).await
    }

    async fn sees(&self, of: &UserCaller, by: &UserCaller) -> Answer {
        self.as_user("GET", &format!("/{}", of.user_id), by, &Value::Null).await
    }
}

#[tokio::test]
async fn who_is_deleted_may_do_nothing_and_is_not_found_any_more() {
    let users = Users::start().await;
    let World { user, staff, store, .. } = &users.world;
    for by in ["oneself", "owner", "staff"] {
        let mia = users.member("mia", &["member"]).await;
        let caller = match by {
            "oneself" => &mia,
            "owner" => user,
            _ => staff,
        };
        let answer = users.erase(&mia, caller).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["status"]),
            (202, &json!("success")),
            "{by}"
        );
        assert_eq!(users.sees(&mia, &mia).await.status, 401, "their token counts no more");
        assert_eq!(users.sees(&mia, user).await.status, 404);
        let seen = users.sees(&mia, staff).await;
        assert_eq!((seen.status.as_u16(), &seen.body["status"]), (200, &json!("deleted")));
        assert_eq!(seen.body["profiles"], json!([]));
        assert_eq!(store.user_by_name("mia@example.com").await, Ok(None), "the name is free");
        let job = DirectoryJob::Remove { user_id: mia.user_id };
        assert!(users.jobs().await.contains(&job));
        assert!(store.user_being_erased(mia.user_id).await.expect("read").is_some());
        // Staff may say so again; nothing more comes of it.
        assert_eq!(users.erase(&mia, staff).await.status, 202);
        assert_eq!(users.erase(&mia, user).await.status, 404);
    }
    assert_eq!(users.jobs().await.len(), 3);
}

#[tokio::test]
async fn an_owner_stays_until_another_owns_the_organisation() {
    let users = Users::start().await;
    let World { user, staff, .. } = &users.world;
    for by in [user, staff] {
        let answer = users.erase(user, by).await;
        assert_eq!((answer.status.as_u16(), &answer.body["code"]), (409, &json!("owner")));
    }
    assert_eq!(users.kept(user.user_id).await.status, Status::Active);
}

#[tokio::test]
async fn nobody_else_has_anybody_erased() {
    let users = Users::start().await;
    let (mia, max) = (users.member("mia", &[]).await, users.member("max", &[]).await);
    let ext = users.external("ext", &["member"]).await;
    let World { user, other_user, read_only_staff, .. } = &users.world;
    for (of, by, status) in [
        (&mia, &max, 403),
        (&mia, &ext, 404),
        (&mia, other_user, 404),
        (&mia, read_only_staff, 403),
        (read_only_staff, read_only_staff, 403),
        (&ext, user, 403),
        (&users.world.staff, user, 404),
    ] {
        assert_eq!(users.erase(of, by).await.status, status);
    }
    let path = format!("/{}", mia.user_id);
    let program = users.program(&[Scope::CustomersWrite]).await;
    for token in ["", program.as_str()] {
        assert_eq!(users.by("DELETE", &path, token, &Value::Null).await.status, 401);
    }
    assert_eq!(users.jobs().await, []);
}
