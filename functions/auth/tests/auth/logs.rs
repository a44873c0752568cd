//! What the log tells of secrets: nothing.

use std::io;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use crate::world::{Auth, ONE};

/// Keeps what is logged.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("not poisoned")).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("not poisoned").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

const SECRET: &str = "Zebra7zebra7zebra";
const CODE: &str = "987654";

/// A call of every operation, whose every secret is a zebra.
fn calls() -> Vec<(&'static str, Value)> {
    vec![
        ("auth/login", json!({"username": ONE, "password": SECRET, "newPassword": SECRET})),
        (
            "auth/challenge",
            json!({
                "challengeName": "SOFTWARE_TOKEN_MFA",
                "username": ONE,
                "session": SECRET,
                "code": CODE,
            }),
        ),
        ("auth/refresh", json!({"refreshToken": SECRET})),
        ("auth/forgotten-password", json!({"username": ONE})),
        (
            "auth/reset-password",
            json!({
                "username": ONE,
                "password": SECRET,
                "passwordConfirm": SECRET,
                "confirmationCode": CODE,
            }),
        ),
        ("auth/confirm-signup", json!({"username": ONE, "confirmationCode": CODE})),
        ("auth/resend", json!({"username": ONE})),
        (
            "auth/change-password",
            json!({
                "oldPassword": SECRET,
                "newPassword": SECRET,
                "confirmNewPassword": SECRET,
            }),
        ),
        ("auth/totp", Value::Null),
        ("auth/totp/verify", json!({"code": CODE})),
        ("auth/admin/reset-password", json!({"username": ONE})),
        ("auth/admin/set-password", json!({"username": ONE, "password": SECRET})),
        ("auth/admin/reset-totp", json!({"username": ONE})),
        (
            "admin",
            json!({
                "email": "zebra@example.com",
                "password": SECRET,
                "givenName": "Z",
                "familyName": "Z",
                "readonly": false,
            }),
        ),
    ]
}

#[tokio::test]
async fn no_secret_is_logged_whatever_goes_wrong() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let auth = Auth::start().await;
    let operations = [
        "AdminInitiateAuth",
        "AdminRespondToAuthChallenge",
        "ForgotPassword",
        "ConfirmForgotPassword",
        "ConfirmSignUp",
        "ResendConfirmationCode",
        "AdminCreateUser",
        "ChangePassword",
        "AssociateSoftwareToken",
        "VerifySoftwareToken",
        "AdminResetUserPassword",
        "AdminSetUserPassword",
        "AdminUserGlobalSignOut",
        "AdminSetUserMFAPreference",
    ];
    for refusal in ["InvalidParameterException", "InternalErrorException"] {
        for operation in operations {
            let words = format!("Value '{SECRET} {CODE} {ONE}' at 'it' failed");
            auth.pool.refuse_saying(operation, refusal, &words);
        }
        for (path, body) in calls() {
            let is_for_staff = path.contains("admin");
            let caller = if is_for_staff { &auth.world.staff } else { &auth.world.user };
            let answer = auth.post(path, &auth.world.user_token(caller), &body).await;
            let text = answer.body.to_string();
            assert!(!text.contains("ebra7") && !text.contains(CODE), "{path}: {text}");
        }
    }
    let text = log.text();
    assert!(text.contains("InvalidParameterException"), "something is logged: {text}");
    for secret in ["ebra", CODE, ONE] {
        assert!(!text.contains(secret), "{text}");
    }
}
