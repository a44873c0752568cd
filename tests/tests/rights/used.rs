//! The rights that functions used in the journeys.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use attesta_testing::{Statement, is_like, policy_text, rights, template};
use attesta_tests::lists;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use yaml_serde::Value;

const LIST: &str = "unreached-rights.txt";

/// What a function asked the local AWS for.
#[derive(Debug, Deserialize)]
struct Call {
    function: String,
    action: String,
    resource: String,
    /// Of items, what the keys of their kind begin with.
    key: Option<String>,
    allowed: bool,
}

/// No call was refused or goes beyond the template, and no right went unused but
/// those of the list. None of these was used, but for what the list says is so at
/// times.
#[test]
#[ignore = "looks back at the journeys through a local stack"]
fn every_right_is_used_and_none_is_missing() {
    let stack = PathBuf::from(std::env::var_os("ATTESTA_STACK").expect("where the stack is"));
    let dev = stack.parent().unwrap();
    let calls =
        std::fs::read_to_string(dev.join("calls.jsonl")).expect("the calls that were noted");
    let calls: Vec<Call> = calls.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names = Names::of(dev);
    let (mut missing, mut unused) = (BTreeSet::new(), BTreeSet::new());
    for (function, statements) in rights(&names.template) {
        let name = format!("{}-{function}", Names::STACK);
        let own: Vec<_> = calls.iter().filter(|call| call.function == name).collect();
        let covers = |call: &Call| statements.iter().any(|one| names.covers(one, call));
        let uncovered = own.iter().filter(|call| !call.allowed || !covers(call));
        missing.extend(uncovered.map(|call| format!("{function} {call:?}")));
        let left = statements.iter().flat_map(|statement| names.unused(statement, &own));
        unused.extend(left.map(|right| format!("{function} {right}")));
    }
    assert!(missing.is_empty(), "not allowed, or by no statement:\n{missing:#?}");
    let list = lists::read(LIST);
    let listed = lists::entries(&list).map(|line| line.split_once(": ").expect("a reason"));
    let listed: BTreeMap<_, _> = listed.map(|(right, why)| (right.to_owned(), why)).collect();
    let is_certain = |(right, why): (&String, &&str)| {
        (!why.starts_with("at times") && !unused.contains(right)).then(|| format!("- {right}"))
    };
    let mut wrong: Vec<_> = listed.iter().filter_map(is_certain).collect();
    wrong.extend(
        unused.iter().filter(|right| !listed.contains_key(*right)).map(|it| format!("+ {it}")),
    );
    assert!(wrong.is_empty(), "{LIST} (- listed but used, + unused):\n{}", wrong.join("\n"));
}

/// What the template's names stand for on a local stack.
struct Names {
    template: Value,
    outputs: BTreeMap<String, String>,
}

impl Names {
    const STACK: &str = "attesta";

    fn of(dev: &Path) -> Self {
        #[derive(Deserialize)]
        struct Deployed {
            outputs: BTreeMap<String, String>,
        }
        let Deployed { outputs } = read_json(&dev.join("deployed.json"));
        Self { template: template(), outputs }
    }

    fn covers(&self, statement: &Statement, call: &Call) -> bool {
        let on = |resource: &str| is_like(&call.resource, &self.resolved(resource));
        statement.allows(&call.action, on, call.key.as_deref())
    }

    /// What no call needed of a statement: an action on a resource, whatever the
    /// keys, or keys, whatever the action.
    fn unused(&self, statement: &Statement, calls: &[&Call]) -> Vec<String> {
        let is_unused =
            |narrowed: Statement| !calls.iter().any(|call| self.covers(&narrowed, call));
        let Statement { actions, resources, keys } = statement;
        let mut unused = Vec::new();
        for (action, resource) in actions
            .iter()
            .flat_map(|action| resources.iter().map(move |resource| (action, resource)))
        {
            let (actions, resources) = (vec![action.clone()], vec![resource.clone()]);
            if is_unused(Statement { actions, resources, keys: Vec::new() }) {
                unused.push(format!("{action} {resource}"));
            }
        }
        for key in keys {
            if is_unused(Statement { keys: vec![key.clone()], ..statement.clone() }) {
                unused.push(format!("{} {key}", actions.join(",")));
            }
        }
        unused
    }

    /// An ARN with the names of the template, as a pattern of the ARNs on this stack.
    fn resolved(&self, text: &str) -> String {
        let Some((start, rest)) = text.split_once("${") else { return text.to_owned() };
        let (name, rest) = rest.split_once('}').expect("a whole name");
        format!("{start}{}{}", self.resolved_name(name), self.resolved(rest))
    }

    fn resolved_name(&self, name: &str) -> String {
        let output = |of: &str| self.outputs.get(of).unwrap_or_else(|| panic!("no output {of}"));
        match name {
            "AWS::Partition" => return "aws".to_owned(),
            "AWS::Region" | "AWS::AccountId" => return "*".to_owned(),
            "AWS::StackName" => return Self::STACK.to_owned(),
            _ => {}
        }
        let (resource, _) = name.split_once('.').expect("an attribute");
        let about = &self.template["Resources"][resource];
        match about["Type"].as_str().expect("a type") {
            "AWS::DynamoDB::Table" => format!("arn:aws:dynamodb:*:*:table/{}", output("TableName")),
            "AWS::S3::Bucket" => format!("arn:aws:s3:::{}", output("DataBucketName")),
            "AWS::SecretsManager::Secret" => output(&format!("{resource}Arn")).clone(),
            "AWS::Cognito::UserPool" => {
                format!("arn:aws:cognito-idp:*:*:userpool/{}", output(&format!("{resource}Id")))
            }
            "AWS::SQS::Queue" => {
                let queue = policy_text(&about["Properties"]["QueueName"]);
                format!("arn:aws:sqs:*:*:{}", self.resolved(&queue))
            }
            other => panic!("{name} is {other}"),
        }
    }
}

fn read_json<T: DeserializeOwned>(path: &Path) -> T {
    serde_json::from_str(&std::fs::read_to_string(path).expect("a file")).expect("JSON")
}
