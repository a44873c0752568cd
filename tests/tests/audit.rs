//! The audit log over every surface: who changes something leaves a row, and
//! nobody else does.

use attesta_tests::actors::{self, Actor, World};
use attesta_tests::lists;
use attesta_tests::surfaces::surfaces;
use serde_json::Value;
use uuid::Uuid;

use crate::actors::world::InProcess;

const TABLE: &str = "audit.txt";

/// What changes nothing: signing in and what leads to it, a place to upload to,
/// what is only passed on, and what is so already in these worlds.
const CHANGES_NOTHING: [&str; 17] = [
    "POST /api/v2/auth/approle",
    "POST /api/v2/auth/token/refresh",
    "POST /customers/auth/api-tokens/authenticate",
    "POST /customers/auth/challenge",
    "POST /customers/auth/forgotten-password",
    "POST /customers/auth/login",
    "POST /customers/auth/magic-link",
    "POST /customers/auth/magic-link/verify",
    "POST /customers/auth/refresh",
    "POST /customers/auth/resend",
    "POST /customers/auth/totp",
    "POST /customers/users/api-tokens/authenticate",
    "POST /oauth2/token",
    "POST /lapi/v1/upload/{organisation_id}/{learner_id}/",
    "POST /customers/users/request-account",
    "POST /customers/auth/confirm-signup",
    "POST /customers/users/verify-attribute",
];

/// Who may be refused, and changes nothing then.
const REFUSED: [Actor; 5] =
    [Actor::NoToken, Actor::BogusToken, Actor::WrongIssuer, Actor::OtherTenant, Actor::Reader];

/// An operation that the right caller called.
struct Called {
    title: String,
    method: &'static str,
    expected: String,
    rows: Vec<Value>,
}

impl Called {
    /// As whom the rows say that it was done, and to what.
    fn line(&self) -> String {
        let kind = |row: &Value| row["actor"]["kind"].as_str().unwrap().to_owned();
        let things = |row: &Value| {
            let things = row["things"].as_array().unwrap().iter();
            things.map(|thing| thing["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let rows = self.rows.iter().map(|row| format!("{}: {}", kind(row), things(row).join(" ")));
        format!("{} {}\n", self.title, rows.collect::<Vec<_>>().join(", "))
    }
}

/// Calls every operation as everybody; the rows that the right caller left.
async fn everything() -> Vec<Called> {
    let mut called = Vec::new();
    for surface in surfaces() {
        for operation in surface.code.operations().values() {
            let world = InProcess::fresh().await;
            let call = actors::call(&surface.code, operation, world.fixtures()).unwrap();
            let title = operation.title();
            // What is open to all is one caller's to use up.
            let is_open = operation.security().is_ok_and(|schemes| schemes.is_empty());
            for actor in REFUSED.into_iter().filter(|_| !is_open) {
                let before = world.audit().await.len();
                let status = world.call(actor, &call).await;
                let left = world.audit().await.len() - before;
                assert!(status < 400 || left == 0, "{title} as {actor:?}: {status} left a row");
            }
            let before = world.audit().await;
            let status = world.call(Actor::Right, &call).await;
            assert!(status < 400, "{title}: {status}");
            let mut rows = world.audit().await;
            rows.retain(|row| !before.contains(row));
            rows.sort_by_key(|row| row["id"].to_string());
            called.push(Called {
                title,
                method: call.method,
                expected: world.answers_as(&call),
                rows,
            });
        }
    }
    called.sort_by_key(|one| lists::by_path(&one.title));
    called
}

/// What no row may hold: addresses, names, secrets and texts of the worlds.
const PERSONAL: [&str; 10] = [
    "192.0.2.",
    "example.com",
    "farm.example",
    "+44",
    "7700900001",
    "Correct7horse",
    "An essay",
    "A sample",
    "hooks.",
    "Una",
];

/// Whether a row holds identifiers, words of ours and a hash, and nothing else.
fn is_of_identifiers(row: &Value) -> bool {
    let id = |text: &str| {
        let is_number = text.len() <= 16 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number || text.parse::<Uuid>().is_ok()
    };
    let ids = |value: &Value| value.as_str().is_none_or(|text| text.split('/').all(id));
    let word =
        |value: &Value| value.as_str().unwrap().bytes().all(|byte| byte.is_ascii_alphabetic());
    let fields = ["pk", "sk", "gsi1pk", "gsi1sk", "type", "ttl", "at", "operation"];
    row.as_object().unwrap().iter().all(|(name, value)| match name.as_str() {
        "id" | "organisation_id" => ids(value),
        "correlation_id" => value == "a-request" || ids(value),
        "source" => value.as_str().unwrap().len() == 22,
        "actor" => word(&value["kind"]) && ids(&value["id"]) && ids(&value["user_id"]),
        "things" => {
            let mut things = value.as_array().unwrap().iter();
            things.all(|thing| word(&thing["kind"]) && ids(&thing["id"]))
        }
        other => fields.contains(&other),
    })
}

#[tokio::test]
async fn whoever_changes_something_leaves_a_row_and_nobody_else_does() {
    let called = everything().await;
    let mut faults = Vec::new();
    for one in &called {
        let mut fault = |what: &str| faults.push(format!("{} {what}", one.title));
        let is_silent = one.method == "GET"
            || one.title.contains(" /api/v2/provider/")
            || CHANGES_NOTHING.contains(&one.title.as_str());
        if is_silent != one.rows.is_empty() {
            fault(if is_silent { "leaves a row" } else { "leaves none" });
        }
        for row in &one.rows {
            let actor = &row["actor"];
            let id = actor["id"].as_str().unwrap_or_default();
            let found = format!("{} {id}", actor["kind"].as_str().unwrap());
            if found != one.expected && found != "anonymous " {
                fault(&format!("is {found}'s and not {}'s", one.expected));
            }
            if row["operation"] != one.title || row["correlation_id"].as_str().unwrap().is_empty() {
                fault("is called otherwise, or can't be found again");
            }
            let text = row.to_string();
            if !is_of_identifiers(row) {
                fault("tells more than identifiers");
            }
            for personal in PERSONAL.iter().filter(|personal| text.contains(*personal)) {
                fault(&format!("tells {personal}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let heading = "# Whoever changes something leaves rows in the audit log: as whom, and to which things.\n\
                   # UPDATE_TABLES=1 rewrites it.\n";
    let lines = called.iter().filter(|one| !one.rows.is_empty()).map(Called::line);
    lists::assert_listed(TABLE, &(heading.to_owned() + &lines.collect::<String>()));
}
