//! One document out of several.

use serde_json::{Map, Value};

/// The methods that a path may have, as documents write them.
pub const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// One document out of those that several functions declare for one surface.
///
/// What stands at the top of a document (its security) moves into its operations, since it
/// holds for them alone.
///
/// # Errors
/// Names the operation or the component that two documents declare differently.
pub fn merged(documents: impl IntoIterator<Item = Value>) -> Result<Value, String> {
    let mut merged = Map::new();
    for mut document in documents {
        settle_security(&mut document);
        let Value::Object(members) = document else {
            return Err("a document is no object".to_owned());
        };
        for (member, value) in members {
            match merged.get_mut(&member) {
                None => drop(merged.insert(member, value)),
                Some(into) if member == "paths" || member == "components" => {
                    graft(into, &value, &member)?;
                }
                Some(_) => {} // title and version of the first
            }
        }
    }
    Ok(Value::Object(merged))
}

/// Does something with every operation of a document.
pub(crate) fn each_operation(
    document: &mut Value,
    mut with: impl FnMut(&str, &str, &mut Map<String, Value>),
) {
    let items = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in items.into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                with(path, method, operation);
            }
        }
    }
}

fn settle_security(document: &mut Value) {
    let whole = document.as_object_mut();
    let Some(security) = whole.and_then(|whole| whole.remove("security")) else {
        return;
    };
    each_operation(document, |_, _, operation| {
        operation.entry("security").or_insert_with(|| security.clone());
    });
}

/// Adds the members of one object to another; members of both must be objects or equal.
fn graft(into: &mut Value, from: &Value, at: &str) -> Result<(), String> {
    let (Value::Object(into), Value::Object(from)) = (into, from) else {
        return Err(format!("{at} is declared twice and differently"));
    };
    for (name, value) in from {
        match into.get_mut(name) {
            None => {
                into.insert(name.clone(), value.clone());
            }
            Some(present) if present == value => {}
            // paths/<path>/<method> and components/<kind>/<name> are one whole each
            Some(present) if at.matches(" › ").count() < 1 => {
                graft(present, value, &format!("{at} › {name}"))?;
            }
            Some(_) => {
                return Err(format!("{at} › {name} is declared twice and differently"));
            }
        }
    }
    Ok(())
}
