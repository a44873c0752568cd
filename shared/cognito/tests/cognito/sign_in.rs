//! Signing in by password.

use attesta_cognito::{SignIn, UserPool};
use attesta_model::Error;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::support::*;

async fn sign_in(pool: &UserPool, new_password: Option<&str>) -> Result<SignIn, Error> {
    let new_password = new_password.map(SecretString::from);
    pool.sign_in("somebody", &"right".into(), new_password.as_ref()).await
}

#[tokio::test]
async fn a_sign_in_proves_that_it_comes_from_the_app_client() {
    let (cognito, pool) = start().await;
    cognito.set("AdminInitiateAuth", tokens());
    let step = sign_in(&pool, None).await.expect("in");
    let SignIn::Tokens(tokens) = step else { panic!("tokens") };
    assert_eq!((tokens.access.expose_secret(), tokens.expires_in), ("a", 3600));
    assert!(tokens.refresh.is_none());
    let ask = json!({"UserPoolId": "pool", "ClientId": "client"});
    let auth = json!({
        "UserPoolId": "pool",
        "ClientId": "client",
        "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": {
            "USERNAME": "somebody",
            "PASSWORD": "right",
            "SECRET_HASH": HASH_OF_SOMEBODY,
        },
    });
    let expected =
        [("DescribeUserPoolClient".to_owned(), ask), ("AdminInitiateAuth".to_owned(), auth)];
    assert_eq!(cognito.take_calls(), expected);
}

#[tokio::test]
async fn the_client_secret_is_asked_for_once() {
    let (cognito, pool) = start().await;
    cognito.set("AdminInitiateAuth", tokens());
    pool.ready().await.expect("the secret");
    for _ in 0..2 {
        sign_in(&pool, None).await.expect("in");
    }
    let calls: Vec<_> = cognito.take_calls().into_iter().map(|(name, _)| name).collect();
    assert_eq!(calls, ["DescribeUserPoolClient", "AdminInitiateAuth", "AdminInitiateAuth"]);
}

#[tokio::test]
async fn another_password_answers_the_challenge_under_the_pools_own_user_name() {
    let (cognito, pool) = start().await;
    cognito.set("AdminInitiateAuth", challenge("NEW_PASSWORD_REQUIRED"));
    cognito.set("AdminRespondToAuthChallenge", tokens());
    let step = sign_in(&pool, Some("own")).await.expect("in");
    assert!(matches!(step, SignIn::Tokens(_)));
    let (name, input) = cognito.take_calls().pop().expect("a call");
    assert_eq!(name, "AdminRespondToAuthChallenge");
    assert_eq!(
        input,
        json!({
            "UserPoolId": "pool",
            "ClientId": "client",
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": "session",
            "ChallengeResponses": {
                "USERNAME": USER_ID,
                "NEW_PASSWORD": "own",
                "SECRET_HASH": HASH_OF_USER_ID,
            },
        })
    );
}

#[tokio::test]
async fn another_challenge_is_passed_on_whatever_comes_along() {
    let (cognito, pool) = start().await;
    cognito.set("AdminInitiateAuth", challenge("SOFTWARE_TOKEN_MFA"));
    let step = sign_in(&pool, Some("own")).await.expect("a challenge");
    let SignIn::Challenge(challenge) = step else { panic!("a challenge") };
    assert_eq!(challenge.name, "SOFTWARE_TOKEN_MFA");
    assert_eq!(challenge.session.as_ref().map(ExposeSecret::expose_secret), Some("session"));
    assert_eq!(challenge.user_id.as_deref(), Some(USER_ID));
    assert_eq!(challenge.missing_attributes, Vec::<String>::new());
}

#[tokio::test]
async fn a_challenge_that_wants_more_than_a_password_is_passed_on() {
    let (cognito, pool) = start().await;
    let mut challenge = challenge("NEW_PASSWORD_REQUIRED");
    challenge["ChallengeParameters"]["requiredAttributes"] = json!("[\"userAttributes.name\"]");
    cognito.set("AdminInitiateAuth", challenge);
    let step = sign_in(&pool, Some("own")).await.expect("a challenge");
    let SignIn::Challenge(challenge) = step else { panic!("a challenge") };
    assert_eq!(challenge.missing_attributes, ["name"]);
}

#[tokio::test]
async fn answers_that_are_none_are_our_own_fault() {
    let (cognito, pool) = start().await;
    for answer in [json!({}), json!({"AuthenticationResult": {"AccessToken": "a"}})] {
        cognito.set("AdminInitiateAuth", answer);
        assert!(matches!(sign_in(&pool, None).await, Err(Error::Internal(_))));
    }
    cognito.set("DescribeUserPoolClient", json!({"UserPoolClient": {}}));
    let pool = UserPool::new(&cognito.config(), "pool".to_owned(), "client".to_owned());
    assert!(matches!(pool.ready().await, Err(Error::Internal(_))));
}

#[tokio::test]
async fn a_cognito_that_can_not_be_reached_is_no_refusal() {
    let (cognito, _) = start().await;
    let config = cognito.config().into_builder().endpoint_url("http://127.0.0.1:1").build();
    let pool = UserPool::new(&config, "pool".to_owned(), "client".to_owned());
    for outcome in [pool.ready().await, pool.forgot_password(USER_ID).await] {
        let Err(Error::Internal(text)) = outcome else { panic!("no fault: {outcome:?}") };
        assert!(text.starts_with("DescribeUserPoolClient: dispatch failure"), "{text}");
    }
    let invited = pool.resend_invitation(USER_ID).await;
    assert!(matches!(invited, Err(Error::Internal(_))), "{invited:?}");
}

#[tokio::test]
async fn refusals_of_a_sign_in_say_no_more_than_they_may() {
    let (cognito, pool) = start().await;
    let refused = Error::Unauthenticated("The user name or the password is wrong.");
    check(
        &cognito,
        "AdminInitiateAuth",
        async || sign_in(&pool, None).await,
        &[
            (
                &refused,
                &[
                    "NotAuthorizedException",
                    "UserNotFoundException",
                    "UserNotConfirmedException",
                    "PasswordResetRequiredException",
                    "InvalidParameterException",
                    "UserLambdaValidationException",
                ],
            ),
            (&throttled(), &["TooManyRequestsException", "LimitExceededException"]),
        ],
    )
    .await;
    faults(
        &cognito,
        "AdminInitiateAuth",
        async || sign_in(&pool, None).await,
        &[
            "FeatureUnavailableInTierException",
            "InternalErrorException",
            "InvalidEmailRoleAccessPolicyException",
            "InvalidLambdaResponseException",
            "InvalidSmsRoleAccessPolicyException",
            "InvalidSmsRoleTrustRelationshipException",
            "InvalidUserPoolConfigurationException",
            "MFAMethodNotFoundException",
            "OperationNotEnabledException",
            "ResourceNotFoundException",
            "UnexpectedLambdaException",
            "UnsupportedOperationException",
        ],
    )
    .await;
    let words = "Password attempts exceeded";
    cognito.refuse_saying("AdminInitiateAuth", "NotAuthorizedException", words);
    assert_eq!(sign_in(&pool, None).await.expect_err("refused"), refused);
}
