//! The comparer finds what it is there to find, and nothing in what only looks different.

use attesta_tests::comparer::{Comparison, compare};
use attesta_tests::document::Document;
use serde_json::{Value, json};

/// A small document with one of everything.
const SMALL: &str = include_str!("comparer/small.yaml");
/// The same, written as code would write it.
const SMALL_OTHERWISE: &str = include_str!("comparer/small-otherwise.yaml");

/// Compares the small document with a changed one.
fn changed(change: impl FnOnce(&mut Value)) -> Comparison {
    let contract = Document::from_yaml(SMALL).unwrap();
    let mut code = contract.as_json().clone();
    change(&mut code);
    compare(&contract, &Document::new(code))
}

/// What is found broken once the value at a place is another; `null` takes it away.
fn broken(pointer: &str, value: Value) -> Vec<String> {
    let comparison = changed(|code| put(code, pointer, value));
    assert!(comparison.additions.is_empty(), "{:?}", comparison.additions);
    comparison.broken
}

/// What is found added.
fn added(pointer: &str, value: Value) -> Vec<String> {
    let comparison = changed(|code| put(code, pointer, value));
    assert_eq!(comparison.broken, Vec::<String>::new());
    comparison.additions.into_values().flatten().collect()
}

fn put(document: &mut Value, pointer: &str, value: Value) {
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).expect(pointer);
    let member = &member.replace("~1", "/").replace("~0", "~");
    match parent {
        Value::Array(list) if value.is_null() => {
            list.remove(member.parse().unwrap());
        }
        Value::Array(list) if member == "-" => list.push(value),
        Value::Array(list) => list[member.parse::<usize>().unwrap()] = value,
        Value::Object(object) if value.is_null() => {
            object.remove(member).expect(pointer);
        }
        Value::Object(object) => {
            object.insert(member.to_owned(), value);
        }
        _ => panic!("{pointer} has no members"),
    }
}

const PUT: &str = "/paths/~1things~1{id}~1/put";
const BODY: &str = "/paths/~1things~1{id}~1/put/requestBody/content/application~1json/schema";
const THING: &str = "/components/schemas/Thing";

#[track_caller]
fn assert_broken(at: &str, value: Value, expected: &str) {
    let found = broken(at, value);
    assert_eq!(found, [format!("PUT /things/{{id}}/ {expected}")]);
}

#[test]
fn a_document_keeps_itself() {
    let comparison = changed(|_| {});
    assert_eq!(comparison.broken, Vec::<String>::new());
    assert!(comparison.additions.is_empty() && comparison.unbuilt.is_empty());
}

#[test]
fn another_way_of_writing_is_no_difference() {
    let contract = Document::from_yaml(SMALL).unwrap();
    let code = Document::from_yaml(SMALL_OTHERWISE).unwrap();
    let comparison = compare(&contract, &code);
    assert_eq!(comparison.broken, Vec::<String>::new());
    assert!(comparison.additions.is_empty(), "{:?}", comparison.additions);
}

#[test]
fn an_operation_is_missing() {
    let comparison = changed(|code| put(code, PUT, Value::Null));
    assert_eq!(comparison.unbuilt.into_iter().collect::<Vec<_>>(), ["PUT /things/{id}/"]);
    let other_path = changed(|code| {
        let item = code["paths"]["/things/{id}/"].take();
        code["paths"] = json!({"/things/{id}": item});
    });
    assert_eq!(other_path.unbuilt.len(), 1, "a trailing slash counts");
}

#[test]
fn operation_ids_and_security_differ() {
    assert_broken(
        &format!("{PUT}/operationId"),
        json!("setThing"),
        "operationId: must be \"putThing\"",
    );
    assert_broken(
        &format!("{PUT}/security"),
        json!([]),
        "security: is [], must be [[\"http bearer JWT []\"]]",
    );
    let basic = broken("/components/securitySchemes/jwt/scheme", json!("basic"));
    assert_eq!(basic.len(), 1);
    let unknown = changed(|code| put(code, "/security", json!([{"other": []}])));
    assert!(unknown.broken[0].ends_with("security scheme other is not declared"));
}

