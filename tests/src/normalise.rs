//! One form for the many ways of writing a schema.
//!
//! `type: [T, 'null']`, `anyOf: [T, {type: 'null'}]`, `oneOf` of the same, `nullable: true` and an
//! enum with null in it are one thing: alternatives, each of one type, and whether null is allowed.

use serde_json::{Map, Value, json};

use crate::document::Document;

/// What a schema allows.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// Whether anything at all is allowed.
    pub(crate) anything: bool,
    /// Whether null is allowed.
    pub(crate) nullable: bool,
    /// The alternatives other than null.
    pub(crate) alternatives: Vec<Alternative>,
    /// The default, wherever it stood.
    pub(crate) default: Option<Value>,
}

/// One alternative of a schema.
#[derive(Debug)]
pub(crate) struct Alternative {
    /// Its one type: `string`, `number`, `integer`, `boolean`, `object` or `array`.
    pub(crate) kind: String,
    /// Its keywords, references inside not yet followed.
    pub(crate) keywords: Map<String, Value>,
}

/// Keywords that say nothing about what is allowed.
const REMARKS: [&str; 11] = [
    "$comment",
    "deprecated",
    "description",
    "discriminator",
    "example",
    "examples",
    "externalDocs",
    "propertyNames",
    "readOnly",
    "title",
    "xml",
];

/// Keywords that this module and the comparer judge.
const JUDGED: [&str; 29] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contentEncoding",
    "contentMediaType",
    "default",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "type",
    "uniqueItems",
];

/// Brings a schema into the one form, its own references followed.
///
/// # Errors
/// Names a reference that leads nowhere or a keyword that nobody judges.
pub(crate) fn shape(document: &Document, schema: &Value) -> Result<Shape, String> {
    let beside = schema.get("default");
    let schema = document.resolve(schema)?;
    let Some(keywords) = schema.as_object() else {
        return Ok(Shape { nullable: true, ..Shape::default() });
    };
    let unknown = keywords.keys().find(|keyword| {
        !keyword.starts_with("x-")
            && !REMARKS.contains(&keyword.as_str())
            && !JUDGED.contains(&keyword.as_str())
    });
    if let Some(keyword) = unknown {
        return Err(format!("nobody judges the keyword {keyword}"));
    }
    let mut shape = if let Some(parts) = keywords.get("allOf") {
        intersection(document, parts)?
    } else if let Some(parts) = keywords.get("anyOf").or_else(|| keywords.get("oneOf")) {
        union(document, parts)?
    } else {
        plain(keywords)
    };
    if let Some(default) = beside.or_else(|| keywords.get("default")) {
        shape.default = Some(default.clone());
    }
    Ok(shape)
}

fn union(document: &Document, parts: &Value) -> Result<Shape, String> {
    let mut whole = Shape::default();
    for part in parts.as_array().into_iter().flatten() {
        let part = shape(document, part)?;
        whole.anything |= part.anything;
        whole.nullable |= part.nullable;
        for alternative in part.alternatives {
            whole.add(alternative);
        }
    }
    Ok(whole)
}

/// `allOf`: a wrapper around one schema, or objects put together.
fn intersection(document: &Document, parts: &Value) -> Result<Shape, String> {
    let mut shapes = Vec::new();
    for part in parts.as_array().into_iter().flatten() {
        shapes.push(shape(document, part)?);
    }
    if shapes.len() == 1 {
        return Ok(shapes.remove(0));
    }
    let mut keywords = json!({"type": "object", "properties": {}, "required": []});
    for part in shapes {
        let [alternative] = part.alternatives.as_slice() else {
            return Err("allOf over something else than objects".to_owned());
        };
        let properties = alternative.keywords.get("properties");
        for (name, value) in properties.and_then(Value::as_object).into_iter().flatten() {
            keywords["properties"][name] = value.clone();
        }
        let required = alternative.keywords.get("required");
        if let (Some(all), Some(more)) =
            (keywords["required"].as_array_mut(), required.and_then(Value::as_array))
        {
            all.extend(more.iter().cloned());
        }
    }
    Ok(keywords.as_object().map(plain).unwrap_or_default())
}

fn plain(keywords: &Map<String, Value>) -> Shape {
    let mut keywords = keywords.clone();
    if let Some(only) = keywords.remove("const") {
        keywords.insert("enum".to_owned(), json!([only]));
    }
    let kinds = kinds(&keywords);
    let null_listed = match keywords.get_mut("enum").and_then(Value::as_array_mut) {
        Some(values) => {
            let listed = values.iter().any(Value::is_null);
            values.retain(|value| !value.is_null());
            listed
        }
        None => true,
    };
    let nullable = keywords.get("nullable") == Some(&Value::Bool(true))
        || null_listed && (kinds.is_empty() || kinds.iter().any(|kind| kind == "null"));
    let anything = kinds.is_empty();
    let alternatives = kinds.into_iter().filter(|kind| kind != "null");
    Shape {
        anything,
        nullable,
        alternatives: alternatives
            .map(|kind| Alternative { kind, keywords: keywords.clone() })
            .collect(),
        default: None,
    }
}

/// The types a plain schema names, or those that its other keywords imply; none for anything.
fn kinds(keywords: &Map<String, Value>) -> Vec<String> {
    let implied = |kind: &str| vec![kind.to_owned()];
    match keywords.get("type") {
        Some(Value::String(kind)) => implied(kind),
        Some(Value::Array(kinds)) => {
            let kinds = kinds.iter().filter_map(Value::as_str);
            kinds.map(str::to_owned).collect()
        }
        _ if keywords.contains_key("properties")
            || keywords.contains_key("additionalProperties") =>
        {
            implied("object")
        }
        _ if keywords.contains_key("items") => implied("array"),
        _ => {
            let values = keywords.get("enum").and_then(Value::as_array);
            let mut kinds = values
                .into_iter()
                .flatten()
                .map(|value| kind_of(value).to_owned())
                .collect::<Vec<_>>();
            kinds.sort();
            kinds.dedup();
            kinds
        }
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

impl Shape {
    /// Adds an alternative; enums of one type become one enum.
    fn add(&mut self, alternative: Alternative) {
        let twin = self.alternatives.iter_mut().find(|present| {
            present.kind == alternative.kind
                && present.keywords.contains_key("enum")
                && alternative.keywords.contains_key("enum")
        });
        let (Some(twin), Some(Value::Array(more))) = (twin, alternative.keywords.get("enum"))
        else {
            self.alternatives.push(alternative);
            return;
        };
        if let Some(Value::Array(values)) = twin.keywords.get_mut("enum") {
            values.extend(more.iter().cloned());
        }
    }
}
