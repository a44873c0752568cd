//! `POST /customers/auth/admin/…`, as staff call them.

use attesta_model::{Notice, User};
use attesta_store::Seed;
use serde_json::{Value, json};

use crate::world::{Auth, ONE, STRONG, done, error, invalid};

const RESET: &str = "auth/admin/reset-password";
const SET: &str = "auth/admin/set-password";
const RESET_TOTP: &str = "auth/admin/reset-totp";

/// Each operation, with a body about somebody.
fn operations(username: &str) -> [(&'static str, Value); 3] {
    [
        (RESET, json!({"username": username})),
        (SET, json!({"username": username, "password": STRONG})),
        (RESET_TOTP, json!({"username": username})),
    ]
}

#[tokio::test]
async fn staff_have_a_user_choose_another_password() {
    let auth = Auth::start().await;
    auth.allow(&["AdminResetUserPassword", "AdminUserGlobalSignOut"]);
    let id = auth.world.user.user_id.to_string();
    for (n, username) in [(1, ONE), (2, &id)] {
        let answer = auth.post_as_staff(RESET, &json!({"username": username})).await;
        assert_eq!(answer.parts(), (200, &done("A code is on its way to the user.")));
        let calls = auth.pool.take_calls();
        let of: Vec<_> = calls.iter().map(|(name, input)| (name, &input["Username"])).collect();
        let [reset, end] = ["AdminResetUserPassword", "AdminUserGlobalSignOut"].map(str::to_owned);
        assert_eq!(of, [(&reset, &json!(id)), (&end, &json!(id))]);
        assert_eq!((auth.user().await.session, auth.told().await), (n, vec![]));
    }
}

#[tokio::test]
async fn a_user_who_never_signed_in_is_invited_again() {
    let auth = Auth::start().await;
    let id = auth.world.user.user_id;
    auth.pool.refuse("AdminResetUserPassword", "NotAuthorizedException");
    let found = json!({
        "Username": id,
        "Enabled": true,
        "UserStatus": "FORCE_CHANGE_PASSWORD",
        "UserAttributes": [{"Name": "sub", "Value": id}],
    });
    auth.pool.set("AdminGetUser", found);
    auth.allow(&["AdminCreateUser", "AdminUserGlobalSignOut"]);
    let answer = auth.post_as_staff(RESET, &json!({"username": ONE})).await;
    let said = "The user never signed in; the invitation is on its way again.";
    assert_eq!(answer.parts(), (200, &done(said)));
}

#[tokio::test]
async fn staff_set_a_password_and_the_user_is_told() {
    let auth = Auth::start().await;
    auth.allow(&["AdminSetUserPassword", "AdminUserGlobalSignOut"]);
    let body = json!({"username": ONE, "password": STRONG});
    let answer = auth.post_as_staff(SET, &body).await;
    assert_eq!(answer.parts(), (200, &done("The password is set.")));
    let calls = auth.pool.take_calls();
    let set = json!({
        "UserPoolId": "pool",
        "Username": auth.world.user.user_id,
        "Password": STRONG,
        "Permanent": true,
    });
    assert_eq!(calls[0], ("AdminSetUserPassword".to_owned(), set));
    assert_eq!(calls[1].0, "AdminUserGlobalSignOut");
    assert_eq!(auth.user().await.session, 1);
    let at = auth.world.store.ids().now();
    let notice = Notice::PasswordChanged { email: ONE.to_owned(), name: "one".to_owned(), at };
    assert_eq!(auth.told().await, [notice]);
}

#[tokio::test]
async fn a_password_that_is_too_weak_is_told_by_field() {
    let auth = Auth::start().await;
    let body = json!({"username": ONE, "password": "weak"});
    let answer = auth.post_as_staff(SET, &body).await;
    let expected = invalid(&[("password", "does not meet the password policy")]);
    assert_eq!(answer.parts(), (400, &expected));
    assert_eq!((auth.called(), auth.user().await.session), (vec![], 0));
}

#[tokio::test]
async fn staff_take_a_lost_authenticator_away() {
    let auth = Auth::start().await;
    auth.allow(&["AdminSetUserMFAPreference", "AdminUserGlobalSignOut"]);
    let with = User { second_factor: true, ..auth.user().await };
    Seed(&auth.world.store).user(&with).await.expect("written");
    let answer = auth.post_as_staff(RESET_TOTP, &json!({"username": ONE})).await;
    assert_eq!(answer.parts(), (200, &done("The user signs in without an authenticator.")));
    let calls = auth.pool.take_calls();
    assert_eq!(
        (calls[0].0.as_str(), calls[1].0.as_str()),
        ("AdminUserGlobalSignOut", "AdminSetUserMFAPreference",)
    );
    let off = json!({"Enabled": false, "PreferredMfa": false});
    assert_eq!(calls[1].1["SoftwareTokenMfaSettings"], off);
    let user = auth.user().await;
    assert_eq!((user.second_factor, user.session), (false, 1));
}

#[tokio::test]
async fn an_authenticator_is_given_up_here_before_the_user_pool_lets_in_without() {
    let auth = Auth::start().await;
    auth.allow(&["AdminSetUserMFAPreference", "AdminUserGlobalSignOut"]);
    let with = User { second_factor: true, ..auth.user().await };
    Seed(&auth.world.store).user(&with).await.expect("written");
    auth.pool.fail_after(1);
    let body = json!({"username": ONE});
    assert_eq!(auth.post_as_staff(RESET_TOTP, &body).await.status, 500);
    assert!(!auth.user().await.second_factor);
    assert_eq!(auth.post_as_staff(RESET_TOTP, &body).await.status, 200);
}

#[tokio::test]
async fn staff_find_nobody_where_nobody_is() {
    let auth = Auth::start().await;
    for (path, body) in operations("nobody@example.com") {
        let answer = auth.post_as_staff(path, &body).await;
        assert_eq!(answer.parts(), (404, &error("not_found", "Not found.")), "{path}");
    }
    assert_eq!(auth.called(), [""; 0]);
    // Known to the table, but not to the user pool.
    for operation in ["AdminResetUserPassword", "AdminSetUserPassword", "AdminSetUserMFAPreference"]
    {
        auth.pool.refuse(operation, "UserNotFoundException");
    }
    auth.allow(&["AdminUserGlobalSignOut"]);
    for (path, body) in operations(ONE) {
        assert_eq!(auth.post_as_staff(path, &body).await.status, 404, "{path}");
    }
}
