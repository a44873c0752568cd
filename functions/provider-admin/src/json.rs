//! JSON objects that callers have kept, within limits.

use attesta_model::Reason;
use attesta_wire::Field;
use serde_json::{Map, Value};

/// The most bytes that an object has as text: instruments and providers are
/// read with every request that is submitted.
pub(crate) const MOST_BYTES: usize = 8 * 1024;
/// The most levels.
pub(crate) const MOST_LEVELS: usize = 16;

/// A JSON object within those limits.
#[derive(Debug)]
pub(crate) struct Small(pub(crate) Value);

impl Field for Small {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let value = Value::Object(Map::from_value(value)?);
        let size = value.to_string().len();
        if size > MOST_BYTES {
            let text = format!("Ensure this object has no more than {MOST_BYTES} bytes.");
            return Err(Reason::Rule(text));
        }
        if levels(&value) > MOST_LEVELS {
            let text = format!("Ensure this object has no more than {MOST_LEVELS} levels.");
            return Err(Reason::Rule(text));
        }
        Ok(Self(value))
    }
}

/// How deep a value is nested.
fn levels(value: &Value) -> usize {
    match value {
        Value::Object(map) => 1 + map.values().map(levels).max().unwrap_or_default(),
        Value::Array(values) => 1 + values.iter().map(levels).max().unwrap_or_default(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn nested(levels: usize) -> Value {
        (1..levels).fold(json!({}), |inner, _| json!({ "a": inner }))
    }

    #[test]
    fn objects_keep_within_the_limits() {
        let filled = |length: usize| json!({ "a": "x".repeat(length - 8) });
        for (value, is_taken) in [
            (json!({}), true),
            (nested(MOST_LEVELS), true),
            (nested(MOST_LEVELS + 1), false),
            (filled(MOST_BYTES), true),
            (filled(MOST_BYTES + 1), false),
            (json!([]), false),
            (json!("text"), false),
        ] {
            assert_eq!(Small::from_value(value.clone()).is_ok(), is_taken, "{value}");
        }
    }
}
