//! What becomes of a person's password.

use serde_json::{Value, json};

use super::{Stack, a_uuid};

const FIRST: &str = "Correct7horse";
const SECOND: &str = "Battery8staple";
const THIRD: &str = "Stapled9battery";

/// Somebody new, whom no other journey signs out: staff, as nobody else can be
/// made yet.
pub(crate) struct Newcomer<'a> {
    stack: &'a Stack,
    email: String,
}

impl<'a> Newcomer<'a> {
    pub(crate) async fn welcome(stack: &'a Stack) -> Self {
        let email = format!("{}@example.com", a_uuid());
        let staff = stack.sign_in("staff").await;
        let body = json!({
            "email": email,
            "password": FIRST,
            "givenName": "New",
            "familyName": "Comer",
            "readonly": false,
        });
        let made = stack.post("/customers/admin", &staff, &body).await;
        assert_eq!(made.status, 200, "{:?}", made.body);
        let again = stack.post("/customers/admin", &staff, &body).await;
        assert_eq!(again.status, 409, "{:?}", again.body);
        Self { stack, email }
    }

    /// What they sign in with first.
    pub(crate) fn credentials(&self) -> Value {
        json!({"username": self.email, "password": FIRST})
    }

    /// What signing in by e-mail comes to.
    async fn sign_in(&self, password: &str) -> Value {
        let body = json!({"username": self.email, "password": password});
        let answer = self.stack.post("/customers/auth/login", "", &body).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        answer.body
    }

    pub(crate) async fn first_tokens(&self) -> [String; 2] {
        tokens(&self.sign_in(FIRST).await)
    }

    async fn post(&self, path: &str, token: &str, body: &Value) -> u16 {
        let path = format!("/customers/auth/{path}");
        let answer = self.stack.post(&path, token, body).await;
        answer.status
    }

    /// Whether another function takes the token for somebody's: then what is
    /// asked for is not there.
    async fn is_known_by(&self, access: &str) -> bool {
        let organisation = self.stack.text("/organisationId");
        let path = format!("/lapi/v1/webhook/{organisation}/");
        match self.stack.get(&path, access).await.status {
            404 => true,
            401 => false,
            other => panic!("neither known nor unknown: {other}"),
        }
    }
}

/// The access and the refresh token of a sign-in.
pub(crate) fn tokens(answer: &Value) -> [String; 2] {
    ["access", "refresh"].map(|name| {
        let token = answer["tokens"][name].as_str();
        token.unwrap_or_else(|| panic!("no {name}: {answer}")).to_owned()
    })
}

/// The six digits in a text.
fn code(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_digit());
    words.into_iter().find(|word| word.len() == 6).expect("a code").to_owned()
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn a_password_is_changed_forgotten_and_reset_and_old_tokens_die_each_time() {
    let stack = Stack::running();
    let person = Newcomer::welcome(&stack).await;
    let [access, refresh] = person.first_tokens().await;
    assert!(person.is_known_by(&access).await);

    let change = |old: &str| json!({"oldPassword": old, "newPassword": SECOND, "confirmNewPassword": SECOND});
    assert_eq!(person.post("change-password", &access, &change(THIRD)).await, 401);
    assert_eq!(person.post("change-password", &access, &change(FIRST)).await, 200);
    assert!(!person.is_known_by(&access).await);
    assert_eq!(person.post("refresh", "", &json!({"refreshToken": refresh})).await, 401);
    assert_eq!(person.post("login", "", &person.credentials()).await, 401);
    let [access, _] = tokens(&person.sign_in(SECOND).await);
    assert!(person.is_known_by(&access).await);

    let username = json!({"username": person.email});
    assert_eq!(person.post("forgotten-password", "", &username).await, 200);
    let mails = stack.mails_to(&person.email).await;
    let code = code(mails.last().expect("an e-mail"));
    let reset = |code: &str| {
        json!({
            "username": person.email,
            "password": THIRD,
            "passwordConfirm": THIRD,
            "confirmationCode": code,
        })
    };
    assert_eq!(person.post("reset-password", "", &reset("000000")).await, 400);
    assert!(person.is_known_by(&access).await);
    assert_eq!(person.post("reset-password", "", &reset(&code)).await, 200);
    assert!(!person.is_known_by(&access).await);

    let [_, refresh] = tokens(&person.sign_in(THIRD).await);
    let body = json!({"refreshToken": refresh});
    let refreshed = stack.post("/customers/auth/refresh", "", &body).await;
    assert_eq!(refreshed.status, 200, "{:?}", refreshed.body);
    let access = refreshed.body["tokens"]["access"].as_str().expect("a token").to_owned();
    assert!(person.is_known_by(&access).await);
    assert_eq!(person.post("logout", &access, &Value::Null).await, 200);
    assert!(!person.is_known_by(&access).await);
    assert_eq!(person.post("refresh", "", &body).await, 401);
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn whoever_is_not_there_is_answered_as_everybody_is() {
    let stack = Stack::running();
    let person = Newcomer::welcome(&stack).await;
    let nobody = format!("{}@example.com", a_uuid());
    for path in ["forgotten-password", "resend"] {
        let path = format!("/customers/auth/{path}");
        let known = stack.post(&path, "", &json!({"username": person.email})).await;
        let unknown = stack.post(&path, "", &json!({"username": nobody})).await;
        assert_eq!((known.status, unknown.status), (200, 200));
        assert_eq!(known.body, unknown.body);
    }
    assert_eq!(stack.mails_to(&nobody).await, [""; 0]);
}
