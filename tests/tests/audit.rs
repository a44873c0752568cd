//! The audit log over every surface: who changes something leaves a row, and
//! nobody else does.

use attesta_tests::actors::{self, Actor, World};
use attesta_tests::lists;
use attesta_tests::surfaces::surfaces;
use serde_json::Value;

use crate::actors::world::InProcess;

const TABLE: &str = "audit.txt";

/// What changes nothing in the table, whoever calls it.
const CHANGES_NOTHING: [&str; 0] = [];

/// An operation that the right caller called.
struct Called {
    title: String,
    method: &'static str,
    status: u16,
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
            for actor in Actor::ALL.into_iter().filter(|actor| *actor != Actor::Right) {
                let before = world.audit().await.len();
                let status = world.call(actor, &call).await;
                let left = world.audit().await.len() - before;
                let title = operation.title();
                assert!(status < 400 || left == 0, "{title} as {actor:?}: {status} left a row");
            }
            let world = InProcess::fresh().await;
            let call = actors::call(&surface.code, operation, world.fixtures()).unwrap();
            let before = world.audit().await;
            let status = world.call(Actor::Right, &call).await;
            let mut rows = world.audit().await;
            rows.retain(|row| !before.contains(row));
            rows.sort_by_key(|row| row["id"].to_string());
            called.push(Called {
                title: operation.title(),
                method: call.method,
                status,
                expected: world.answers_as(&call),
                rows,
            });
        }
    }
    called.sort_by_key(|one| lists::by_path(&one.title));
    called
}

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
    "secret",
    "Una",
    "atc_",
];

#[tokio::test]
async fn whoever_changes_something_leaves_a_row_and_nobody_else_does() {
    let called = everything().await;
    let mut faults = Vec::new();
    for one in &called {
        let mut fault = |what: &str| faults.push(format!("{} {what}", one.title));
        let is_silent = one.method == "GET"
            || one.title.contains(" /api/v2/provider/")
            || CHANGES_NOTHING.contains(&one.title.as_str());
        if one.status < 400 && is_silent != one.rows.is_empty() {
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
