//! A stand-in for Cognito.

use axum::extract::State;
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::{PASSWORD, TASK};

/// Cognito with one password and one code for everybody, who all get one access token; yields
/// its address.
pub(super) async fn cognito(access_token: String) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(answer_as_cognito).with_state(access_token);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn answer_as_cognito(
    State(access_token): State<String>,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, Json<Value>) {
    let body = serde_json::from_str::<Value>(&body).unwrap();
    let target = headers["x-amz-target"].to_str().unwrap();
    let tokens = json!({"IdToken": "<token>", "AccessToken": access_token, "ExpiresIn": 3600});
    let password = &body["AuthParameters"]["PASSWORD"];
    let answer = match target.rsplit('.').next() {
        Some("DescribeUserPoolClient") => json!({"UserPoolClient": {"ClientSecret": "secret"}}),
        Some("AdminInitiateAuth") if !password.is_null() && password != PASSWORD => {
            let refusal = json!({"__type": "NotAuthorizedException"});
            return (StatusCode::BAD_REQUEST, Json(refusal));
        }
        Some("AdminInitiateAuth") if body["AuthFlow"] == "CUSTOM_AUTH" => {
            json!({"ChallengeName": "CUSTOM_CHALLENGE", "Session": "session"})
        }
        Some("AdminInitiateAuth" | "AdminRespondToAuthChallenge") => {
            json!({"AuthenticationResult": tokens})
        }
        Some("AdminGetUser") => {
            let attributes = json!([{"Name": "sub", "Value": TASK}]);
            json!({"Username": TASK, "Enabled": true, "UserAttributes": attributes})
        }
        Some("AdminCreateUser") => {
            let attributes = json!([{"Name": "sub", "Value": TASK}]);
            json!({"User": {"Username": body["Username"], "Enabled": true, "Attributes": attributes}})
        }
        Some("AssociateSoftwareToken") => json!({"SecretCode": "ABCDEFGH"}),
        Some("VerifySoftwareToken") => json!({"Status": "SUCCESS"}),
        _ => json!({}),
    };
    (StatusCode::OK, Json(answer))
}
