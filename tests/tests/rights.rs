//! What functions may do in AWS: no more than they do, and no less.
//!
//! [`used`] runs after the journeys, on what the local AWS noted of them. What
//! none of them gets to stands in `unreached-rights.txt`.

mod used;

use attesta_testing::{Statement, World, deployed, rights, template};
use attesta_tests::lists;

/// Who writes what signs people and machines in, and what everybody goes by; and
/// nobody changes the audit log.
#[test]
fn few_write_what_others_trust() {
    const PUT: &str = "PutItem";
    const ELSE: [&str; 3] = ["UpdateItem", "DeleteItem", "BatchWriteItem"];
    let rights = rights(&template());
    let writers = |key: &str, actions: &[&str]| {
        let table = |on: &str| on == "${Table.Arn}";
        let may = |one: &Statement| {
            actions.iter().any(|action| one.allows(&format!("dynamodb:{action}"), table, Some(key)))
        };
        let names = rights.iter().filter(|(_, statements)| statements.iter().any(may));
        names.map(|(name, _)| name.as_str()).collect::<Vec<_>>()
    };
    for (key, put, other) in [
        ("SETTINGS", &["system"][..], &[][..]),
        ("ISSUER", &[], &["tokens"]),
        ("LINK#x", &["auth"], &[]),
        ("API_TOKEN#x", &["auth"], &["auth", "scheduler"]),
        (
            "CREDENTIAL#x",
            &["marketplace", "provider-admin", "tokens"],
            &["marketplace", "provider-admin", "sub-tpps", "tokens"],
        ),
        (
            "NAME#user#email#x",
            &[
                "auth",
                "business-connections",
                "importer",
                "organisations",
                "user-migration",
                "users",
            ],
            &["auth", "users"],
        ),
    ] {
        assert_eq!(writers(key, &[PUT]), put, "{key}");
        assert_eq!(writers(key, &ELSE), other, "{key}");
    }
    assert!(writers("USER#x", &[PUT, "UpdateItem"]).iter().all(|name| ABOUT_PEOPLE.contains(name)));
    for key in ["AUDIT#x", "PAGE_KEY"] {
        assert!(!writers(key, &[PUT]).is_empty() && writers(key, &ELSE).is_empty(), "{key}");
    }
}

/// Who has something to do with people.
const ABOUT_PEOPLE: [&str; 9] = [
    "auth",
    "business-connections",
    "cognito-triggers",
    "directory",
    "importer",
    "organisations",
    "scheduler",
    "user-migration",
    "users",
];

/// The messenger reads what addresses are hashed with, and never makes it.
#[tokio::test]
#[should_panic(expected = "messenger may not dynamodb:PutItem [\"PAGE_KEY\"]")]
async fn a_function_that_goes_beyond_its_policy_is_stopped() {
    let world = World::start().await;
    let _ = deployed("messenger", world.store.page_key()).await;
}

/// Right above a statement, or the line itself, stands why what it allows has a `*`.
#[test]
fn no_wildcard_goes_without_a_reason() {
    let path = lists::folder().join("../../infra/template.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let (mut before, mut has_reason, mut is_allowed) = ("", false, false);
    let mut without = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let words = line.trim_start();
        if words.starts_with("- Effect:") {
            (has_reason, is_allowed) = (before.starts_with('#'), false);
        }
        match words.split_once(':').map(|(name, _)| name) {
            Some("Action" | "NotAction" | "Resource" | "NotResource") => is_allowed = true,
            Some(name) if name.chars().all(char::is_alphanumeric) => is_allowed = false,
            _ => {}
        }
        let is_said = has_reason || before.starts_with('#') || words.starts_with('#');
        if is_allowed && words.contains('*') && !is_said {
            without.push(format!("{}: {words}", at + 1));
        }
        before = words;
    }
    assert!(without.is_empty(), "wildcards without a reason:\n{}", without.join("\n"));
}
