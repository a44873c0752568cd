//! Answers to challenges, sign-ins by a secret, and new tokens for old ones.

use attesta_cognito::{ChallengeAnswer, SignIn, Step, UserPool};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::support::*;

const RESPOND: &str = "AdminRespondToAuthChallenge";
const INITIATE: &str = "AdminInitiateAuth";

const REFUSED: Error = Error::Unauthenticated("The user name or the password is wrong.");
const SECRET_REFUSED: Error =
    Error::Unauthenticated("The link or token is wrong, was used or has expired.");
const REFRESH_REFUSED: Error = Error::Unauthenticated("The refresh token does not count any more.");

/// What AWS documents of the call and is our own fault.
const RESPOND_FAULTS: [&str; 9] = [
    "InternalErrorException",
    "InvalidEmailRoleAccessPolicyException",
    "InvalidLambdaResponseException",
    "InvalidSmsRoleAccessPolicyException",
    "InvalidSmsRoleTrustRelationshipException",
    "InvalidUserPoolConfigurationException",
    "MFAMethodNotFoundException",
    "ResourceNotFoundException",
    "UnexpectedLambdaException",
];

/// What AWS documents of the call and is a refusal.
const RESPOND_REFUSALS: [&str; 9] = [
    "CodeMismatchException",
    "ExpiredCodeException",
    "InvalidParameterException",
    "NotAuthorizedException",
    "PasswordResetRequiredException",
    "SoftwareTokenMFANotFoundException",
    "UserLambdaValidationException",
    "UserNotConfirmedException",
    "UserNotFoundException",
];

fn answer_of(step: Step) -> ChallengeAnswer {
    ChallengeAnswer { username: USER_ID.to_owned(), session: secret("session"), step }
}

async fn give(pool: &UserPool) -> Result<SignIn, Error> {
    pool.answer(answer_of(Step::Code(secret("123456")))).await
}

async fn by_secret(pool: &UserPool) -> Result<attesta_cognito::Tokens, Error> {
    pool.sign_in_by_secret(USER_ID, &secret("s3cret"), &[("purpose", "link")]).await
}

fn response(challenge: &str, name: &str, answer: &str) -> Value {
    json!({
        "UserPoolId": "pool",
        "ClientId": "client",
        "ChallengeName": challenge,
        "Session": "session",
        "ChallengeResponses": {
            "USERNAME": USER_ID,
            name: answer,
            "SECRET_HASH": HASH_OF_USER_ID,
        },
    })
}

#[tokio::test]
async fn each_step_answers_its_own_challenge() {
    let (cognito, pool) = ready().await;
    cognito.set(RESPOND, tokens());
    for (step, challenge, name, given) in [
        (Step::Code(secret("123456")), "SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE", "123456"),
        (Step::NewPassword(secret("own")), "NEW_PASSWORD_REQUIRED", "NEW_PASSWORD", "own"),
    ] {
        let step = pool.answer(answer_of(step)).await.expect("in");
        assert!(matches!(step, SignIn::Tokens(_)));
        let expected = called(RESPOND, response(challenge, name, given));
        assert_eq!(cognito.take_calls(), [expected]);
    }
}

