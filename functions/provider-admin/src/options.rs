//! Options, and the JSON Schemas that say which are right.

use attesta_model::{Problem, Reason};
use attesta_wire::Field;
use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

use crate::json::Small;

/// A schema's own dialect; none stands for the newest.
const DIALECTS: [&str; 3] = [
    "https://json-schema.org/draft/2020-12/schema",
    "http://json-schema.org/draft-07/schema",
    "http://json-schema.org/draft-07/schema#",
];
/// The most places that following its references may come to.
const MOST_PLACES: usize = 5_000;
/// The most that is told of what is wrong.
const MOST_PROBLEMS: usize = 10;
/// The longest that is told of one thing, in characters.
const MOST_TEXT: usize = 300;

/// A JSON Schema that can be checked with, in bounded time and without asking
/// anybody: its references stay within it and lead in no circle.
#[derive(Debug)]
pub(crate) struct OptionsSchema(pub(crate) Value);

impl Field for OptionsSchema {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let Small(schema) = Small::from_value(value)?;
        let refused = |text: String| Reason::Rule(format!("Not a usable JSON Schema: {text}"));
        references(&schema).map_err(|text| refused(text.to_owned()))?;
        validator(&schema).map_err(refused)?;
        Ok(Self(schema))
    }
}

/// What is wrong with options by the schemas that there are, as JSON texts.
pub(crate) fn problems(options: &Value, schemas: [Option<&str>; 2]) -> Vec<Problem> {
    let known = schemas.into_iter().flatten().filter_map(|text| serde_json::from_str(text).ok());
    let validators = known.filter_map(|schema: Value| validator(&schema).ok());
    let reasons = validators.flat_map(|validator| {
        let told = validator.iter_errors(options).take(MOST_PROBLEMS).map(|error| {
            let place = error.instance_path().to_string();
            let place = if place.is_empty() { place } else { format!("{place}: ") };
            Reason::Rule(short(&format!("{place}{error}")))
        });
        told.collect::<Vec<_>>()
    });
    let field = Some("options".to_owned());
    reasons.map(|reason| Problem { field: field.clone(), reason }).collect()
}

/// Patterns are matched in time that grows with the text alone.
fn validator(schema: &Value) -> Result<Validator, String> {
    let options = jsonschema::options().with_pattern_options(PatternOptions::regex());
    options.build(schema).map_err(|error| short(&error.to_string()))
}

/// Follows every reference, so that none leads out, nowhere, in a circle, or
/// to more than anybody needs.
fn references(schema: &Value) -> Result<(), &'static str> {
    let dialect = schema.get("$schema");
    if dialect.is_some_and(|dialect| !dialect.as_str().is_some_and(|d| DIALECTS.contains(&d))) {
        return Err("its $schema is neither draft 2020-12 nor draft 7.");
    }
    let mut places = MOST_PLACES;
    follow(schema, schema, &mut vec![""], &mut places)
}

fn follow<'a>(
    root: &'a Value,
    at: &'a Value,
    open: &mut Vec<&'a str>,
    places: &mut usize,
) -> Result<(), &'static str> {
    *places = places.checked_sub(1).ok_or("its references come to too much.")?;
    let inner: Vec<&Value> = match at {
        Value::Object(map) => {
            if map.contains_key("$dynamicRef") || map.contains_key("$recursiveRef") {
                return Err("$dynamicRef and $recursiveRef are not taken.");
            }
            if map.contains_key("$id") && !std::ptr::eq(root, at) {
                return Err("$id is taken at the top alone.");
            }
            if let Some(Value::String(reference)) = map.get("$ref") {
                let pointer = reference.strip_prefix('#').ok_or("a $ref leads out of it.")?;
                let target = root.pointer(pointer).ok_or("a $ref leads nowhere.")?;
                if open.contains(&pointer) {
                    return Err("a $ref leads in a circle.");
                }
                open.push(pointer);
                follow(root, target, open, places)?;
                open.pop();
            }
            map.values().collect()
        }
        Value::Array(values) => values.iter().collect(),
        _ => return Ok(()),
    };
    inner.into_iter().try_for_each(|inner| follow(root, inner, open, places))
}

