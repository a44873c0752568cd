//! `POST /customers/auth/refresh`.

use serde_json::{Value, json};

use crate::world::{Auth, error, invalid};

const PATH: &str = "auth/refresh";

fn refreshed(auth: &Auth) -> Value {
    let tokens = json!({
        "AccessToken": auth.token,
        "ExpiresIn": 3600,
        "IdToken": "id",
    });
    json!({"AuthenticationResult": tokens})
}

#[tokio::test]
async fn whoever_signed_in_gets_new_tokens_by_what_they_were_given() {
    let auth = Auth::start().await;
    let handed = format!("{}.a.b..c", auth.world.user.user_id);
    auth.pool.set("AdminInitiateAuth", refreshed(&auth));
    for body in [
        json!({"refreshToken": handed}),
        json!({"refreshToken": handed, "username": null}),
        json!({"refreshToken": handed, "username": "somebody@example.com"}),
    ] {
        let answer = auth.post(PATH, "", &body).await;
        let expected = json!({
            "tokens": {
                "id": "id",
                "access": auth.token,
                "refresh": null,
                "expiresIn": 3600,
            },
            "challenge": null,
        });
        assert_eq!(answer.parts(), (200, &expected));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let [(name, input)] = &auth.pool.take_calls()[..] else { panic!("one call") };
        assert_eq!(
            (name.as_str(), &input["AuthFlow"]),
            ("AdminInitiateAuth", &json!("REFRESH_TOKEN_AUTH"),)
        );
        assert_eq!(input["AuthParameters"]["REFRESH_TOKEN"], "a.b..c");
    }
}

#[tokio::test]
async fn a_token_that_does_not_count_gets_nothing() {
    let auth = Auth::start().await;
    let refusal = error("unauthenticated", "The refresh token does not count any more.");
    auth.pool.refuse("AdminInitiateAuth", "NotAuthorizedException");
    let revoked = format!("{}.a.b..c", auth.world.user.user_id);
    for token in [&revoked, "a.b..c", "nonsense"] {
        let answer = auth.post(PATH, "", &json!({"refreshToken": token})).await;
        assert_eq!(answer.parts(), (401, &refusal), "{token}");
    }
    assert_eq!(auth.called(), ["AdminInitiateAuth"]);
    for (body, problem) in [
        (json!({}), ("refreshToken", "is required")),
        (json!({"refreshToken": ""}), ("refreshToken", "must not be empty")),
        (
            json!({"refreshToken": "x".repeat(8193)}),
            ("refreshToken", "must not be longer than 8192"),
        ),
        (json!({"refreshToken": "x", "token": "x"}), ("token", "is not known here")),
    ] {
        assert_eq!(auth.post(PATH, "", &body).await.parts(), (400, &invalid(&[problem])));
    }
}
