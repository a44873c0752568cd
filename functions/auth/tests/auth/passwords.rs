//! `POST /customers/auth/change-password`, `…/forgotten-password` and
//! `…/reset-password`.

use attesta_model::{Notice, Status};
use serde_json::{Value, json};

use crate::world::{Auth, ONE, STRONG, done, error, invalid};

const CHANGE: &str = "auth/change-password";
const FORGOTTEN: &str = "auth/forgotten-password";
const RESET: &str = "auth/reset-password";
const CHANGED: &str = "The password is changed. Sign in with the new one.";

fn change(new: &str, again: &str) -> Value {
    json!({
        "email": null,
        "oldPassword": "old zebra",
        "newPassword": new,
        "confirmNewPassword": again,
    })
}

fn reset(username: &str) -> Value {
    json!({
        "username": username,
        "password": STRONG,
        "passwordConfirm": STRONG,
        "confirmationCode": "123456",
    })
}

/// What the world's user is told of a new password.
fn notice(auth: &Auth) -> Notice {
    let at = auth.world.store.ids().now();
    Notice::PasswordChanged { email: ONE.to_owned(), name: "one".to_owned(), at }
}

#[tokio::test]
async fn a_user_changes_their_password_and_signs_in_anew() {
    let auth = Auth::start().await;
    auth.allow(&["ChangePassword", "AdminUserGlobalSignOut"]);
    let answer = auth.post_as_user(CHANGE, &change(STRONG, STRONG)).await;
    assert_eq!(answer.parts(), (200, &done(CHANGED)));
    let calls = auth.pool.take_calls();
    let changed = json!({
        "AccessToken": auth.token,
        "PreviousPassword": "old zebra",
        "ProposedPassword": STRONG,
    });
    assert_eq!(calls[0], ("ChangePassword".to_owned(), changed));
    assert_eq!(
        (calls[1].0.as_str(), &calls[1].1["Username"]),
        ("AdminUserGlobalSignOut", &json!(auth.world.user.user_id),)
    );
    assert_eq!(auth.user().await.session, 1);
    assert_eq!(auth.told().await, [notice(&auth)]);
    let again = auth.post_as_user(CHANGE, &change(STRONG, STRONG)).await;
    assert_eq!(again.parts(), (401, &error("unauthenticated", "Invalid token: signed out.")));
}

#[tokio::test]
async fn a_wrong_old_password_changes_nothing() {
    let auth = Auth::start().await;
    auth.pool.refuse("ChangePassword", "NotAuthorizedException");
    let answer = auth.post_as_user(CHANGE, &change(STRONG, STRONG)).await;
    assert_eq!(answer.parts(), (401, &error("unauthenticated", "The password is wrong.")));
    assert_eq!((auth.user().await.session, auth.told().await), (0, vec![]));
}

#[tokio::test]
async fn a_user_is_told_what_is_wrong_with_a_new_password() {
    let auth = Auth::start().await;
    for (body, problems) in [
        (
            change(STRONG, "Correct8horse"),
            vec![("confirmNewPassword", "must be the same as newPassword")],
        ),
        (change("weak", "weak"), vec![("newPassword", "does not meet the password policy")]),
        (
            json!({}),
            vec![
                ("oldPassword", "is required"),
                ("newPassword", "is required"),
                ("confirmNewPassword", "is required"),
            ],
        ),
        (
            json!({"oldPassword": 1, "newPassword": [], "confirmNewPassword": null, "x": 1}),
            vec![
                ("oldPassword", "must be a text"),
                ("newPassword", "must be a text"),
                ("confirmNewPassword", "must not be null"),
                ("x", "is not known here"),
            ],
        ),
    ] {
        let answer = auth.post_as_user(CHANGE, &body).await;
        assert_eq!(answer.parts(), (400, &invalid(&problems)));
    }
    assert_eq!((auth.called(), auth.user().await.session), (vec![], 0));
}

#[tokio::test]
async fn a_password_is_changed_with_the_access_token_alone() {
    let auth = Auth::start().await;
    let id = auth.world.id_token(&auth.world.user);
    let answer = auth.post(CHANGE, &id, &change(STRONG, STRONG)).await;
    assert_eq!(
        answer.parts(),
        (401, &error("access_token_required", "This operation needs the access token."))
    );
    assert_eq!(auth.called(), [""; 0]);
}

