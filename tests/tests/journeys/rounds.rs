//! Everything that is read, read by everybody: none of it fails inside.

use attesta_tests::document::Operation;
use attesta_tests::surfaces::surfaces;
use serde_json::{Value, json};

use super::{Stack, a_uuid};

#[tokio::test]
#[ignore = "needs a local stack"]
async fn nothing_that_is_read_fails_whoever_reads() {
    let stack = Stack::running();
    let [staff, owner] = [stack.sign_in("staff").await, stack.sign_in("owner").await];
    let own = stack.get("/customers/users/profile", &owner).await;
    let owner_id = own.body["user"]["id"].as_str().expect("an id").to_owned();
    let callers = [
        program(&stack, &staff, &owner_id).await,
        machine(&stack, &staff).await,
        stack.provider_token().await,
        staff,
        owner,
    ];
    let world = World { stack: &stack, owner_id };
    let surfaces = surfaces();
    let mut failed = Vec::new();
    for surface in &surfaces {
        let operations = surface.code.operations();
        for operation in operations.values().filter(|operation| operation.method == "GET") {
            for path in world.paths(operation) {
                for token in &callers {
                    let answer = stack.get(&path, token).await;
                    failed.extend((answer.status >= 500).then(|| format!("{path}: {answer:?}")));
                }
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

/// The token of a program that acts in somebody's name.
async fn program(stack: &Stack, staff: &str, user: &str) -> String {
    let wanted = json!({"userId": user, "hours": 1, "roles": ["owner"]});
    let made = stack.post("/customers/auth/api-tokens", staff, &wanted).await;
    let shown = json!({"token": made.body["message"]});
    let entered = stack.post("/customers/auth/api-tokens/authenticate", "", &shown).await;
    assert_eq!(entered.status, 200, "{:?}", entered.body);
    entered.body["tokens"]["access"].as_str().expect("a token").to_owned()
}

/// The token of a machine client.
async fn machine(stack: &Stack, staff: &str) -> String {
    let wanted = json!({"name": "A reader", "kind": "service", "scopes": ["customers:read"]});
    let made = stack.post("/oauth2/clients", staff, &wanted).await;
    assert_eq!(made.status, 201, "{:?}", made.body);
    let [id, secret] = ["clientId", "clientSecret"].map(|name| made.body[name].as_str());
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        id.expect("an id"),
        secret.expect("a secret")
    );
    let issued = stack.post_form("/oauth2/token", &form).await;
    issued.body["access_token"].as_str().expect("a token").to_owned()
}

/// What there is to read.
struct World<'a> {
    stack: &'a Stack,
    owner_id: String,
}

impl World<'_> {
    /// Where an operation's thing is, and the same with all that can be asked of it.
    fn paths(&self, operation: &Operation<'_>) -> Vec<String> {
        let segments = operation.path.split('/').map(|segment| match segment.strip_prefix('{') {
            Some(name) => self.value(operation.path, name.trim_end_matches('}')),
            None => segment.to_owned(),
        });
        let path = segments.collect::<Vec<_>>().join("/");
        let parameters = operation.value["parameters"].as_array().cloned().unwrap_or_default();
        let asked = parameters.iter().filter(|one| one["in"] == "query").filter_map(|one| {
            let name = one["name"].as_str()?;
            Some(format!("{name}={}", self.question(name, &one["schema"])?))
        });
        let asked = asked.collect::<Vec<_>>().join("&");
        vec![format!("{path}?{asked}"), path]
    }

    fn value(&self, path: &str, name: &str) -> String {
        let begins = |start: &str| path.starts_with(start);
        match name {
            "organisation_id" | "organisationId" => self.stack.text("/organisationId"),
            "id" if begins("/customers/organisations") => self.stack.text("/organisationId"),
            "id" if begins("/customers/users") => self.owner_id.clone(),
            "id" if begins("/api/v2/admin/instrument") => "5".to_owned(),
            "provider_id" | "id" if begins("/api/v2/") => self.stack.text("/provider/id"),
            _ if begins("/api/v2/") && !name.contains("learner") => "1".to_owned(),
            _ => a_uuid().to_string(),
        }
    }

    fn question(&self, name: &str, schema: &Value) -> Option<String> {
        match name {
            "limit" => Some("20".to_owned()),
            "search" | "query" | "name" => Some("college".to_owned()),
            "email" => Some("owner@college.example".to_owned()),
            "organisationId" => Some(self.stack.text("/organisationId")),
            "userId" => Some(self.owner_id.clone()),
            _ if schema["format"] == "uuid" => Some(a_uuid().to_string()),
            _ => None,
        }
    }
}
