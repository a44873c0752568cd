//! `POST /customers/admin`, as staff call it.

use attesta_model::{Staff, Status, UserId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{Auth, STRONG, done, error, invalid};

const PATH: &str = "admin";
const ADA: &str = "ada@example.com";
const SUBJECT: Uuid = Uuid::max();
/// What a user pool is asked, in order.
const STEPS: [&str; 4] =
    ["AdminCreateUser", "AdminSetUserPassword", "AdminAddUserToGroup", "AdminAddUserToGroup"];

fn ada(readonly: impl Into<Value>) -> Value {
    let readonly = readonly.into();
    json!({
        "email": ADA,
        "password": STRONG,
        "givenName": "Ada",
        "familyName": "King",
        "readonly": readonly,
    })
}

fn taken() -> Value {
    error("email_taken", "The e-mail address belongs to another user.")
}

/// A user pool that does as it is told.
async fn willing() -> Auth {
    let auth = Auth::start().await;
    let attributes = json!([{"Name": "sub", "Value": SUBJECT}]);
    let user = json!({
        "Username": UserId(SUBJECT),
        "Enabled": true,
        "UserStatus": "FORCE_CHANGE_PASSWORD",
        "Attributes": attributes,
    });
    auth.pool.set("AdminCreateUser", json!({"User": user}));
    auth.allow(&["AdminSetUserPassword", "AdminAddUserToGroup", "AdminRemoveUserFromGroup"]);
    auth
}

/// The user pool has somebody now whom it is to make.
fn has_them_already(auth: &Auth) {
    auth.pool.refuse("AdminCreateUser", "UsernameExistsException");
    let found = json!({
        "Username": UserId(SUBJECT),
        "Enabled": true,
        "UserStatus": "FORCE_CHANGE_PASSWORD",
        "UserAttributes": [{"Name": "sub", "Value": SUBJECT}],
    });
    auth.pool.set("AdminGetUser", found);
}

#[tokio::test]
async fn staff_make_somebody_staff() {
    let said = done("The user can sign in.");
    let without = |name: &str| {
        let mut body = ada(Value::Null);
        body.as_object_mut().expect("an object").remove(name);
        body
    };
    for (body, staff, groups) in [
        (ada(false), Staff::Admin, ["admin", "admin-readonly"]),
        (ada("false"), Staff::Admin, ["admin", "admin-readonly"]),
        (ada(Value::Null), Staff::Admin, ["admin", "admin-readonly"]),
        (without("readonly"), Staff::Admin, ["admin", "admin-readonly"]),
        (ada(true), Staff::ReadOnly, ["admin", "admin-readonly"]),
        (ada("true"), Staff::ReadOnly, ["admin", "admin-readonly"]),
    ] {
        let auth = willing().await;
        let answer = auth.post_as_staff(PATH, &body).await;
        assert_eq!(answer.parts(), (200, &said), "{body}");
        let user = auth.named(ADA).await.expect("there");
        assert_eq!(
            (user.staff, user.status, user.subject),
            (Some(staff), Status::Active, Some(SUBJECT),)
        );
        assert_eq!((user.name.as_str(), user.second_factor), ("Ada King", false));
        let calls = auth.pool.take_calls();
        let made = &calls[0].1;
        assert_eq!(
            (&made["Username"], &made["MessageAction"]),
            (&json!(user.id), &json!("SUPPRESS"),)
        );
        assert_eq!(calls[1].1["Permanent"], true);
        let last = match staff {
            Staff::ReadOnly => "AdminAddUserToGroup",
            Staff::Admin => "AdminRemoveUserFromGroup",
        };
        assert_eq!((calls[2].0.as_str(), calls[3].0.as_str()), ("AdminAddUserToGroup", last));
        assert_eq!([&calls[2].1["GroupName"], &calls[3].1["GroupName"]], groups);
    }
}

#[tokio::test]
async fn what_was_cut_short_anywhere_is_finished_by_the_same_call() {
    for step in 0..STEPS.len() {
        let auth = willing().await;
        auth.pool.fail_after(step);
        let body = ada(true);
        assert_eq!(auth.post_as_staff(PATH, &body).await.status, 500, "{step}");
        let begun = auth.named(ADA).await.expect("begun");
        assert_eq!((begun.status, begun.subject), (Status::Pending, None), "{step}");
        assert_eq!(auth.called(), STEPS[..=step], "{step}");
        // Whether the user pool made them or not before it fell silent.
        if step > 0 {
            has_them_already(&auth);
        }
        let answer = auth.post_as_staff(PATH, &body).await;
        assert_eq!(answer.status, 200, "{step} {}", answer.body);
        let user = auth.named(ADA).await.expect("there");
        assert_eq!((user.id, user.status), (begun.id, Status::Active), "{step}");
        assert_eq!((user.staff, user.subject), (Some(Staff::ReadOnly), Some(SUBJECT)), "{step}");
        let again = auth.post_as_staff(PATH, &body).await;
        assert_eq!(again.parts(), (409, &taken()), "{step}");
    }
}

#[tokio::test]
async fn what_is_finished_is_as_the_last_call_says() {
    let auth = willing().await;
    auth.pool.fail_after(3);
    assert_eq!(auth.post_as_staff(PATH, &ada(true)).await.status, 500);
    has_them_already(&auth);
    let _ = auth.pool.take_calls();
    let mut body = ada(false);
    body["familyName"] = json!("Lovelace");
    assert_eq!(auth.post_as_staff(PATH, &body).await.status, 200);
    let user = auth.named(ADA).await.expect("there");
    assert_eq!((user.name.as_str(), user.staff), ("Ada Lovelace", Some(Staff::Admin)));
    assert_eq!(auth.called().last().map(String::as_str), Some("AdminRemoveUserFromGroup"));
}

#[tokio::test]
async fn an_address_that_is_somebody_elses_makes_nobody() {
    let auth = willing().await;
    let mut body = ada(false);
    for email in ["one@example.com", "STAFF@example.com"] {
        body["email"] = json!(email);
        assert_eq!(auth.post_as_staff(PATH, &body).await.parts(), (409, &taken()), "{email}");
    }
    assert_eq!(auth.called(), [""; 0]);
    // The user pool alone knows them.
    auth.pool.refuse("AdminCreateUser", "UsernameExistsException");
    auth.pool.refuse("AdminGetUser", "UserNotFoundException");
    assert_eq!(auth.post_as_staff(PATH, &ada(false)).await.parts(), (409, &taken()));
    assert_eq!(auth.named(ADA).await, None);
}

#[tokio::test]
async fn what_is_wrong_is_told_before_anything_is_written() {
    let auth = willing().await;
    let with = |name: &str, value: Value| {
        let mut body = ada(false);
        body[name] = value;
        body
    };
    for (body, problems) in [
        (
            json!({}),
            vec![
                ("email", "is required"),
                ("password", "is required"),
                ("givenName", "is required"),
                ("familyName", "is required"),
            ],
        ),
        (with("email", json!("ada")), vec![("email", "must be an e-mail address")]),
        (with("password", json!("weak")), vec![("password", "does not meet the password policy")]),
        (with("readonly", json!("yes")), vec![("readonly", "must be true or false")]),
        (with("readonly", json!(1)), vec![("readonly", "must be true or false")]),
        (
            with("givenName", json!("x".repeat(129))),
            vec![("givenName", "must not be longer than 128")],
        ),
        (with("admin", json!(true)), vec![("admin", "is not known here")]),
    ] {
        let answer = auth.post_as_staff(PATH, &body).await;
        assert_eq!(answer.parts(), (400, &invalid(&problems)));
    }
    assert_eq!((auth.called(), auth.named(ADA).await), (vec![], None));
}