#[tokio::test]
async fn there_may_be_another_challenge_behind_a_challenge() {
    let (cognito, pool) = ready().await;
    cognito.set(RESPOND, challenge("SOFTWARE_TOKEN_MFA"));
    let step = pool.answer(answer_of(Step::NewPassword(secret("own")))).await;
    let Ok(SignIn::Challenge(challenge)) = step else { panic!("a challenge") };
    assert_eq!(challenge.name, "SOFTWARE_TOKEN_MFA");
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_the_plain_refusal() {
    let (cognito, pool) = ready().await;
    check(
        &cognito,
        RESPOND,
        async || give(&pool).await,
        &[
            (&REFUSED, &RESPOND_REFUSALS),
            (
                &weak("newPassword"),
                &["InvalidPasswordException", "PasswordHistoryPolicyViolationException"],
            ),
            (&throttled(), &["TooManyRequestsException"]),
        ],
    )
    .await;
    cognito.refuse(RESPOND, "AliasExistsException");
    assert_eq!(conflict(give(&pool).await), "email_taken");
    faults(&cognito, RESPOND, async || give(&pool).await, &RESPOND_FAULTS).await;
}

#[tokio::test]
async fn an_answer_is_given_once_even_when_cognito_is_busy() {
    let (cognito, pool) = ready().await;
    cognito.refuse(RESPOND, "TooManyRequestsException");
    assert_eq!(give(&pool).await.expect_err("busy"), throttled());
    assert_eq!(names(&cognito), [RESPOND]);
}

#[tokio::test]
async fn a_challenge_without_a_session_is_our_own_fault() {
    let (cognito, pool) = ready().await;
    cognito.set(INITIATE, json!({"ChallengeName": "NEW_PASSWORD_REQUIRED"}));
    let step = pool.sign_in("somebody", &secret("right"), Some(&secret("own"))).await;
    assert!(matches!(step, Err(Error::Internal(_))));
}

#[tokio::test]
async fn a_secret_is_the_answer_to_our_own_challenge() {
    let (cognito, pool) = ready().await;
    cognito.set(
        INITIATE,
        json!({
            "ChallengeName": "CUSTOM_CHALLENGE",
            "Session": "session",
            "ChallengeParameters": {"USERNAME": USER_ID},
        }),
    );
    cognito.set(RESPOND, tokens());
    let tokens = by_secret(&pool).await.expect("in");
    assert_eq!(tokens.access.expose_secret(), "a");
    let initiate = json!({
        "UserPoolId": "pool",
        "ClientId": "client",
        "AuthFlow": "CUSTOM_AUTH",
        "AuthParameters": {"USERNAME": USER_ID, "SECRET_HASH": HASH_OF_USER_ID},
        "ClientMetadata": {"purpose": "link"},
    });
    let mut respond = response("CUSTOM_CHALLENGE", "ANSWER", "s3cret");
    respond["ClientMetadata"] = json!({"purpose": "link"});
    assert_eq!(cognito.take_calls(), [called(INITIATE, initiate), called(RESPOND, respond)]);
}

#[tokio::test]
async fn a_secret_gives_tokens_for_its_own_challenge_or_nothing() {
    let (cognito, pool) = ready().await;
    for other in [tokens(), challenge("NEW_PASSWORD_REQUIRED"), json!({})] {
        cognito.set(INITIATE, other);
        assert_eq!(by_secret(&pool).await.expect_err("refused"), SECRET_REFUSED);
        assert_eq!(names(&cognito), [INITIATE]);
    }
    cognito.set(INITIATE, challenge("CUSTOM_CHALLENGE"));
    cognito.set(RESPOND, challenge("CUSTOM_CHALLENGE"));
    assert_eq!(by_secret(&pool).await.expect_err("refused"), SECRET_REFUSED);
    assert_eq!(names(&cognito), [INITIATE, RESPOND]);
}

#[tokio::test]
async fn a_secret_that_our_triggers_refuse_is_a_refusal_and_their_death_is_a_fault() {
    let (cognito, pool) = ready().await;
    let ask = async || by_secret(&pool).await;
    let refusals =
        ["NotAuthorizedException", "UserNotFoundException", "UserLambdaValidationException"];
    check(&cognito, INITIATE, ask, &[(&SECRET_REFUSED, &refusals)]).await;
    let dead = ["UnexpectedLambdaException", "InvalidLambdaResponseException"];
    faults(&cognito, INITIATE, ask, &dead).await;
    cognito.set(INITIATE, challenge("CUSTOM_CHALLENGE"));
    check(&cognito, RESPOND, ask, &[(&SECRET_REFUSED, &RESPOND_REFUSALS)]).await;
    faults(&cognito, RESPOND, ask, &RESPOND_FAULTS).await;
}

#[tokio::test]
async fn tokens_are_made_anew_under_the_pools_own_user_name() {
    let (cognito, pool) = ready().await;
    cognito.set(INITIATE, tokens());
    let tokens = pool.refresh(USER_ID, &secret("refresh")).await.expect("tokens");
    assert_eq!(tokens.id.expose_secret(), "i");
    assert!(tokens.refresh.is_none());
    let input = json!({
        "UserPoolId": "pool",
        "ClientId": "client",
        "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": {"REFRESH_TOKEN": "refresh", "SECRET_HASH": HASH_OF_USER_ID},
    });
    assert_eq!(cognito.take_calls(), [called(INITIATE, input)]);
}

#[tokio::test]
async fn a_refresh_token_that_the_pool_changed_is_handed_on() {
    let (cognito, pool) = ready().await;
    let mut changed = tokens();
    changed["AuthenticationResult"]["RefreshToken"] = json!("other");
    cognito.set(INITIATE, changed);
    let tokens = pool.refresh(USER_ID, &secret("refresh")).await.expect("tokens");
    assert_eq!(tokens.refresh.as_ref().map(ExposeSecret::expose_secret), Some("other"));
}

#[tokio::test]
async fn a_refresh_token_that_does_not_count_is_refused_whatever_the_reason() {
    let (cognito, pool) = ready().await;
    let ask = async || pool.refresh(USER_ID, &secret("refresh")).await;
    check(
        &cognito,
        INITIATE,
        ask,
        &[
            (
                &REFRESH_REFUSED,
                &[
                    "NotAuthorizedException",
                    "UserNotFoundException",
                    "InvalidParameterException",
                    "UserLambdaValidationException",
                ],
            ),
            (&throttled(), &["TooManyRequestsException"]),
        ],
    )
    .await;
    faults(&cognito, INITIATE, ask, &["UnexpectedLambdaException"]).await;
    cognito.set(INITIATE, challenge("SOFTWARE_TOKEN_MFA"));
    assert_eq!(ask().await.expect_err("refused"), REFRESH_REFUSED);
}