#[tokio::test]
async fn whoever_forgot_their_password_is_sent_a_code_and_a_stranger_sees_no_difference() {
    let auth = Auth::start().await;
    let (id, sent) = (auth.world.user.user_id.to_string(), "ForgotPassword");
    auth.allow(&[sent]);
    let said = done("If there is such a user, a code is on its way to them.");
    for (username, refusal) in [
        (ONE, None),
        (&id, None),
        (ONE, Some("LimitExceededException")),
        (ONE, Some("CodeDeliveryFailureException")),
        (ONE, Some("InvalidParameterException")),
        ("nobody@example.com", Some("UserNotFoundException")),
    ] {
        if let Some(refusal) = refusal {
            auth.pool.refuse(sent, refusal);
        }
        let answer = auth.post(FORGOTTEN, "", &json!({"username": username})).await;
        assert_eq!(answer.parts(), (200, &said), "{username} {refusal:?}");
        let [(_, input)] = &auth.pool.take_calls()[..] else { panic!("one call") };
        assert_eq!(input["Username"] == json!(id), username != "nobody@example.com");
    }
}

#[tokio::test]
async fn whoever_is_switched_off_is_sent_nothing() {
    let auth = Auth::start().await;
    auth.allow(&["ForgotPassword"]);
    let world = &auth.world;
    world.set_user_status(&world.user, world.organisation, Status::Inactive).await;
    let id = world.user.user_id.to_string();
    let answer = auth.post(FORGOTTEN, "", &json!({"username": id})).await;
    assert_eq!(answer.status, 200);
    assert_ne!(auth.pool.take_calls()[0].1["Username"], json!(id));
}

#[tokio::test]
async fn a_user_resets_their_password_with_the_code() {
    let auth = Auth::start().await;
    auth.allow(&["ConfirmForgotPassword", "AdminUserGlobalSignOut"]);
    let answer = auth.post(RESET, "", &reset(ONE)).await;
    assert_eq!(answer.parts(), (200, &done(CHANGED)));
    let calls = auth.pool.take_calls();
    let id = json!(auth.world.user.user_id);
    assert_eq!(
        (&calls[0].1["Username"], &calls[0].1["ConfirmationCode"]),
        (&id, &json!("123456"),)
    );
    assert_eq!((calls[1].0.as_str(), &calls[1].1["Username"]), ("AdminUserGlobalSignOut", &id));
    assert_eq!(auth.user().await.session, 1);
    assert_eq!(auth.told().await, [notice(&auth)]);
}

#[tokio::test]
async fn whatever_is_wrong_with_a_code_is_told_in_the_same_words() {
    let auth = Auth::start().await;
    let refusal = invalid(&[("confirmationCode", "is wrong or has expired")]);
    for reason in [
        "CodeMismatchException",
        "ExpiredCodeException",
        "LimitExceededException",
        "UserNotFoundException",
    ] {
        auth.pool.refuse("ConfirmForgotPassword", reason);
        let answer = auth.post(RESET, "", &reset(ONE)).await;
        assert_eq!(answer.parts(), (400, &refusal), "{reason}");
    }
    assert_eq!((auth.user().await.session, auth.told().await), (0, vec![]));
}

#[tokio::test]
async fn what_a_reset_lacks_is_told_by_field() {
    let auth = Auth::start().await;
    let mut other = reset(ONE);
    other["passwordConfirm"] = json!("Correct8horse");
    let mut weak = reset(ONE);
    (weak["password"], weak["passwordConfirm"]) = (json!("weak"), json!("weak"));
    for (body, problems) in [
        (
            json!({"username": ONE}),
            vec![
                ("confirmationCode", "is required"),
                ("password", "is required"),
                ("passwordConfirm", "is required"),
            ],
        ),
        (other, vec![("passwordConfirm", "must be the same as password")]),
        (weak, vec![("password", "does not meet the password policy")]),
    ] {
        assert_eq!(auth.post(RESET, "", &body).await.parts(), (400, &invalid(&problems)));
    }
    assert_eq!(auth.called(), [""; 0]);
}
