//! What integrators read: the OpenAPI documents with their examples, and the Bruno collection.

use std::collections::BTreeSet;
use std::fs;

use attesta_openapi::{Served, bruno, documents};
use attesta_tests::document::{Document, Operation};
use attesta_tests::lists;
use serde_json::{Value, json};

fn read() -> Vec<(Served, Document)> {
    let documents = documents().unwrap().into_iter();
    documents
        .map(|served| {
            let document = Document::new(served.document.clone());
            (served, document)
        })
        .collect()
}

#[test]
fn the_served_documents_are_what_the_code_declares() {
    for served in documents().unwrap() {
        let kept = fs::read_to_string(served.file()).unwrap_or_default();
        let difference = lists::difference(&kept, &served.text());
        let name = served.name;
        assert!(
            kept == served.text(),
            "{name} differs; `cargo dev openapi` writes it\n{difference}"
        );
    }
}

#[test]
fn every_operation_is_in_one_document_with_an_example() {
    let mut ids = BTreeSet::new();
    for (served, document) in read() {
        for operation in document.operations().values() {
            let title = operation.title();
            let text = |name: &str| operation.value[name].as_str().unwrap_or_default();
            assert!(!text("summary").is_empty(), "{title} has no summary");
            assert!(ids.insert(text("operationId").to_owned()), "{title} is there twice");
            let examples = examples(operation);
            let has_body = operation.value.pointer("/responses/200/content/application~1json");
            // The documents themselves are too long to be examples.
            let is_short = !title.starts_with("GET /openapi/");
            assert!(
                has_body.is_none() || !is_short || !examples.is_empty(),
                "{} of {}: no example",
                title,
                served.name
            );
        }
    }
    assert!(ids.len() > 230, "{}", ids.len());
}

/// The schemas of an operation's bodies that have an example, and the example.
fn examples<'a>(operation: &Operation<'a>) -> Vec<(&'a Value, &'a Value)> {
    let answers = operation.value["responses"].as_object().into_iter().flatten();
    let bodies = answers.map(|(_, answer)| answer).chain(operation.value.get("requestBody"));
    let contents = bodies.filter_map(|body| body["content"].as_object()).flatten();
    let contents = contents.filter(|(media, _)| media.as_str() == "application/json");
    contents
        .filter_map(|(_, content)| Some((content.get("schema")?, content.get("example")?)))
        .collect()
}

