//! The audit log over every surface: who changes something leaves a row, and
//! nobody else does. The rows come from calling everything as everybody.

use attesta_tests::actors::Row;
use attesta_tests::lists;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::actors::row;

const TABLE: &str = "audit.txt";

/// What changes nothing: signing in and what leads to it, a place to upload to,
/// what is only passed on, and what is so already in these worlds.
const CHANGES_NOTHING: [&str; 23] = [
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
    "POST /customers/auth/swap-pool",
    "POST /customers/users/verify-attribute",
    "POST /customers/business-connections/check",
    "POST /customers/business-connections/check-network",
    "POST /customers/organisations/{id}/activate",
    "POST /customers/organisations/{id}/modules/request",
    "POST /customers/organisations/{id}/sync-users",
];

/// What no row may hold: addresses, names, secrets and texts of the worlds.
const PERSONAL: [&str; 12] = [
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
    "Hughes",
    "Ada",
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

/// What is wrong with what the right caller of an operation left.
fn faults(row: &Row) -> Vec<String> {
    let [refused @ .., right] = &row.left;
    let mut faults = Vec::new();
    if refused.iter().zip(row.statuses).any(|(left, status)| status >= 400 && !left.is_empty()) {
        faults.push("leaves a row where it is refused".to_owned());
    }
    let is_silent = row.operation.starts_with("GET ")
        || row.operation.contains(" /api/v2/provider/")
        || CHANGES_NOTHING.contains(&row.operation.as_str());
    match (is_silent, right.is_empty()) {
        (true, false) => faults.push("leaves a row".to_owned()),
        (false, true) => faults.push("leaves no row".to_owned()),
        _ => {}
    }
    for left in right {
        let (actor, correlation) = (&left["actor"], &left["correlation_id"]);
        let id = actor["id"].as_str().unwrap_or_default();
        let found = format!("{} {id}", actor["kind"].as_str().unwrap());
        if found != row.answers_as && !(row.public && found == "anonymous ") {
            faults.push(format!("is {found}'s and not {}'s", row.answers_as));
        }
        if left["operation"] != row.operation || correlation.as_str().unwrap().is_empty() {
            faults.push("is called otherwise, or can't be found again".to_owned());
        }
        if !is_of_identifiers(left) {
            faults.push(format!("tells more than identifiers: {left}"));
        }
        let text = left.to_string();
        let told = PERSONAL.iter().filter(|personal| text.contains(*personal));
        faults.extend(told.map(|personal| format!("tells {personal}")));
    }
    faults.into_iter().map(|fault| format!("{} {fault}", row.operation)).collect()
}

/// As whom something was done, and to what. Two rows of one request can carry
/// the same millisecond, so they are told in the order of their words.
fn line(row: &Row) -> String {
    let kind = |left: &Value| left["actor"]["kind"].as_str().unwrap().to_owned();
    let things = |left: &Value| {
        let things = left["things"].as_array().unwrap().iter();
        things.map(|thing| thing["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let left = row.left[6].iter();
    let mut left =
        left.map(|left| format!("{}: {}", kind(left), things(left).join(" "))).collect::<Vec<_>>();
    left.sort();
    format!("{} {}\n", row.operation, left.join(", "))
}

/// Holds what was left to what has to be, and to the list.
pub(crate) fn assert_rows(rows: &[Row]) {
    let faults = rows.iter().flat_map(faults).collect::<Vec<_>>();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let heading = "# Whoever changes something leaves rows in the audit log: as whom, and to which things.\n\
                   # UPDATE_TABLES=1 rewrites it.\n";
    let mut rows = rows.iter().filter(|row| !row.left[6].is_empty()).collect::<Vec<_>>();
    rows.sort_by_key(|row| lists::by_path(&row.operation));
    let lines = rows.into_iter().map(line).collect::<String>();
    lists::assert_listed(TABLE, &(heading.to_owned() + &lines));
}

#[test]
fn what_no_row_may_tell_is_found() {
    const ID: &str = "0197f0a0-0000-7000-8000-00000000000a";
    let good = json!({
        "actor": {"kind": "user", "id": "1"},
        "operation": "PUT /a",
        "things": [{"kind": "thing", "id": format!("{ID}/5")}],
        "organisation_id": null,
        "correlation_id": "a-request",
        "source": "x".repeat(22),
    });
    let found = |operation: &str, at: usize, left: &Value| {
        let mut row = row(operation);
        row.statuses[0] = 401;
        row.left[at].push(left.clone());
        faults(&row).len()
    };
    assert_eq!(found("PUT /a", 6, &good), 0);
    assert_eq!(found("GET /a", 6, &good), 2);
    assert_eq!(found("PUT /a", 0, &good), 2);
    assert_eq!(faults(&row("PUT /a")).len(), 1);
    for (pointer, value) in [
        ("/actor/id", json!("2")),
        ("/operation", json!("PUT /b")),
        ("/things/0/id", json!("una")),
        ("/source", json!("192.0.2.1")),
        ("/correlation_id", json!("")),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        assert_ne!(found("PUT /a", 6, &bad), 0, "{pointer}");
    }
}
