//! `POST /customers/auth/confirm-signup` and `…/resend`.

use attesta_model::Status;
use serde_json::json;

use crate::world::{Auth, ONE, done, error, invalid};

const CONFIRM: &str = "auth/confirm-signup";
const RESEND: &str = "auth/resend";

/// A world whose user waits to be let in.
async fn waiting() -> (Auth, String) {
    let auth = Auth::start().await;
    let world = &auth.world;
    world.set_user_status(&world.user, world.organisation, Status::Pending).await;
    let id = world.user.user_id.to_string();
    (auth, id)
}

#[tokio::test]
async fn a_user_confirms_with_their_code_and_may_act() {
    let (auth, id) = waiting().await;
    auth.allow(&["ConfirmSignUp"]);
    let body = json!({"username": id, "confirmationCode": "123456"});
    let answer = auth.post(CONFIRM, "", &body).await;
    assert_eq!(answer.parts(), (200, &done("The account is confirmed.")));
    assert_eq!(auth.named(&id).await.expect("there").status, Status::Active);
}

#[tokio::test]
async fn whoever_was_switched_off_stays_so_whatever_they_confirm() {
    let (auth, id) = waiting().await;
    auth.allow(&["ConfirmSignUp"]);
    auth.world.set_user_status(&auth.world.user, auth.world.organisation, Status::Inactive).await;
    let body = json!({"username": id, "confirmationCode": "123456"});
    assert_eq!(auth.post(CONFIRM, "", &body).await.status, 200);
    assert_eq!(auth.named(&id).await.expect("there").status, Status::Inactive);
}

#[tokio::test]
async fn a_code_that_does_not_fit_lets_nobody_in() {
    let (auth, id) = waiting().await;
    let refusal = invalid(&[("confirmationCode", "is wrong or has expired")]);
    for reason in ["CodeMismatchException", "ExpiredCodeException", "UserNotFoundException"] {
        auth.pool.refuse("ConfirmSignUp", reason);
        let body = json!({"username": id, "confirmationCode": "123456"});
        assert_eq!(auth.post(CONFIRM, "", &body).await.parts(), (400, &refusal), "{reason}");
    }
    for code in ["12345", "1234567", "12345x", "１２３４５６"] {
        let body = json!({"username": id, "confirmationCode": code});
        let expected = invalid(&[("confirmationCode", "must be six digits")]);
        assert_eq!(auth.post(CONFIRM, "", &body).await.parts(), (400, &expected), "{code}");
    }
    assert_eq!(auth.named(&id).await.expect("there").status, Status::Pending);
}

#[tokio::test]
async fn whoever_confirmed_before_is_told_so() {
    let (auth, id) = waiting().await;
    let words = "User cannot be confirmed. Current status is CONFIRMED";
    auth.pool.refuse_saying("ConfirmSignUp", "NotAuthorizedException", words);
    let body = json!({"username": id, "confirmationCode": "123456"});
    let answer = auth.post(CONFIRM, "", &body).await;
    assert_eq!(
        answer.parts(),
        (409, &error("already_confirmed", "The user is confirmed already."))
    );
    // Somebody may be kept waiting by us whom the user pool does not.
    assert_eq!(auth.named(&id).await.expect("there").status, Status::Pending);
}

#[tokio::test]
async fn whoever_waits_is_sent_what_they_wait_for_again() {
    let auth = Auth::start().await;
    auth.allow(&["ResendConfirmationCode", "AdminCreateUser"]);
    let said = done("If there is such a user who waits, a message is on its way.");
    let id = json!(auth.world.user.user_id);
    for (username, status, [coded, invited]) in [
        (ONE, Status::Active, [true, true]),
        (ONE, Status::Pending, [true, false]),
        ("nobody@example.com", Status::Active, [false, false]),
    ] {
        let world = &auth.world;
        world.set_user_status(&world.user, world.organisation, status).await;
        let username = if username == ONE { id.as_str().expect("a text") } else { username };
        let answer = auth.post(RESEND, "", &json!({"username": username})).await;
        assert_eq!(answer.parts(), (200, &said), "{status:?}");
        let calls = auth.pool.take_calls();
        let names: Vec<_> = calls.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["ResendConfirmationCode", "AdminCreateUser"]);
        assert_eq!((calls[0].1["Username"] == id, calls[1].1["Username"] == id), (coded, invited));
        assert_eq!(calls[1].1["MessageAction"], "RESEND");
    }
}
