//! What `infra/template.yaml` lets functions do, and holding handlers to it.
//!
//! While a function's own test has it handle something ([`crate::call`] or
//! [`deployed`]), the world's table does for it what its role allows in AWS, and
//! no more: the conditions on partition keys included.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use serde_json::Value as Json;
use yaml_serde::Value;

thread_local! {
    /// Who handles something now, on this thread: that of a test and all it spawns.
    static HANDLING: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// A statement of a policy that allows.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Its actions.
    pub actions: Vec<String>,
    /// Its resources, as `!Sub` would have them: `${Table.Arn}/index/gsi1`.
    pub resources: Vec<String>,
    /// What partition keys may be; empty where any may.
    pub keys: Vec<String>,
}

impl Statement {
    /// Whether it allows an action on a thing with such a partition key, if any.
    pub fn allows(&self, action: &str, on: impl Fn(&str) -> bool, key: Option<&str>) -> bool {
        self.actions.iter().any(|allowed| allowed == action)
            && self.resources.iter().any(|resource| on(resource))
            && (self.keys.is_empty()
                || self.keys.iter().any(|like| key.is_none_or(|key| is_like(key, like))))
    }
}

/// Whether a text is as a pattern has it, where `*` stands for anything.
#[must_use]
pub fn is_like(text: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => text == pattern,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            (0..=text.len()).any(|at| text.get(at..).is_some_and(|text| is_like(text, rest)))
        }),
    }
}

/// The template.
///
/// # Panics
/// Where it is no YAML.
#[must_use]
pub fn template() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/template.yaml");
    let text = std::fs::read_to_string(path).expect("the template");
    yaml_serde::from_str(&text).expect("YAML")
}

/// What the template lets each function do, by the function's name without the
/// stack's.
///
/// # Panics
/// Where a policy has a form that isn't known here.
#[must_use]
pub fn rights(template: &Value) -> BTreeMap<String, Vec<Statement>> {
    let resources = template["Resources"].as_mapping().expect("resources");
    let functions = resources.values().filter(|one| one["Type"] == "AWS::Serverless::Function");
    functions
        .map(|function| {
            let name = policy_text(&function["Properties"]["FunctionName"]);
            let name =
                name.strip_prefix("${AWS::StackName}-").expect("the stack's name").to_owned();
            let policies = list(&function["Properties"]["Policies"]);
            let all = policies.iter().flat_map(|policy| list(&policy["Statement"]));
            let allowing = all.filter(|statement| statement["Effect"] == "Allow");
            (name, allowing.map(|statement| read(&statement)).collect())
        })
        .collect()
}

fn read(statement: &Value) -> Statement {
    let texts = |value: &Value| list(value).iter().map(policy_text).collect::<Vec<_>>();
    let keys = &statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
    Statement {
        actions: texts(&statement["Action"]),
        resources: texts(&statement["Resource"]),
        keys: texts(keys),
    }
}

/// One or many.
fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Sequence(values) => values.clone(),
        one => vec![one.clone()],
    }
}

/// A text, with what refers to something in braces.
///
/// # Panics
/// Where it is made in another way.
#[must_use]
pub fn policy_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Tagged(tagged) => {
            let text = tagged.value.as_str().expect("a text");
            match tagged.tag.to_string().as_str() {
                "!Sub" => text.to_owned(),
                "!GetAtt" | "!Ref" => format!("${{{text}}}"),
                other => panic!("{other} in a policy"),
            }
        }
        other => panic!("{other:?} in a policy"),
    }
}

/// Handles something as this function does in AWS.
pub async fn deployed<T>(function: &str, handling: impl Future<Output = T>) -> T {
    struct Handled<'a>(&'a str);
    impl Drop for Handled<'_> {
        fn drop(&mut self) {
            HANDLING.with_borrow_mut(|all| {
                let at = all.iter().position(|one| one == self.0);
                at.map(|at| all.remove(at))
            });
        }
    }
    HANDLING.with_borrow_mut(|all| all.push(function.to_owned()));
    let _handled = Handled(function);
    handling.await
}

/// Handles something as the function does in AWS whose own test this is.
pub(crate) async fn deployed_here<T>(handling: impl Future<Output = T>) -> T {
    let package = std::env::var("CARGO_PKG_NAME").unwrap_or_default();
    deployed(package.trim_start_matches("attesta-"), handling).await
}

/// Holds a client of the table to the rights of whoever handles something.
#[derive(Debug)]
pub struct Rights;

static RIGHTS: LazyLock<BTreeMap<String, Vec<Statement>>> = LazyLock::new(|| rights(&template()));

impl Intercept for Rights {
    fn name(&self) -> &'static str {
        "rights"
    }

    fn read_after_serialization(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(function) = HANDLING.with_borrow(|all| all.first().cloned()) else {
            return Ok(());
        };
        let Some(statements) = RIGHTS.get(&function) else { return Ok(()) };
        let target = context.request().headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default();
        let body = context.request().body().bytes().unwrap_or_default();
        for Asked { action, resource, keys } in asked(operation, &serde_json::from_slice(body)?) {
            let on = |text: &str| text == resource;
            let allows =
                |one: &Statement| keys.iter().all(|key| one.allows(&action, on, Some(key)));
            assert!(statements.iter().any(allows), "{function} may not {action} {keys:?}");
        }
        Ok(())
    }
}

/// A right that is asked for: one statement has to allow it for all the keys.
struct Asked {
    action: String,
    resource: &'static str,
    keys: Vec<String>,
}

/// The rights that a call takes in AWS: those to what it bundles, where it is a
/// transaction.
fn asked(operation: &str, body: &Json) -> Vec<Asked> {
    let asked = |operation: &str, keys: Vec<&Json>| Asked {
        action: format!("dynamodb:{operation}"),
        resource: if body["IndexName"].is_string() {
            "${Table.Arn}/index/gsi1"
        } else {
            "${Table.Arn}"
        },
        keys: keys
            .into_iter()
            .map(|key| key["S"].as_str().unwrap_or_default().to_owned())
            .collect(),
    };
    let batches = body["RequestItems"].as_object().into_iter().flat_map(|tables| tables.values());
    match operation {
        "Query" => vec![asked(operation, vec![&body["ExpressionAttributeValues"][":pk"]])],
        "BatchGetItem" => {
            let keys = batches.flat_map(|batch| batch["Keys"].as_array().into_iter().flatten());
            vec![asked(operation, keys.map(|key| &key["pk"]).collect())]
        }
        "BatchWriteItem" => {
            let writes = batches.flat_map(|batch| batch.as_array().into_iter().flatten());
            let writes =
                writes.flat_map(|one| one.as_object().into_iter().flat_map(|one| one.values()));
            vec![asked(operation, writes.map(partition).collect())]
        }
        "TransactWriteItems" => {
            let parts = body["TransactItems"].as_array().into_iter().flatten();
            let parts = parts.flat_map(|part| part.as_object().into_iter().flatten());
            parts.map(|(kind, part)| asked(&format!("{kind}Item"), vec![partition(part)])).collect()
        }
        _ => vec![asked(operation, vec![partition(body)])],
    }
}

/// The partition key of what a call or a part of one is about.
fn partition(one: &Json) -> &Json {
    let item = if one["Key"].is_object() { &one["Key"] } else { &one["Item"] };
    &item["pk"]
}
