//! `GET /customers/users/{id}/export`.

use attesta_identity::UserCaller;
use attesta_model::Scope;
use attesta_testing::{Answer, World};
use serde_json::{Value, json};

use crate::world::Users;

impl Users {
    async fn export(&self, of: &UserCaller, by: &UserCaller) -> Answer {
        self.as_user("GET", &format!("/{}/export", of.user_id), by, &Value::Null).await
    }
}

#[tokio::test]
async fn users_and_staff_get_all_that_is_kept_and_no_secret() {
    let users = Users::start().await;
    let World { user, other_user, staff, read_only_staff, .. } = &users.world;
    users.connect(&[other_user.user_id]).await;
    let (token, secret) = users.world.api_token(&["owner"]).await;
    let wish = json!({"commodity": 1, "grades": [], "regions": [], "enabled": false});
    let body = json!({"preferences": [wish]});
    assert_eq!(users.as_user("PUT", "/preferences", user, &body).await.status, 200);
    for by in [user, staff, read_only_staff] {
        let answer = users.export(user, by).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.body["user"]["email"], "one@example.com");
        assert_eq!(answer.body["user"]["profiles"][0]["roles"], json!(["owner"]));
        assert_eq!(answer.body["preferences"][0]["enabled"], false);
        assert_eq!(answer.body["apiTokens"][0]["id"], json!(token.id));
        assert_eq!(answer.body["erasedAtUTC"], Value::Null);
        let text = answer.body.to_string();
        assert!(!text.contains(secret.expose()) && !text.contains(token.secret_hash.as_str()));
    }
    let answer = users.export(other_user, other_user).await;
    assert_eq!(answer.body["apiTokens"], json!([]));
    let known = json!([{"organisationId": users.world.organisation, "relationship": [],
        "connected": false}]);
    assert_eq!(answer.body["connections"], known);
}

#[tokio::test]
async fn nobody_else_gets_it() {
    let users = Users::start().await;
    let mia = users.member("mia", &[]).await;
    let World { user, other_user, .. } = &users.world;
    assert_eq!(users.export(&mia, user).await.status, 403);
    assert_eq!(users.export(&mia, other_user).await.status, 404);
    let (token, _) = users.world.api_token(&["owner"]).await;
    let program = UserCaller { api_token: Some(token.id), ..user.clone() };
    assert_eq!(users.export(user, &program).await.status, 403);
    let path = format!("/{}/export", mia.user_id);
    let program = users.program(&[Scope::CustomersRead]).await;
    for token in ["", program.as_str()] {
        assert_eq!(users.by("GET", &path, token, &Value::Null).await.status, 401);
    }
}