fn short(text: &str) -> String {
    text.chars().take(MOST_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn refusal(schema: Value) -> Option<String> {
        match OptionsSchema::from_value(schema) {
            Ok(_) => None,
            Err(Reason::Rule(text)) => Some(text),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn schemas_are_taken_that_can_be_checked_with() {
        for good in [
            json!({}),
            json!({"type": "object", "properties": {"a": {"type": "integer"}}}),
            json!({"$schema": DIALECTS[0], "$id": "https://example.com/options"}),
            json!({"$schema": DIALECTS[2], "definitions": {"a": {}}, "$ref": "#/definitions/a"}),
            json!({"$defs": {"a": {}}, "properties": {"x": {"$ref": "#/$defs/a"}, "y": {"$ref": "#/$defs/a"}}}),
            json!({"properties": {"$ref": {"type": "string"}}}),
        ] {
            assert_eq!(refusal(good.clone()), None, "{good}");
        }
    }

    #[test]
    fn schemas_are_refused_that_lead_out_nowhere_or_on_for_ever() {
        let doubling: serde_json::Map<String, Value> = (0..40)
            .map(|n| {
                let next = json!({ "$ref": format!("#/$defs/a{}", n + 1) });
                (format!("a{n}"), json!({ "allOf": [next, next] }))
            })
            .chain([("a40".to_owned(), json!({}))])
            .collect();
        for (bad, why) in [
            (json!({"$ref": "https://example.com/schema"}), "a $ref leads out of it."),
            (json!({"$ref": "file:///etc/passwd"}), "a $ref leads out of it."),
            (json!({"$ref": "other.json#/a"}), "a $ref leads out of it."),
            (json!({"$ref": "#/$defs/a"}), "a $ref leads nowhere."),
            (json!({"$ref": "#anchor"}), "a $ref leads nowhere."),
            (json!({"$ref": "#"}), "a $ref leads in a circle."),
            (json!({"properties": {"a": {"$ref": "#/properties"}}}), "a $ref leads in a circle."),
            (json!({"$dynamicRef": "#a"}), "$dynamicRef and $recursiveRef are not taken."),
            (json!({"properties": {"a": {"$id": "x"}}}), "$id is taken at the top alone."),
            (
                json!({"$schema": "https://example.com/own"}),
                "its $schema is neither draft 2020-12 nor draft 7.",
            ),
            (json!({"$defs": doubling, "$ref": "#/$defs/a0"}), "its references come to too much."),
        ] {
            let told = refusal(bad.clone());
            assert_eq!(told, Some(format!("Not a usable JSON Schema: {why}")), "{bad}");
        }
    }

    #[test]
    fn schemas_are_refused_that_are_none() {
        for bad in [json!({"type": "nonsense"}), json!({"pattern": "("}), json!({"minimum": "x"})] {
            let told = refusal(bad.clone()).unwrap_or_default();
            assert!(told.starts_with("Not a usable JSON Schema: "), "{bad}: {told}");
        }
        let looks_ahead = json!({"pattern": "(?=a)b"});
        assert!(refusal(looks_ahead).is_some(), "patterns that need going back");
    }

    #[test]
    fn options_are_held_to_both_schemas_and_each_problem_has_its_place() {
        let one = r#"{"required": ["a"]}"#;
        let two = r#"{"properties": {"b": {"type": "integer"}}}"#;
        let told = |options: Value| {
            let reasons = problems(&options, [Some(one), Some(two)]).into_iter();
            reasons.map(|problem| format!("{:?}", problem.reason)).collect::<Vec<_>>()
        };
        assert!(told(json!({"a": 1, "b": 2})).is_empty());
        let wrong = told(json!({"b": "x"}));
        assert_eq!(wrong.len(), 2, "{wrong:?}");
        assert!(wrong[0].contains("\\\"a\\\" is a required property"), "{wrong:?}");
        assert!(wrong[1].contains("/b: "), "{wrong:?}");
        assert!(problems(&json!({"x": 1}), [None, None]).is_empty());
    }

    #[test]
    fn patterns_take_no_time_to_speak_of() {
        let schema = r#"{"properties": {"a": {"pattern": "^(a+)+$"}}}"#;
        let options = json!({"a": format!("{}b", "a".repeat(5_000))});
        assert_eq!(problems(&options, [Some(schema), None]).len(), 1);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<i64>().prop_map(Value::from),
            "[#/$a-c]{0,6}".prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let names =
                prop_oneof![Just("$ref"), Just("$defs"), Just("allOf"), Just("a"), Just("items")];
            let object =
                prop::collection::vec((names.prop_map(str::to_owned), inner.clone()), 0..4);
            prop_oneof![
                object.prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
                prop::collection::vec(inner, 0..4).prop_map(Value::Array),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_schema_and_no_options_break_anything(schema in any_json(), options in any_json()) {
            if let Ok(OptionsSchema(schema)) = OptionsSchema::from_value(schema) {
                problems(&options, [Some(&schema.to_string()), None]);
            }
        }
    }
}
