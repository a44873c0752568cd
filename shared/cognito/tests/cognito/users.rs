//! Users of a pool.

use attesta_cognito::{Address, NewUser, PoolStatus, PoolUser, UserPool, Welcome};
use serde_json::{Value, json};

use crate::support::*;

const CREATE: &str = "AdminCreateUser";
const GET: &str = "AdminGetUser";
const SIGN_OUT: &str = "AdminUserGlobalSignOut";

fn address(value: &str, verified: bool) -> Option<Address> {
    Some(Address { value: value.to_owned(), verified })
}

pub(crate) fn new_user(welcome: Welcome) -> NewUser {
    NewUser {
        id: USER_ID.parse().expect("an id"),
        email: address("ada@example.org", true),
        phone: address("+447700900123", false),
        given_name: Some("Ada".to_owned()),
        family_name: Some("King".to_owned()),
        welcome,
    }
}

fn attributes() -> Value {
    json!([
        {"Name": "email", "Value": "ada@example.org"},
        {"Name": "email_verified", "Value": "true"},
        {"Name": "phone_number", "Value": "+447700900123"},
        {"Name": "phone_number_verified", "Value": "false"},
        {"Name": "given_name", "Value": "Ada"},
        {"Name": "family_name", "Value": "King"},
    ])
}

/// What the pool keeps.
fn kept() -> Value {
    let mut kept = attributes();
    kept.as_array_mut().expect("a list").push(json!({"Name": "sub", "Value": "sub"}));
    kept
}

/// As `AdminCreateUser` answers.
pub(crate) fn made() -> Value {
    json!({"User": {
        "Username": USER_ID,
        "Attributes": kept(),
        "UserCreateDate": 1_700_000_000.5,
        "UserLastModifiedDate": 1_700_000_000.5,
        "Enabled": true,
        "UserStatus": "FORCE_CHANGE_PASSWORD",
    }})
}

/// As `AdminGetUser` answers.
fn found(status: &str) -> Value {
    json!({
        "Username": USER_ID,
        "UserAttributes": kept(),
        "UserCreateDate": 1_700_000_000.5,
        "UserLastModifiedDate": 1_700_000_000.5,
        "Enabled": true,
        "UserStatus": status,
    })
}

fn ada(status: PoolStatus) -> PoolUser {
    PoolUser {
        username: USER_ID.to_owned(),
        sub: "sub".to_owned(),
        status,
        enabled: true,
        email: Some("ada@example.org".to_owned()),
        email_verified: true,
        phone: Some("+447700900123".to_owned()),
        phone_verified: false,
        given_name: Some("Ada".to_owned()),
        family_name: Some("King".to_owned()),
    }
}

async fn create(pool: &UserPool) -> Result<PoolUser, Error> {
    pool.create_user(new_user(Welcome::Silent)).await
}

#[tokio::test]
async fn a_user_is_made_under_our_own_id_and_takes_no_address_from_another() {
    let (cognito, pool) = ready().await;
    cognito.set(CREATE, made());
    for welcome in [Welcome::Silent, Welcome::Invite] {
        let user = pool.create_user(new_user(welcome)).await.expect("made");
        assert_eq!(user, ada(PoolStatus::MustChangePassword));
        let mut input =
            json!({"UserPoolId": "pool", "Username": USER_ID, "UserAttributes": attributes()});
        match welcome {
            Welcome::Silent => input["MessageAction"] = json!("SUPPRESS"),
            Welcome::Invite => input["DesiredDeliveryMediums"] = json!(["EMAIL"]),
        }
        assert_eq!(cognito.take_calls(), [called(CREATE, input)]);
    }
}

#[tokio::test]
async fn what_is_not_known_of_a_user_is_not_sent() {
    let (cognito, pool) = ready().await;
    cognito.set(CREATE, made());
    let user = NewUser {
        email: None,
        phone: address("+447700900123", true),
        given_name: None,
        family_name: None,
        ..new_user(Welcome::Silent)
    };
    pool.create_user(user).await.expect("made");
    let (_, input) = cognito.take_calls().pop().expect("a call");
    let expected = json!([
        {"Name": "phone_number", "Value": "+447700900123"},
        {"Name": "phone_number_verified", "Value": "true"},
    ]);
    assert_eq!(input["UserAttributes"], expected);
}

#[tokio::test]
async fn a_user_who_is_there_is_taken_as_they_stand() {
    let (cognito, pool) = ready().await;
    cognito.refuse(CREATE, "UsernameExistsException");
    cognito.set(GET, found("CONFIRMED"));
    assert_eq!(create(&pool).await, Ok(ada(PoolStatus::Confirmed)));
    let (name, input) = cognito.take_calls().pop().expect("a call");
    assert_eq!(name, GET);
    assert_eq!(input, json!({"UserPoolId": "pool", "Username": USER_ID}));
}

#[tokio::test]
async fn an_address_of_another_user_is_a_conflict_by_either_name_of_it() {
    let (cognito, pool) = ready().await;
    cognito.refuse(GET, "UserNotFoundException");
    for error in ["AliasExistsException", "UsernameExistsException"] {
        for (words, code) in [
            ("An account with the given email already exists.", "email_taken"),
            ("An account with the given phone_number already exists.", "phone_taken"),
            ("", "email_taken"),
        ] {
            cognito.refuse_saying(CREATE, error, words);
            assert_eq!(conflict(create(&pool).await), code, "{error}");
        }
    }
}

