//! Who gets what: every declared operation called by every kind of caller.

use std::collections::BTreeSet;

use attesta_openapi::examples::{Answer, Example, Examples};
use serde_json::Value;

pub use crate::sample::{Call, Fixtures};

use crate::document::{Document, Operation};
use crate::{lists, sample, steady};

/// A kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// No `Authorization` header.
    NoToken,
    /// A token that is none.
    BogusToken,
    /// A token that is sound in itself, from an issuer nobody trusts.
    WrongIssuer,
    /// A caller of the right kind that belongs to another tenant; a user where
    /// staff are the right kind.
    OtherTenant,
    /// Staff who may look alone.
    Reader,
    /// Staff.
    Staff,
    /// Who may.
    Right,
}

impl Actor {
    /// All, in the table's order: who changes something comes last.
    pub const ALL: [Self; 7] = [
        Self::NoToken,
        Self::BogusToken,
        Self::WrongIssuer,
        Self::OtherTenant,
        Self::Reader,
        Self::Staff,
        Self::Right,
    ];

    fn heading(self) -> &'static str {
        match self {
            Self::NoToken => "none",
            Self::BogusToken => "bogus",
            Self::WrongIssuer => "issuer",
            Self::OtherTenant => "foreign",
            Self::Reader => "reader",
            Self::Staff => "staff",
            Self::Right => "right",
        }
    }
}

/// What the calls go to: the functions in this process, over a table of their own.
pub trait World {
    /// The values that parameters and bodies are filled with.
    fn fixtures(&self) -> &Fixtures;

    /// Who the right actor of a call is in the audit log, where it says who it is: its kind and
    /// identifier.
    fn answers_as(&self, call: &Call) -> String;

    /// The rows of the audit log.
    fn audit(&self) -> impl Future<Output = Vec<Value>>;

    /// The identifiers that are the same things in every world, in an order.
    fn known(&self) -> Vec<String>;

    /// Calls as an actor.
    fn call(&self, actor: Actor, call: &Call) -> impl Future<Output = Answer>;
}

/// One row of the table.
#[derive(Debug, PartialEq)]
pub struct Row {
    /// Method and path.
    pub operation: String,
    /// Whether the operation is declared to need no token.
    pub public: bool,
    /// The status for each of [`Actor::ALL`].
    pub statuses: [u16; 7],
    /// What each left in the audit log.
    pub left: [Vec<Value>; 7],
    /// Who the right one is there.
    pub answers_as: String,
    /// What the right one sent and got, as it is every time.
    pub example: Example,
}

/// Calls every operation of a document as every actor, each operation in a world of its own.
///
/// # Panics
/// If an operation can't be called for want of a fixture.
pub async fn rows<W: World>(document: &Document, fresh: impl AsyncFn() -> W) -> Vec<Row> {
    let mut rows = Vec::new();
    for operation in document.operations().values() {
        let sampled = async || {
            let world = fresh().await;
            let call = sample::call(document, operation, world.fixtures());
            (call.unwrap_or_else(|error| panic!("{error}")), world)
        };
        let (mut call, mut world) = sampled().await;
        let mut seen = world.audit().await;
        let (mut statuses, mut left) = ([0; 7], <[Vec<Value>; 7]>::default());
        let mut last = None;
        for ((status, left), actor) in statuses.iter_mut().zip(&mut left).zip(Actor::ALL) {
            if actor == Actor::Right {
                // Staff may have changed things in that world.
                (call, world) = sampled().await;
                seen = world.audit().await;
            }
            let answer = world.call(actor, &call).await;
            *status = answer.status;
            last = Some(answer);
            *left = world.audit().await;
            left.retain(|row| !seen.contains(row));
            seen.extend_from_slice(left);
        }
        let answer = last.expect("somebody called");
        let example = Example { request: call.request.clone(), answer };
        rows.push(Row {
            example: steady::example(&example, &world.known()),
            operation: operation.title(),
            public: operation.security().is_ok_and(|schemes| schemes.is_empty()),
            statuses,
            left,
            answers_as: world.answers_as(&call),
        });
    }
    rows.sort_by_key(|row| lists::by_path(&row.operation));
    rows
}

impl Row {
    /// What must hold whatever the table says; names what doesn't.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let [none, bogus, issuer, .., right] = self.statuses;
        let mut faults = Vec::new();
        if !self.public && [none, bogus, issuer].iter().any(|status| ![401, 403].contains(status)) {
            faults.push("lets somebody in without a valid token");
        }
        if right >= 400 {
            faults.push("refuses the right caller");
        }
        if self.statuses.iter().any(|status| *status >= 500) {
            faults.push("fails");
        }
        let faults = faults.into_iter();
        faults.map(|fault| format!("{} {fault}", self.operation)).collect()
    }
}

/// The table as text.
#[must_use]
pub fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.operation.len()).max().unwrap_or_default();
    let line = |operation: &str, access: &str, cells: [String; 7]| {
        format!(
            "{operation:width$} {access:7}{}\n",
            cells.map(|cell| format!("{cell:>8}")).concat()
        )
    };
    let heading = "# Every declared operation, called by every kind of caller: no token, a bogus one, one of an\n\
                   # unknown issuer, a caller of another tenant, staff who may look alone, staff, the right one.\n\
                   # UPDATE_TABLES=1 rewrites it.\n";
    let names = Actor::ALL.map(|actor| actor.heading().to_owned());
    let mut text = heading.to_owned() + &line("#", "", names);
    for row in rows {
        let access = if row.public { "public" } else { "token" };
        text += &line(&row.operation, access, row.statuses.map(|status| status.to_string()));
    }
    text
}

/// What the right callers sent and got, by path and method.
#[must_use]
pub fn examples(rows: &[Row]) -> Examples {
    let mut examples = Examples::new();
    for row in rows {
        let (method, path) = row.operation.split_once(' ').unwrap_or_default();
        let methods = examples.entry(path.to_owned()).or_default();
        methods.insert(method.to_lowercase(), row.example.clone());
    }
    examples
}

/// A call of an operation, filled with the fixtures of a world.
///
/// # Panics
/// If it can't be called for want of a fixture.
#[must_use]
pub fn sampled(document: &Document, operation: &Operation<'_>, fixtures: &Fixtures) -> Call {
    sample::call(document, operation, fixtures).unwrap_or_else(|error| panic!("{error}"))
}

/// What keeps operations from being called: the fixtures that are missing.
#[must_use]
pub fn missing(document: &Document, fixtures: &Fixtures) -> Vec<String> {
    let operations = document.operations();
    let calls = operations.values().map(|one| sample::call(document, one, fixtures));
    calls.filter_map(Result::err).collect()
}

/// The operations that a table has rows for.
#[must_use]
pub fn operations(table: &str) -> BTreeSet<String> {
    let lines = lists::entries(table);
    let named = lines.map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" "));
    named.collect()
}
