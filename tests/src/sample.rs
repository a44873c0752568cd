//! Small valid calls made from what an operation declares.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use attesta_openapi::examples::{Body, Request};

use crate::document::{Document, Operation};
use crate::normalise::{Alternative, shape};

/// Values by the name of a parameter or property. `operationId.name` stands before `name`, a bare
/// `operationId` for a whole body.
pub type Fixtures = BTreeMap<String, Value>;

/// A call of an operation, filled with the fixtures.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The operation's id.
    pub operation: String,
    /// The method.
    pub method: &'static str,
    /// The path with its parameters and required query.
    pub path: String,
    /// Required headers other than `Authorization`.
    pub headers: Vec<(String, String)>,
    /// The body, if the operation takes one.
    pub body: Option<Value>,
    /// Whether the body is a form and not JSON.
    pub is_form: bool,
    /// The same by the names of its parameters.
    pub request: Request,
}

struct Sampler<'a> {
    document: &'a Document,
    operation: String,
    fixtures: &'a Fixtures,
}

/// Fills an operation: its parameters from the fixtures, its body with the required properties and
/// those that the fixtures name for this operation.
///
/// # Errors
/// Names a parameter without a fixture or a reference that leads nowhere.
pub(crate) fn call(
    document: &Document,
    operation: &Operation<'_>,
    fixtures: &Fixtures,
) -> Result<Call, String> {
    let id = operation.value.get("operationId").and_then(Value::as_str);
    let sampler = Sampler { document, operation: id.unwrap_or_default().to_owned(), fixtures };
    let mut path = operation.path.to_owned();
    let (mut query, mut headers) = (Vec::new(), Vec::new());
    let mut request = Request::default();
    for parameter in operation.parameters()? {
        let text = |member| parameter.get(member).and_then(Value::as_str).unwrap_or_default();
        let name = text("name");
        let is_required = parameter.get("required") == Some(&Value::Bool(true));
        let is_named = fixtures.contains_key(&format!("{}.{name}", sampler.operation));
        if !is_required && !is_named {
            continue;
        }
        let value = sampler.fixture(name);
        let given = value.ok_or_else(|| format!("{}: no fixture for {name}", operation.title()))?;
        let value = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
        let named = match text("in") {
            "path" => {
                path = path.replace(&format!("{{{name}}}"), &value);
                &mut request.path
            }
            "query" => {
                query.push(format!("{name}={value}"));
                &mut request.query
            }
            _ => {
                headers.push((name.to_owned(), value));
                &mut request.header
            }
        };
        named.insert(name.to_owned(), given.clone());
    }
    if !query.is_empty() {
        path = format!("{path}?{}", query.join("&"));
    }
    let (body, is_form) = sampler.body(operation)?;
    request.body = body.clone().map(|value| Body { media: media(&value, is_form), value });
    Ok(Call {
        body,
        is_form,
        method: operation.method,
        operation: sampler.operation,
        path,
        headers,
        request,
    })
}

/// As what a body is sent: a text goes as a file.
fn media(body: &Value, is_form: bool) -> String {
    let media = match body {
        Value::String(_) => "multipart/form-data",
        _ if is_form => "application/x-www-form-urlencoded",
        _ => "application/json",
    };
    media.to_owned()
}

impl Sampler<'_> {
    fn fixture(&self, name: &str) -> Option<&Value> {
        self.own(name).or_else(|| self.fixtures.get(name))
    }

    fn own(&self, name: &str) -> Option<&Value> {
        self.fixtures.get(&format!("{}.{name}", self.operation))
    }

    /// The body, and whether it is a form.
    fn body(&self, operation: &Operation<'_>) -> Result<(Option<Value>, bool), String> {
        let Some(body) = operation.value.get("requestBody") else {
            return Ok((None, false));
        };
        if let Some(whole) = self.fixtures.get(&self.operation) {
            return Ok((Some(whole.clone()), false));
        }
        let body = self.document.resolve(body)?;
        let form = body.pointer("/content/application~1x-www-form-urlencoded/schema");
        let schema = form.or_else(|| body.pointer("/content/application~1json/schema"));
        let value = schema.map(|schema| self.value(schema)).transpose()?;
        Ok((value, form.is_some()))
    }

    fn value(&self, schema: &Value) -> Result<Value, String> {
        let shape = shape(self.document, schema)?;
        match (shape.default, shape.alternatives.first()) {
            (Some(default), _) => Ok(default),
            (None, Some(alternative)) => self.alternative(alternative),
            (None, None) => Ok(Value::Null),
        }
    }

    fn alternative(&self, Alternative { kind, keywords }: &Alternative) -> Result<Value, String> {
        let number = |keyword| keywords.get(keyword).and_then(Value::as_u64).unwrap_or_default();
        if let Some(value) = keywords.get("enum").and_then(|values| values.get(0)) {
            return Ok(value.clone());
        }
        Ok(match kind.as_str() {
            "object" => self.object(keywords)?,
            "array" => match keywords.get("items") {
                Some(items) if number("minItems") > 0 => json!([self.value(items)?]),
                _ => json!([]),
            },
            "boolean" => json!(true),
            "string" => {
                let format = keywords.get("format").and_then(Value::as_str);
                text(format.unwrap_or_default())
                    .ok_or_else(|| format!("no fixture for a text of {}", self.operation))?
            }
            _ => keywords.get("minimum").cloned().unwrap_or(json!(1)),
        })
    }

    fn object(&self, keywords: &Map<String, Value>) -> Result<Value, String> {
        let required = keywords.get("required").and_then(Value::as_array);
        let required = |name: &str| required.is_some_and(|names| names.contains(&json!(name)));
        let mut object = Map::new();
        let properties = keywords.get("properties").and_then(Value::as_object);
        for (name, schema) in properties.into_iter().flatten() {
            let value = match (self.own(name), self.fixtures.get(name)) {
                (Some(value), _) => value.clone(),
                _ if !required(name) => continue,
                (None, Some(value)) => value.clone(),
                (None, None) => self.value(schema).map_err(|error| format!("{name}: {error}"))?,
            };
            object.insert(name.clone(), value);
        }
        Ok(Value::Object(object))
    }
}

/// A text of a format; none for a text that only a fixture can make sense of.
fn text(format: &str) -> Option<Value> {
    match format {
        "uuid" => Some(json!("01890a5d-ac96-774b-bcce-b302099a8057")),
        "uri" => Some(json!("https://example.com/")),
        "email" => Some(json!("someone@example.com")),
        "date-time" => Some(json!("2030-01-01T00:00:00Z")),
        _ => None,
    }
}