#[test]
fn parameters_differ() {
    let limit = format!("{PUT}/parameters/1");
    assert_broken(&limit, Value::Null, "query limit: is missing");
    assert_broken(&format!("{limit}/required"), json!(true), "query limit: required must be false");
    assert_broken(
        &format!("{limit}/schema/type"),
        json!("string"),
        "query limit: is string, must be integer",
    );
    assert_broken(
        &format!("{limit}/schema/minimum"),
        json!(0),
        "query limit: minimum is narrower than the contract",
    );
    assert_broken(
        &format!("{PUT}/parameters/0/schema/type"),
        json!("integer"),
        "path 1: is integer, must be string",
    );
    let another = |required: bool| json!({"name": "deep", "in": "query", "required": required, "schema": {"type": "boolean"}});
    let place = format!("{PUT}/parameters/-");
    assert_broken(&place, another(true), "query deep: must not be required");
    assert_eq!(added(&place, another(false)), ["query deep"]);
}

#[test]
fn a_request_differs() {
    let at = |rest: &str| format!("{BODY}/{rest}");
    let cases = [
        (format!("{PUT}/requestBody"), Value::Null, "request: body is missing"),
        (format!("{PUT}/requestBody/required"), json!(false), "request: required must be true"),
        (at("required/0"), Value::Null, "request.name: must be required"),
        (at("required/-"), json!("kind"), "request.kind: must not be required"),
        (at("properties/kind"), Value::Null, "request.kind: is missing"),
        (at("properties/kind/enum/1"), Value::Null, "request.kind: lacks the value 1"),
        (at("properties/kind/enum"), Value::Null, "request.kind: must be an enum"),
        (at("properties/name/type"), json!("integer"), "request.name: is integer, must be string"),
        (at("properties/name/maxLength"), json!(251), "request.name: maxLength must be 250"),
        (at("properties/name/minLength"), Value::Null, "request.name: minLength must be 1"),
        (
            at("properties/name/pattern"),
            json!("^a"),
            "request.name: pattern is narrower than the contract",
        ),
        (
            at("properties/name/format"),
            json!("uuid"),
            "request.name: format uuid is narrower than the contract",
        ),
        (at("properties/note/type"), json!("string"), "request.note: must allow null"),
        (
            at("properties/weight/type"),
            json!("integer"),
            "request.weight: is integer, must be number",
        ),
        (at("properties/weight/default"), Value::Null, "request.weight: default must be 0"),
        (at("properties/owner/format"), Value::Null, "request.owner: format must be uuid"),
        (at("additionalProperties"), Value::Null, "request.*: other properties must be refused"),
        (
            at("properties/free/additionalProperties"),
            json!(false),
            "request.free.*: other properties must be let pass",
        ),
    ];
    for (place, value, expected) in cases {
        let found = broken(&place, value);
        assert_eq!(found[0], format!("PUT /things/{{id}}/ {expected}"));
    }
}

#[test]
fn a_request_accepts_more() {
    let at = |rest: &str| format!("{BODY}/{rest}");
    assert_eq!(added(&at("properties/extra"), json!({"type": "string"})), ["request.extra"]);
    assert_eq!(added(&at("properties/kind/enum/-"), json!(2)), ["request.kind value 2"]);
    assert_eq!(
        added(&at("properties/name/type"), json!(["string", "null"])),
        ["request.name null"]
    );
}

#[test]
fn an_answer_differs() {
    let at = |rest: &str| format!("{THING}/{rest}");
    let cases = [
        (format!("{PUT}/responses/404"), Value::Null, "404: is missing"),
        (format!("{PUT}/responses/200/content"), Value::Null, "200: application/json is missing"),
        (
            "/components/responses/NotFound/content".to_owned(),
            Value::Null,
            "404: application/json is missing",
        ),
        (at("properties/size"), Value::Null, "200.size: is missing"),
        (at("properties/size/type"), json!("string"), "200.size: is string, must be number"),
        (at("required/0"), Value::Null, "200.id: must be required"),
        (at("properties/link/type"), json!("string"), "200.link: must allow null"),
        (at("properties/link/format"), json!("date"), "200.link: format must be uri"),
        (at("properties/state/enum/0"), json!("open"), "200.state: lacks the value \"opened\""),
        (at("properties/id/type"), json!("number"), "200.id: is number, must be integer"),
        (at("properties/tags/items"), Value::Null, "200.tags[]: items are not described"),
        (
            at("properties/counts/additionalProperties"),
            Value::Null,
            "200.counts.*: is not described",
        ),
        (at("properties/loose/anyOf/1"), Value::Null, "200.loose: must allow array"),
        (at("properties/maker/anyOf/1"), Value::Null, "200.maker: must allow null"),
        (at("properties/maker"), json!({}), "200.maker: is anything, must be object"),
    ];
    for (place, value, expected) in cases {
        let comparison = changed(|code| put(code, &place, value));
        let expected = format!("PUT /things/{{id}}/ {expected}");
        assert!(comparison.broken.contains(&expected), "{expected}: {:?}", comparison.broken);
    }
}

