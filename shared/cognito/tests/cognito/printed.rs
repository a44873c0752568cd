//! Nothing secret or personal shows in what is printed.

use attesta_cognito::{ChallengeAnswer, Step, Welcome};
use serde_json::json;

use crate::support::*;
use crate::users::{made, new_user};

#[tokio::test]
async fn nothing_secret_shows_when_a_step_is_printed() {
    let (cognito, pool) = start().await;
    cognito.set("AdminInitiateAuth", json!({
        "AuthenticationResult": {"AccessToken": "zebra", "IdToken": "zebra", "RefreshToken": "zebra"},
    }));
    let sign_in = async || pool.sign_in("somebody", &secret("right"), None).await;
    let tokens = format!("{:?}", sign_in().await);
    cognito.set("AdminInitiateAuth", json!({"ChallengeName": "SMS_MFA", "Session": "zebra"}));
    let challenge = format!("{:?} {pool:?}", sign_in().await);
    assert!(!tokens.contains("zebra"), "{tokens}");
    assert!(!challenge.contains("zebra"), "{challenge}");
    assert!(!challenge.contains(Cognito::CLIENT_SECRET), "{challenge}");
}

#[test]
fn nothing_of_an_answer_shows_when_it_is_printed() {
    for step in [Step::Code(secret("zebra")), Step::NewPassword(secret("zebra"))] {
        let answer =
            ChallengeAnswer { username: "zebra".to_owned(), session: secret("zebra"), step };
        assert!(!format!("{answer:?}").contains("zebra"));
    }
}

#[tokio::test]
async fn nothing_personal_shows_when_a_user_is_printed() {
    let (cognito, pool) = start().await;
    cognito.set("AdminCreateUser", made());
    let new = new_user(Welcome::Silent);
    let mut shown = format!("{new:?} {:?}", new.email);
    let user = pool.create_user(new).await.expect("made");
    shown.push_str(&format!("{user:?}"));
    for personal in ["ada", "Ada", "King", "7700900123"] {
        assert!(!shown.contains(personal), "{shown}");
    }
}
