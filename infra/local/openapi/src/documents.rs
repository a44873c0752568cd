//! The documents as a reader gets them: what the code declares, with examples and with what
//! has to be known besides.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::about::{ABOUT, About};
use crate::examples::{self, Answer, Body, Example, Examples, Request};
use crate::merge::each_operation;
use crate::{Declared, SURFACES, merged};

/// Where paths begin that belong to the platform and to no surface.
const OF_PLATFORM: [&str; 6] = [
    "/.well-known/",
    "/oauth2/",
    "/customers/system/health",
    "/customers/system/audit",
    "/docs",
    "/openapi/",
];
/// What the platform's own document is called.
const PLATFORM: &str = "platform";

/// A document as it is served.
#[derive(Debug)]
pub struct Served {
    /// The surface's name, or `platform`.
    pub name: &'static str,
    /// The document.
    pub document: Value,
}

impl Served {
    /// Where it is kept, for the function that serves it.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../functions/system/openapi");
        folder.join(self.name).with_extension("json")
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{:#}\n", self.document)
    }
}

/// A document for each surface, and the platform's own.
///
/// # Errors
/// Names what is declared twice, what is not described, or an example that does not fit.
pub fn documents() -> Result<Vec<Served>, String> {
    let mut recorded = Examples::new();
    for (surface, _) in SURFACES {
        recorded.extend(examples::read(surface).map_err(|error| format!("{surface}: {error}"))?);
    }
    let served = ABOUT.iter().map(|about| {
        let document = served(about, &recorded);
        let document = document.map_err(|error| format!("{}: {error}", about.name))?;
        Ok(Served { name: about.name, document })
    });
    served.collect()
}

fn served(about: &About, recorded: &Examples) -> Result<Value, String> {
    let mut document = declared(about.name)?;
    about.tell(&mut document)?;
    let mut problems = Vec::new();
    each_operation(&mut document, |path, method, operation| {
        let example = recorded.get(path).and_then(|methods| methods.get(method));
        if let Some(problem) = example.and_then(|example| shown(operation, example).err()) {
            problems.push(format!("{method} {path}: {problem}"));
        }
    });
    if problems.is_empty() { Ok(document) } else { Err(problems.join("\n")) }
}

/// What the code declares of a surface, without what belongs to the platform, or of the
/// platform.
fn declared(name: &str) -> Result<Value, String> {
    let is_platform = name == PLATFORM;
    let functions = SURFACES.iter().filter(|(surface, _)| is_platform || *surface == name);
    let functions = functions.flat_map(|(_, functions)| functions.iter());
    let documents = functions.map(|declared| parts_of(*declared, is_platform));
    let documents = documents.collect::<Result<Vec<_>, _>>()?;
    merged(documents.into_iter().filter(has_paths))
}

/// What one function declares of the platform, or of its surface.
fn parts_of(declared: Declared, of_platform: bool) -> Result<Value, String> {
    let mut document = serde_json::to_value(declared()).map_err(|error| error.to_string())?;
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        paths.retain(|path, _| {
            OF_PLATFORM.iter().any(|prefix| path.starts_with(prefix)) == of_platform
        });
    }
    without_unused(&mut document);
    Ok(document)
}

fn has_paths(document: &Value) -> bool {
    document["paths"].as_object().is_some_and(|paths| !paths.is_empty())
}

/// Drops the schemas that nothing refers to.
fn without_unused(document: &mut Value) {
    let mut used = BTreeSet::new();
    references(&document["paths"], document, &mut used);
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    if let Some(schemas) = schemas {
        schemas.retain(|name, _| used.contains(&format!("#/components/schemas/{name}")));
    }
}

/// Everything that a value refers to, and what that refers to.
fn references(value: &Value, document: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(reference) = members.get("$ref").and_then(Value::as_str)
                && found.insert(reference.to_owned())
                && let Some(target) = document.pointer(reference.trim_start_matches('#'))
            {
                references(target, document, found);
            }
            members.values().for_each(|value| references(value, document, found));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, document, found)),
        _ => {}
    }
}

/// Puts an example where readers of OpenAPI look for its parts.
fn shown(operation: &mut Map<String, Value>, example: &Example) -> Result<(), String> {
    let Example { request, answer } = example;
    for parameter in
        operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten()
    {
        if let Some(value) = given(request, parameter) {
            parameter["example"] = value.clone();
        }
    }
    if let Some(body) = &request.body {
        let declared =
            operation.get_mut("requestBody").ok_or("the example's body isn't declared")?;
        put(declared, body)?;
    }
    let Answer { status, body } = answer;
    let pointer = format!("/responses/{status}");
    let mut whole = Value::Object(std::mem::take(operation));
    let declared = whole.pointer_mut(&pointer).ok_or(format!("{status} isn't declared"));
    let put = declared.and_then(|declared| body.iter().try_for_each(|body| put(declared, body)));
    if let Value::Object(members) = whole {
        *operation = members;
    }
    put
}

/// What is sent as a parameter.
fn given<'a>(request: &'a Request, parameter: &Value) -> Option<&'a Value> {
    let values = match parameter["in"].as_str()? {
        "path" => &request.path,
        "query" => &request.query,
        _ => &request.header,
    };
    values.get(parameter["name"].as_str()?)
}

/// Puts a body beside the schema of its media type.
fn put(declared: &mut Value, body: &Body) -> Result<(), String> {
    let Body { media, value } = body;
    let content = declared.get_mut("content").and_then(|content| content.get_mut(media));
    let content = content.ok_or_else(|| format!("{media} isn't declared"))?;
    content["example"] = match media.as_str() {
        "multipart/form-data" => json!({"file": value}),
        _ => value.clone(),
    };
    Ok(())
}