#[test]
fn the_examples_are_as_their_schemas_say() {
    let mut problems = Vec::new();
    for (served, document) in read() {
        for operation in document.operations().values() {
            for (schema, example) in examples(operation) {
                let whole = json!({
                    "$schema": "https://json-schema.org/draft/2020-12/schema",
                    "components": served.document["components"],
                    "allOf": [schema],
                });
                let schema = jsonschema::validator_for(&whole).unwrap();
                let found = schema.iter_errors(example);
                problems.extend(found.map(|problem| {
                    format!("{}: {problem} at {}", operation.title(), problem.instance_path())
                }));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// The names of a file's blocks, each of which ends where a line begins with its bracket.
fn blocks(file: &str) -> Vec<&str> {
    let mut blocks = Vec::new();
    let mut open: Option<char> = None;
    for line in file.lines() {
        match open {
            Some(end) if line.starts_with(end) => open = None,
            Some(_) => assert!(line.is_empty() || line.starts_with("  "), "{line:?} in {file}"),
            None if line.is_empty() => {}
            None => {
                let (name, bracket) = line.split_once(' ').unwrap();
                open = Some(if bracket == "{" { '}' } else { ']' });
                assert!(["{", "["].contains(&bracket), "{line:?} in {file}");
                blocks.push(name);
            }
        }
    }
    assert_eq!(open, None, "{file}");
    blocks
}

#[test]
fn the_bruno_collection_has_a_request_for_each_operation() {
    let documents = documents().unwrap();
    let files = bruno::collection(&documents);
    let mut requests = 0;
    for (path, file) in &files {
        if path.extension().is_none_or(|extension| extension != "bru") {
            continue;
        }
        let blocks = blocks(file);
        let is_request =
            blocks.iter().any(|name| ["get", "put", "post", "patch", "delete"].contains(name));
        if !is_request {
            continue;
        }
        requests += 1;
        let url = file.lines().find_map(|line| line.strip_prefix("  url: ")).unwrap();
        assert!(url.starts_with("{{baseUrl}}/"), "{url}");
        for name in url.split(['/', '?']).filter_map(|segment| segment.strip_prefix(':')) {
            assert!(file.contains(&format!("\n  {name}: ")), "{}: no {name}", path.display());
        }
        for variable in file.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()) {
            let is_kept =
                files.values().any(|one| one.contains(&format!("\n  {variable}: res.body.")));
            let is_given = bruno::VARIABLES.iter().any(|(name, _)| *name == variable);
            assert!(is_kept || is_given, "{}: nobody sets {variable}", path.display());
        }
        if let Some(sent) = file.split("@file(").nth(1).and_then(|rest| rest.split(')').next()) {
            assert!(files.contains_key(std::path::Path::new(sent)), "{sent}");
        }
    }
    let operations = documents.iter().map(|served| Document::new(served.document.clone()));
    assert_eq!(requests, operations.map(|document| document.operations().len()).sum::<usize>());
}

#[test]
fn requests_that_sign_in_keep_the_token_that_others_show() {
    let files = bruno::collection(&documents().unwrap());
    let file = |path: &str| &files[std::path::Path::new(path)];
    let login = file("customer/auth/login.bru");
    assert!(login.contains("\n  auth: none\n") && login.contains("\"username\": \"{{username}}\""));
    assert!(login.contains("\nvars:post-response {\n  accessToken: res.body."));
    let profile = file("customer/users/getUser.bru");
    assert!(profile.contains("\nauth:bearer {\n  token: {{accessToken}}\n}\n"), "{profile}");
    let enabling = file("marketplace/marketplace/enableProvider.bru");
    assert!(enabling.contains("\n  value: {{apiKey}}\n"), "{enabling}");
    let seller = file("provider-instances/provider-instances/addProviderInstance.bru");
    assert!(seller.contains("{{machineToken}}") && seller.contains("\nheaders {\n"), "{seller}");
    let request = file("provider/request/listRequests.bru");
    assert!(request.contains("{{providerToken}}"), "{request}");
    let upload = file("customer/organisations/importOrganisations.bru");
    assert!(upload.contains("@file(files/importOrganisations.csv)"), "{upload}");
}

#[test]
fn the_tokens_that_requests_keep_are_in_the_answers() {
    let documents = documents().unwrap();
    let mut kept = 0;
    for (path, file) in bruno::collection(&documents) {
        for from in file.split(": res.body.").skip(1).filter_map(|rest| rest.lines().next()) {
            let id = path.file_stem().and_then(|id| id.to_str()).unwrap();
            let all: Vec<_> = read();
            let answer = all.iter().find_map(|(_, document)| {
                let operations = document.operations();
                let one = operations.values().find(|one| one.value["operationId"] == id)?;
                let body = "/responses/200/content/application~1json/example";
                Some(
                    one.value
                        .pointer(body)?
                        .pointer(&format!("/{}", from.replace('.', "/")))?
                        .clone(),
                )
            });
            assert_eq!(answer, Some(json!("<token>")), "{id}: {from}");
            kept += 1;
        }
    }
    assert_eq!(kept, 3);
}

#[test]
fn an_environment_asks_for_what_is_secret_and_not_given() {
    let text = bruno::environment(&[("baseUrl", "https://api.example.com"), ("password", "given")]);
    assert_eq!(blocks(&text), ["vars", "vars:secret"]);
    assert!(text.contains("\n  baseUrl: https://api.example.com\n"));
    assert!(text.contains("\n  password: given\n"));
    assert!(text.contains("\n  secretId,\n"));
}