#[tokio::test]
async fn a_user_who_could_not_be_made_is_not_passed_over() {
    let (cognito, pool) = ready().await;
    let refused = "The e-mail address or the phone number is none that can be used.".to_owned();
    let ask = async || create(&pool).await;
    check(
        &cognito,
        CREATE,
        ask,
        &[
            (&Error::Refused(refused), &["InvalidParameterException"]),
            (&throttled(), &["TooManyRequestsException"]),
        ],
    )
    .await;
    let reasons = [
        "CodeDeliveryFailureException",
        "InternalErrorException",
        "InvalidLambdaResponseException",
        "InvalidPasswordException",
        "InvalidSmsRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException",
        "NotAuthorizedException",
        "OperationNotEnabledException",
        "PreconditionNotMetException",
        "ResourceNotFoundException",
        "UnexpectedLambdaException",
        "UnsupportedUserStateException",
        "UserLambdaValidationException",
        "UserNotFoundException",
    ];
    faults(&cognito, CREATE, ask, &reasons).await;
    for answer in [json!({}), json!({"User": {"Username": USER_ID}})] {
        cognito.set(CREATE, answer);
        assert!(matches!(ask().await, Err(Error::Internal(_))));
    }
}

#[tokio::test]
async fn a_user_is_found_by_any_name_and_told_how_far_they_are() {
    let (cognito, pool) = ready().await;
    for (status, expected) in [
        ("UNCONFIRMED", PoolStatus::Unconfirmed),
        ("CONFIRMED", PoolStatus::Confirmed),
        ("FORCE_CHANGE_PASSWORD", PoolStatus::MustChangePassword),
        ("RESET_REQUIRED", PoolStatus::MustResetPassword),
        ("EXTERNAL_PROVIDER", PoolStatus::Other),
    ] {
        cognito.set(GET, found(status));
        assert_eq!(pool.user("ada@example.org").await, Ok(Some(ada(expected))));
    }
    cognito.set(
        GET,
        json!({
            "Username": USER_ID,
            "UserAttributes": [{"Name": "sub", "Value": "sub"}],
            "Enabled": false,
        }),
    );
    let user = pool.user("ada@example.org").await.expect("an answer").expect("a user");
    assert!(!user.enabled && !user.email_verified && !user.phone_verified && user.email.is_none());
    let (_, input) = cognito.take_calls().pop().expect("a call");
    assert_eq!(input, json!({"UserPoolId": "pool", "Username": "ada@example.org"}));
}

#[tokio::test]
async fn nobody_is_no_error_but_a_fault_is() {
    let (cognito, pool) = ready().await;
    let ask = async || pool.user("somebody").await;
    for reason in ["UserNotFoundException", "InvalidParameterException"] {
        cognito.refuse(GET, reason);
        assert_eq!(ask().await, Ok(None), "{reason}");
    }
    check(&cognito, GET, ask, &[(&throttled(), &["TooManyRequestsException"])]).await;
    let reasons =
        ["InternalErrorException", "OperationNotEnabledException", "ResourceNotFoundException"];
    faults(&cognito, GET, ask, &reasons).await;
}

#[tokio::test]
async fn every_session_of_a_user_ends() {
    let (cognito, pool) = ready().await;
    cognito.set(SIGN_OUT, json!({}));
    let ask = async || pool.sign_out_everywhere("somebody").await;
    assert_eq!(ask().await, Ok(()));
    let input = json!({"UserPoolId": "pool", "Username": "somebody"});
    assert_eq!(cognito.take_calls(), [called(SIGN_OUT, input)]);
    cognito.refuse(SIGN_OUT, "UserNotFoundException");
    assert_eq!(ask().await, Ok(()));
    check(&cognito, SIGN_OUT, ask, &[(&throttled(), &["TooManyRequestsException"])]).await;
    let reasons =
        ["InternalErrorException", "OperationNotEnabledException", "ResourceNotFoundException"];
    faults(&cognito, SIGN_OUT, ask, &reasons).await;
}

#[tokio::test]
async fn users_join_and_leave_groups() {
    for operation in ["AdminAddUserToGroup", "AdminRemoveUserFromGroup"] {
        let (cognito, pool) = ready().await;
        cognito.set(operation, json!({}));
        let ask = async || match operation {
            "AdminAddUserToGroup" => pool.join_group(USER_ID, "admin").await,
            _ => pool.leave_group(USER_ID, "admin").await,
        };
        assert_eq!(ask().await, Ok(()));
        let input = json!({"UserPoolId": "pool", "Username": USER_ID, "GroupName": "admin"});
        assert_eq!(cognito.take_calls(), [called(operation, input)]);
        check(
            &cognito,
            operation,
            ask,
            &[
                (&Error::not_found(), &["UserNotFoundException"]),
                (&throttled(), &["TooManyRequestsException"]),
            ],
        )
        .await;
        let reasons =
            ["InternalErrorException", "OperationNotEnabledException", "ResourceNotFoundException"];
        faults(&cognito, operation, ask, &reasons).await;
    }
}
