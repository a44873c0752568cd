//! OpenAPI documents as plain JSON: reading them, following their references, listing their operations.

use std::collections::BTreeMap;

use attesta_openapi::METHODS;
use serde_json::Value;

/// A whole OpenAPI document.
#[derive(Debug, Clone)]
pub struct Document(Value);

/// One operation of a document.
#[derive(Debug, Clone, Copy)]
pub struct Operation<'a> {
    /// The method in capitals.
    pub method: &'static str,
    /// The path template as the document writes it.
    pub path: &'a str,
    /// The operation object.
    pub value: &'a Value,
    item: &'a Value,
    document: &'a Document,
}

impl Document {
    /// Takes a document that is JSON already.
    #[must_use]
    pub fn new(document: Value) -> Self {
        Self(document)
    }

    /// Takes the document that a function declares, as utoipa collects it.
    ///
    /// # Panics
    /// If it can't be written as JSON.
    #[must_use]
    pub fn declared(document: impl serde::Serialize) -> Self {
        Self(serde_json::to_value(document).expect("an OpenAPI document is JSON"))
    }

    /// Reads a document written in YAML.
    ///
    /// # Errors
    /// A text with the place, if it isn't YAML.
    pub fn from_yaml(text: &str) -> Result<Self, String> {
        yaml_serde::from_str(text).map(Self).map_err(|error| error.to_string())
    }

    /// The document as JSON.
    #[must_use]
    pub fn as_json(&self) -> &Value {
        &self.0
    }

    /// One document out of those that several functions declare for one surface.
    ///
    /// # Errors
    /// Names the operation or the component that two documents declare differently.
    pub fn merge(documents: impl IntoIterator<Item = Self>) -> Result<Self, String> {
        attesta_openapi::merged(documents.into_iter().map(|document| document.0)).map(Self)
    }

    /// What a value stands for once its references are followed; itself if it is none.
    ///
    /// A reference that leads nowhere yields an error that names it.
    ///
    /// # Errors
    /// Names the reference.
    pub fn resolve<'a>(&'a self, mut value: &'a Value) -> Result<&'a Value, String> {
        for _ in 0..32 {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
                return Ok(value);
            };
            value = reference
                .strip_prefix('#')
                .and_then(|pointer| self.0.pointer(pointer))
                .ok_or_else(|| format!("{reference} leads nowhere"))?;
        }
        Err("references lead in a circle".to_owned())
    }

    /// All operations by [`Operation::key`].
    #[must_use]
    pub fn operations(&self) -> BTreeMap<String, Operation<'_>> {
        let mut operations = BTreeMap::new();
        let items = self.0.get("paths").and_then(Value::as_object);
        for (path, item) in items.into_iter().flatten() {
            for (method, name) in METHODS
                .into_iter()
                .zip(["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"])
            {
                if let Some(value) = item.get(method) {
                    let operation = Operation { method: name, path, value, item, document: self };
                    operations.insert(operation.key(), operation);
                }
            }
        }
        operations
    }
}

impl<'a> Operation<'a> {
    /// Method and path as the document writes it.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Method and path with the parameters' names left out, the same in every document.
    #[must_use]
    pub fn key(&self) -> String {
        let segments = self
            .path
            .split('/')
            .map(|segment| if segment.starts_with('{') { "{}" } else { segment });
        format!("{} {}", self.method, segments.collect::<Vec<_>>().join("/"))
    }

    /// The names in the path template in their order.
    #[must_use]
    pub fn path_names(&self) -> Vec<&'a str> {
        let segments = self.path.split('/');
        segments.filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}')).collect()
    }

    /// The parameters with their references followed, those of the path item included.
    ///
    /// # Errors
    /// Names a reference that leads nowhere.
    pub fn parameters(&self) -> Result<Vec<&'a Value>, String> {
        let own = self.value.get("parameters").and_then(Value::as_array);
        let shared = self.item.get("parameters").and_then(Value::as_array);
        let listed = own.into_iter().chain(shared).flatten();
        listed.map(|value| self.document.resolve(value)).collect()
    }

    /// The alternatives that let a caller in, each a sorted list of schemes spelled out; empty for
    /// a public operation.
    ///
    /// # Errors
    /// Names a scheme that isn't declared.
    pub fn security(&self) -> Result<Vec<Vec<String>>, String> {
        let declared = self.value.get("security").or_else(|| self.document.0.get("security"));
        let mut alternatives = Vec::new();
        for alternative in declared.and_then(Value::as_array).into_iter().flatten() {
            let schemes = alternative.as_object().into_iter().flatten();
            let mut schemes = schemes
                .map(|(name, scopes)| self.scheme(name, scopes))
                .collect::<Result<Vec<_>, _>>()?;
            schemes.sort();
            if schemes.is_empty() {
                return Ok(Vec::new());
            }
            alternatives.push(schemes);
        }
        alternatives.sort();
        Ok(alternatives)
    }

    fn scheme(&self, name: &str, scopes: &Value) -> Result<String, String> {
        let scheme = self
            .document
            .0
            .pointer(&format!("/components/securitySchemes/{name}"))
            .ok_or_else(|| format!("security scheme {name} is not declared"))?;
        let parts = ["type", "scheme", "bearerFormat", "in", "name"]
            .into_iter()
            .filter_map(|part| scheme.get(part)?.as_str())
            .collect::<Vec<_>>();
        Ok(format!("{} {scopes}", parts.join(" ")))
    }
}
