//! Makes of an example what it is every time: identifiers, tokens and addresses that differ
//! from run to run become the same ones.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use attesta_openapi::examples::Example;
use regex_lite::{Captures, Regex};
use serde_json::{Value, json};

/// What differs, the longest first.
static DIFFERS: LazyLock<Regex> = LazyLock::new(|| {
    let kinds = [
        r"(?P<token>\beyJ[\w-]+\.[\w-]+\.[\w-]+)",
        r"(?P<policy>\beyJ[\w+/=-]{80,})",
        r"(?P<secret>\b(?:(?:[a-z]+_)+[0-9A-Za-z]{49}\b|whsec_[\w+/=]+))",
        r"(?P<signed>\?x-id=\S+)",
        r"(?P<uuid>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)",
        r"(?P<signature>\b[0-9a-f]{64}\b)",
        r"(?P<address>\b127\.0\.0\.1:\d+)",
        r"(?P<number>\b\d{15,16}\b)",
    ];
    Regex::new(&kinds.join("|")).expect("an expression")
});

/// The example with the same identifiers every time, if the known ones come in the same order.
///
/// # Panics
/// If an example is no JSON.
#[must_use]
pub fn example(example: &Example, known: &[String]) -> Example {
    let mut names = Names::default();
    for identifier in known {
        names.text(identifier);
    }
    names.first = 100;
    let mut value = serde_json::to_value(example).expect("JSON");
    // What is asked comes first, and its identifiers with it.
    for part in ["request", "answer"] {
        names.value(&mut value[part]);
    }
    serde_json::from_value(value).expect("an example")
}

/// The names that were given so far.
#[derive(Default)]
struct Names {
    given: BTreeMap<String, String>,
    /// From where those that aren't known are counted.
    first: usize,
}

impl Names {
    fn value(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Number(number) => {
                let text = number.to_string();
                let steady = self.text(&text);
                if steady != text {
                    *value = steady.parse::<u64>().map_or(json!(steady), Value::from);
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.value(value)),
            Value::Object(members) => members.values_mut().for_each(|value| self.value(value)),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn text(&mut self, text: &str) -> String {
        let steady = DIFFERS.replace_all(text, |found: &Captures<'_>| {
            let is = |kind: &str| found.name(kind).is_some();
            match () {
                () if is("token") => "<token>".to_owned(),
                () if is("secret") => "<secret>".to_owned(),
                () if is("policy") => "<policy>".to_owned(),
                () if is("signed") => "?X-Amz-Signature=<signature>".to_owned(),
                () if is("signature") => "<signature>".to_owned(),
                () if is("address") => "aws.example.com".to_owned(),
                () => self.name(&found[0], is("uuid")),
            }
        });
        steady.into_owned()
    }

    fn name(&mut self, identifier: &str, is_uuid: bool) -> String {
        let at = self.first + self.given.len() + 1;
        let new = || {
            if is_uuid {
                format!("019aaa59-1400-7000-8000-{at:012}")
            } else {
                format!("115133644{at:06}")
            }
        };
        self.given.entry(identifier.to_owned()).or_insert_with(new).clone()
    }
}
