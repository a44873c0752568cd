//! Who gets what.

mod tenancy;
pub(crate) mod world;

use std::collections::BTreeSet;

use attesta_tests::actors::{self, Actor, Call, Fixtures, Row, World};
use attesta_tests::document::Document;
use attesta_tests::lists;
use attesta_tests::surfaces::surfaces;
use serde_json::{Value, json};
use world::InProcess;

use crate::audit;

const TABLE: &str = "actors.txt";

#[tokio::test]
async fn everybody_gets_what_the_table_says() {
    let mut rows = Vec::new();
    for surface in surfaces() {
        rows.extend(actors::rows(&surface.code, InProcess::fresh).await);
    }
    let faults = rows.iter().flat_map(Row::faults).collect::<Vec<_>>();
    assert!(faults.is_empty(), "{}\n{}", faults.join("\n"), actors::table(&rows));
    lists::assert_listed(TABLE, &actors::table(&rows));
    audit::assert_rows(&rows);
}

#[test]
fn every_declared_operation_has_its_row() {
    let surfaces = surfaces();
    let declared = surfaces.iter().flat_map(|surface| {
        surface.code.operations().into_values().map(|one| one.title()).collect::<Vec<_>>()
    });
    assert_eq!(actors::operations(&lists::read(TABLE)), declared.collect::<BTreeSet<_>>());
}

/// A world that only notes what it is asked.
struct Stub {
    fixtures: Fixtures,
    expected: Call,
}

impl World for Stub {
    fn fixtures(&self) -> &Fixtures {
        &self.fixtures
    }

    fn answers_as(&self, _: &Call) -> String {
        "user 1".to_owned()
    }

    async fn audit(&self) -> Vec<Value> {
        Vec::new()
    }

    async fn call(&self, actor: Actor, call: &Call) -> u16 {
        assert_eq!(call, &self.expected);
        match actor {
            Actor::Right => 200,
            Actor::OtherTenant => 404,
            _ => 401,
        }
    }
}

fn small() -> (Document, Stub) {
    let document = Document::from_yaml(include_str!("comparer/small.yaml")).unwrap();
    let fixtures = [
        ("id", json!(7)),
        ("X-Tenant", json!("a.example")),
        ("note", json!("not asked for")),
        ("putThing.kind", json!(1)),
    ];
    let fixtures = fixtures.map(|(name, value)| (name.to_owned(), value)).into();
    let expected = Call {
        operation: "putThing".to_owned(),
        method: "PUT",
        path: "/things/7/".to_owned(),
        headers: vec![("X-Tenant".to_owned(), "a.example".to_owned())],
        body: Some(json!({"name": "x", "kind": 1})),
        is_form: false,
    };
    (document, Stub { fixtures, expected })
}

#[tokio::test]
async fn the_driver_fills_a_call_and_tells_the_answers() {
    let rows = actors::rows(&small().0, async || small().1).await;
    let expected = Row {
        operation: "PUT /things/{id}/".to_owned(),
        public: false,
        statuses: [401, 401, 401, 404, 401, 401, 200],
        left: Default::default(),
        answers_as: "user 1".to_owned(),
    };
    assert_eq!(rows, [expected]);
    assert!(rows[0].faults().is_empty());
    let table = actors::table(&rows);
    assert_eq!(actors::operations(&table), BTreeSet::from(["PUT /things/{id}/".to_owned()]));
    assert!(
        table.ends_with("token       401     401     401     404     401     401     200\n"),
        "{table}"
    );
}

/// A row of an operation that nobody called.
pub(crate) fn row(operation: &str) -> Row {
    Row {
        operation: operation.to_owned(),
        public: false,
        statuses: [200; 7],
        left: Default::default(),
        answers_as: "user 1".to_owned(),
    }
}

#[test]
fn what_no_table_may_say_is_found() {
    let faults = |public, statuses| Row { public, statuses, ..row("GET /") }.faults().len();
    assert_eq!(faults(true, [200; 7]), 0);
    assert_eq!(faults(false, [200, 401, 401, 404, 401, 401, 200]), 1);
    assert_eq!(faults(false, [401, 401, 403, 404, 401, 401, 200]), 0);
    assert_eq!(faults(false, [401, 401, 404, 404, 401, 401, 200]), 1);
    assert_eq!(faults(false, [401, 401, 401, 404, 401, 401, 404]), 1);
    assert_eq!(faults(false, [401, 401, 401, 500, 401, 401, 200]), 1);
}
