//! `POST /customers/auth/totp` and `…/totp/verify`.

use attesta_model::User;
use attesta_store::Seed;
use serde_json::{Value, json};

use crate::world::{Auth, ONE, done, error, invalid};

const BEGIN: &str = "auth/totp";
const VERIFY: &str = "auth/totp/verify";

#[tokio::test]
async fn a_user_sets_up_an_authenticator_and_signs_in_anew() {
    let auth = Auth::start().await;
    auth.pool.set("AssociateSoftwareToken", json!({"SecretCode": "ABCDEFGH"}));
    auth.pool.set("VerifySoftwareToken", json!({"Status": "SUCCESS"}));
    auth.allow(&["AdminSetUserMFAPreference", "AdminUserGlobalSignOut"]);
    let answer = auth.post_as_user(BEGIN, &Value::Null).await;
    let account = "one%40example%2Ecom";
    let expected = json!({
        "secret": "ABCDEFGH",
        "uri": format!("otpauth://totp/Attesta:{account}?secret=ABCDEFGH&issuer=Attesta"),
    });
    assert_eq!(answer.parts(), (200, &expected));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(!auth.user().await.second_factor);
    let answer = auth.post_as_user(VERIFY, &json!({"code": "123456"})).await;
    let said = "The authenticator counts. Sign in with a code of it.";
    assert_eq!(answer.parts(), (200, &done(said)));
    let calls = auth.pool.take_calls();
    let names: Vec<_> = calls.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "AssociateSoftwareToken",
            "VerifySoftwareToken",
            "AdminSetUserMFAPreference",
            "AdminUserGlobalSignOut",
        ]
    );
    assert_eq!(calls[1].1["AccessToken"], auth.token);
    let user = auth.user().await;
    assert_eq!((user.second_factor, user.session), (true, 1));
    let again = auth.post_as_user(BEGIN, &Value::Null).await;
    assert_eq!(again.parts(), (401, &error("unauthenticated", "Invalid token: signed out.")));
}

#[tokio::test]
async fn staff_who_have_none_yet_get_one_and_may_work_then() {
    let auth = Auth::start().await;
    auth.pool.set("VerifySoftwareToken", json!({"Status": "SUCCESS"}));
    auth.allow(&["AdminSetUserMFAPreference", "AdminUserGlobalSignOut"]);
    let staff = auth.named("staff@example.com").await.expect("there");
    let without = User { second_factor: false, ..staff.clone() };
    Seed(&auth.world.store).user(&without).await.expect("written");
    let about = json!({"username": ONE});
    let answer = auth.post_as_staff("auth/admin/reset-password", &about).await;
    assert_eq!(answer.body["code"], "second_factor_required");
    let answer = auth.post_as_staff(VERIFY, &json!({"code": "123456"})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let now = auth.named("staff@example.com").await;
    assert_eq!(now, Some(User { session: 1, ..staff }));
}

#[tokio::test]
async fn a_wrong_code_changes_nothing() {
    let auth = Auth::start().await;
    auth.pool.refuse("VerifySoftwareToken", "EnableSoftwareTokenMFAException");
    let answer = auth.post_as_user(VERIFY, &json!({"code": "123456"})).await;
    assert_eq!(answer.parts(), (400, &invalid(&[("code", "is wrong or has expired")])));
    auth.pool.refuse("VerifySoftwareToken", "SoftwareTokenMFANotFoundException");
    let answer = auth.post_as_user(VERIFY, &json!({"code": "123456"})).await;
    let unset = error("wrong_state", "An authenticator has to be set up first.");
    assert_eq!(answer.parts(), (409, &unset));
    let answer = auth.post_as_user(VERIFY, &json!({"code": "x"})).await;
    assert_eq!(answer.parts(), (400, &invalid(&[("code", "must be six digits")])));
    let user = auth.user().await;
    assert_eq!((user.second_factor, user.session), (false, 0));
}

#[tokio::test]
async fn the_table_never_counts_on_an_authenticator_that_the_user_pool_does_not() {
    let auth = Auth::start().await;
    auth.pool.set("VerifySoftwareToken", json!({"Status": "SUCCESS"}));
    auth.allow(&["AdminSetUserMFAPreference", "AdminUserGlobalSignOut"]);
    let body = json!({"code": "123456"});
    for good in 0..3 {
        auth.pool.fail_after(good);
        assert_eq!(auth.post_as_user(VERIFY, &body).await.status, 500, "{good}");
        assert!(!auth.user().await.second_factor, "{good}");
    }
    assert_eq!(auth.post_as_user(VERIFY, &body).await.status, 200);
    assert!(auth.user().await.second_factor);
}
