//! Links, tokens and clients that somebody signs in with.

use attesta_model::{MachineKind, Notice, User};
use attesta_store::Seed;
use attesta_testing::json as request;
use http::StatusCode;
use serde_json::{Value, json};

use super::{InProcess, REDIRECT};

impl InProcess {
    /// Asks for a link that signs the world's user in.
    pub(super) async fn ask_for_link(&mut self) {
        let (store, id) = (&self.seeded.store, self.seeded.user.user_id);
        let user = store.user(id).await.unwrap().unwrap();
        let subject = Some(store.ids().uuid().unwrap());
        let phone = Some("+447700900001".to_owned());
        let [given_name, family_name] = ["Ada", "Hill"].map(|name| Some(name.to_owned()));
        let name = User::name_of(given_name.as_deref(), family_name.as_deref());
        let user = User { name, given_name, family_name, subject, phone, ..user };
        Seed(store).user(&user).await.unwrap();
        let body = json!({"id": id, "redirect": REDIRECT});
        let request = request("POST", "/customers/auth/magic-link", "", &body);
        let answer = attesta_testing::call(&self.auth, request).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let rows = self.seeded.outbox().await;
        let secret = rows.iter().flat_map(|row| &row.messages).find_map(|one| match &one.notice {
            Notice::MagicLink { link, .. } => link.split_once('#').map(|(_, secret)| json!(secret)),
            _ => None,
        });
        self.fixtures.insert("verifyMagicLink.id".to_owned(), secret.expect("a link"));
    }

    /// Has a program sign in in the user's name.
    pub(super) async fn make_api_token(&mut self) {
        let (token, secret) = self.seeded.api_token(&["owner"]).await;
        for operation in ["authAuthenticateApiToken", "authenticateApiToken"] {
            self.fixtures.insert(format!("{operation}.token"), json!(secret.expose()));
        }
        for operation in ["getApiToken", "revokeApiToken"] {
            self.fixtures.insert(format!("{operation}.id"), json!(token.id.to_string()));
        }
    }

    /// A machine client; it is the one that asks for a token, too.
    pub(super) async fn client(&mut self) {
        let key = self.seeded.client(MachineKind::Service).await;
        let mut set = |name: &str, value: Value| self.fixtures.insert(name.to_owned(), value);
        set("client_id", json!(key.id));
        set("issueToken.client_id", json!(key.id));
        set("issueToken.client_secret", json!(key.secret.expose()));
    }
}
