//! Who gets what.

mod tenancy;
pub(crate) mod world;

use std::collections::BTreeSet;

use attesta_openapi::examples::{self, Answer, Body, Example, Request};
use attesta_tests::actors::{self, Actor, Call, Fixtures, Row, World};
use attesta_tests::document::Document;
use attesta_tests::surfaces::surfaces;
use attesta_tests::{lists, steady};
use serde_json::{Value, json};
use world::InProcess;

use crate::audit;

const TABLE: &str = "actors.txt";

#[tokio::test]
async fn everybody_gets_what_the_table_says() {
    let (mut rows, mut recorded) = (Vec::new(), Vec::new());
    for surface in surfaces() {
        let of_surface = actors::rows(&surface.code, InProcess::fresh).await;
        recorded.push((surface.name(), actors::examples(&of_surface)));
        rows.extend(of_surface);
    }
    let faults = rows.iter().flat_map(Row::faults).collect::<Vec<_>>();
    assert!(faults.is_empty(), "{}\n{}", faults.join("\n"), actors::table(&rows));
    lists::assert_listed(TABLE, &actors::table(&rows));
    audit::assert_rows(&rows);
    for (surface, examples) in recorded {
        let text = examples::written(&examples).unwrap();
        lists::assert_listed(&format!("examples/{surface}.json"), &text);
    }
}

#[tokio::test]
async fn every_operation_can_be_called() {
    let world = InProcess::fresh().await;
    let surfaces = surfaces();
    let missing = surfaces.iter().flat_map(|one| actors::missing(&one.code, world.fixtures()));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<String>::new());
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

    fn known(&self) -> Vec<String> {
        Vec::new()
    }

    async fn call(&self, actor: Actor, call: &Call) -> Answer {
        assert_eq!(call, &self.expected);
        let status = match actor {
            Actor::Right => 200,
            Actor::OtherTenant => 404,
            _ => 401,
        };
        Answer { status, body: None }
    }
}

fn small() -> (Document, Stub) {
    let document = Document::from_yaml(include_str!("comparer/small.yaml")).unwrap();
    let fixtures = [
        ("id", json!(7)),
        ("X-Tenant", json!("a.example")),
        ("note", json!("not asked for")),
        ("putThing.kind", json!(1)),
        ("name", json!("A thing")),
    ];
    let fixtures = fixtures.map(|(name, value)| (name.to_owned(), value)).into();
    let body = json!({"name": "A thing", "kind": 1});
    let expected = Call {
        operation: "putThing".to_owned(),
        method: "PUT",
        path: "/things/7/".to_owned(),
        headers: vec![("X-Tenant".to_owned(), "a.example".to_owned())],
        body: Some(body.clone()),
        is_form: false,
        request: Request {
            path: [("id".to_owned(), json!(7))].into(),
            header: [("X-Tenant".to_owned(), json!("a.example"))].into(),
            body: Some(Body { media: "application/json".to_owned(), value: body }),
            ..Request::default()
        },
    };
    (document, Stub { fixtures, expected })
}

#[tokio::test]
async fn the_driver_fills_a_call_and_tells_the_answers() {
    let (document, world) = small();
    let rows = actors::rows(&document, async || small().1).await;
    let example =
        Example { request: world.expected.request, answer: Answer { status: 200, body: None } };
    let expected = Row {
        example,
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
        example: Example {
            request: Request::default(),
            answer: Answer { status: 200, body: None },
        },
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

#[test]
fn what_differs_from_run_to_run_is_told_the_same() {
    let told = |organisation: &str, thing: &str, number: u64, port: u16| {
        let value = json!({
            "id": thing,
            "organisation": organisation,
            "number": number,
            "next": format!("http://127.0.0.1:{port}/{thing}?limit=10"),
            "token": format!("eyJh.{port}.c-_"),
            "secret": format!("atc_{}", "b".repeat(49)),
            "name": "Hill Farm, 2025",
        });
        let body = Some(Body { media: "application/json".to_owned(), value });
        let request =
            Request { path: [("id".to_owned(), json!(thing))].into(), ..Request::default() };
        let example = Example { request, answer: Answer { status: 200, body } };
        steady::example(&example, &[organisation.to_owned()])
    };
    let [first, second] = [
        told(
            "019aaa59-1400-7000-8000-00000000a001",
            "019aaa59-1400-7000-8000-00000000a002",
            115_133_644_800_001,
            1,
        ),
        told(
            "019aaa59-1400-7000-8000-00000000b001",
            "019aaa59-1400-7000-8000-00000000b002",
            115_133_644_800_002,
            2,
        ),
    ];
    assert_eq!(first, second);
    let value = first.answer.body.unwrap().value;
    assert_eq!(value["organisation"], "019aaa59-1400-7000-8000-000000000001");
    assert_eq!(value["id"], first.request.path["id"]);
    assert_eq!((&value["token"], &value["secret"]), (&json!("<token>"), &json!("<secret>")));
    assert_eq!(value["name"], "Hill Farm, 2025");
    assert!(value["number"].is_u64() && !value["next"].as_str().unwrap().contains("127.0.0.1"));
}