#[test]
fn an_answer_says_more() {
    let at = |rest: &str| format!("{THING}/{rest}");
    let text = json!({"type": "string"});
    assert_eq!(added(&format!("{PUT}/responses/405"), json!({"description": "no"})), ["405"]);
    assert_eq!(added(&at("properties/extra"), text.clone()), ["200.extra"]);
    assert_eq!(
        added(&at("properties/loose/anyOf/-"), json!({"type": "boolean"})),
        ["200.loose boolean"]
    );
    assert_eq!(added(&at("properties/state/enum/-"), json!("lost")), ["200.state value \"lost\""]);
    assert_eq!(added(&at("properties/size/type"), json!("integer")), Vec::<String>::new());
    assert_eq!(added(&at("required/-"), json!("link")), Vec::<String>::new());
    let another =
        json!({"get": {"operationId": "more", "responses": {"200": {"description": "OK"}}}});
    assert_eq!(added("/paths/~1more", another), ["operation"]);
}

#[test]
fn what_nobody_can_judge_is_broken() {
    let nowhere = json!({"$ref": "#/components/schemas/Nobody"});
    let found = changed(|code| put(code, &format!("{THING}/properties/size"), nowhere.clone()));
    assert_eq!(
        found.broken,
        ["PUT /things/{id}/ 200.size: #/components/schemas/Nobody leads nowhere"]
    );
    let in_an_addition = changed(|code| {
        put(
            code,
            &format!("{PUT}/responses/405"),
            json!({"content": {"application/json": {"schema": nowhere}}}),
        );
    });
    assert_eq!(in_an_addition.broken.len(), 1);
    let found = changed(|code| put(code, &format!("{THING}/not"), json!({})));
    assert!(found.broken[0].ends_with("nobody judges the keyword not"));
}

#[test]
fn documents_of_one_surface_merge() {
    let document = |path: &str, detail: &str| {
        Document::new(json!({
            "security": [{"jwt": []}],
            "paths": {path: {"get": {}}},
            "components": {"schemas": {"Detail": {"type": detail}}},
        }))
    };
    let merged = Document::merge([document("/a", "object"), document("/b", "object")]).unwrap();
    assert_eq!(merged.operations().len(), 2);
    assert_eq!(merged.as_json()["paths"]["/b"]["get"]["security"], json!([{"jwt": []}]));
    let clash = Document::merge([document("/a", "object"), document("/b", "string")]);
    assert_eq!(
        clash.unwrap_err(),
        "components › schemas › Detail is declared twice and differently"
    );
    let twice = Document::merge([document("/a", "object"), document("/a", "object")]);
    assert!(twice.is_ok(), "the same operation twice is one");
}

/// Every place of a document, outermost first.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(object) => object.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(list) => {
            list.iter().enumerate().map(|(place, value)| (place.to_string(), value)).collect()
        }
        _ => return,
    };
    for (name, value) in members {
        let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        found.push(at.clone());
        places(value, &at, found);
    }
}

#[test]
fn whatever_is_taken_away_is_missed() {
    let contract = Document::from_yaml(SMALL).unwrap();
    let mut all = Vec::new();
    places(contract.as_json(), "", &mut all);
    let unmissed = all.into_iter().filter(|place| {
        let mut code = contract.as_json().clone();
        put(&mut code, place, Value::Null);
        let comparison = compare(&contract, &Document::new(code));
        comparison.broken.is_empty() && comparison.unbuilt.is_empty()
    });
    let remarks = ["/openapi", "/info", "/description", "/examples"];
    let unmissed = unmissed.filter(|place| !remarks.iter().any(|remark| place.contains(remark)));
    let unmissed = unmissed.filter(|place| !implied(contract.as_json(), place));
    assert_eq!(unmissed.collect::<Vec<_>>(), Vec::<String>::new());
}

/// Whether a schema's other keywords say its type, or a parameter is as optional without saying so.
fn implied(document: &Value, place: &str) -> bool {
    let (parent, member) = place.rsplit_once('/').unwrap();
    let parent = &document.pointer(parent).unwrap();
    let says = ["properties", "items", "additionalProperties", "enum"];
    match member {
        "type" => says.iter().any(|keyword| parent.get(keyword).is_some()),
        _ => member == "required" && parent[member] == json!(false),
    }
}
