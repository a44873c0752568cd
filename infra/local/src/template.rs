//! The functions as `infra/template.yaml` deploys them: the one list of them there is.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use yaml_serde::Value;

/// What the built code lies in, a folder for each binary.
const BUILT: &str = "../target/lambda/";

/// One function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// What the template calls it: `AuthFunction`.
    pub id: String,
    /// Its name without the stack's.
    pub name: String,
    /// Its binary, of the package `attesta-<binary>`. Two functions may share one.
    pub binary: String,
    /// The paths of the HTTP API that lead to it; a greedy one ends with `/{proxy+}`.
    pub paths: BTreeSet<String>,
    /// The queues whose messages it takes, without the stack's name.
    pub queues: BTreeSet<String>,
    /// The environment variables that it finds set.
    pub variables: BTreeSet<String>,
}

/// All functions, in the template's order.
///
/// # Errors
/// Names what of the template is missing or otherwise than expected.
pub fn functions(root: &Path) -> Result<Vec<Function>> {
    let path = root.join("infra/template.yaml");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let template: Value = yaml_serde::from_str(&text).context("infra/template.yaml")?;
    let everywhere = variables(&template["Globals"]["Function"]);
    let resources = template["Resources"].as_mapping().context("no resources")?;
    resources
        .iter()
        .filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function")
        .map(|(id, resource)| {
            let id = id.as_str().unwrap_or_default();
            function(id, resource, &everywhere, &template["Resources"])
                .with_context(|| id.to_owned())
        })
        .collect()
}

/// The binaries, each once.
///
/// # Errors
/// As [`functions`].
pub fn binaries(root: &Path) -> Result<BTreeSet<String>> {
    Ok(functions(root)?.into_iter().map(|function| function.binary).collect())
}

fn function(
    id: &str,
    resource: &Value,
    everywhere: &BTreeSet<String>,
    resources: &Value,
) -> Result<Function> {
    let properties = &resource["Properties"];
    let code = text(&properties["CodeUri"])?;
    let binary = code.strip_prefix(BUILT).and_then(|code| code.strip_suffix('/'));
    let paths = events(properties, "HttpApi").map(|route| {
        ensure!(route["Method"] == "ANY", "functions know methods, and not the template");
        Ok(text(&route["Path"])?.to_owned())
    });
    let queues = events(properties, "SQS").map(|source| {
        let queue = text(&source["Queue"])?.trim_end_matches(".Arn");
        name(&resources[queue]["Properties"]["QueueName"])
    });
    Ok(Function {
        id: id.to_owned(),
        name: name(&properties["FunctionName"])?,
        binary: binary.with_context(|| format!("its code is not in {BUILT}"))?.to_owned(),
        paths: paths.collect::<Result<_>>()?,
        queues: queues.collect::<Result<_>>()?,
        variables: everywhere | &variables(properties),
    })
}

/// What brings it events of a type.
fn events<'a>(properties: &'a Value, kind: &str) -> impl Iterator<Item = &'a Value> {
    let events = properties["Events"].as_mapping().into_iter().flat_map(|events| events.values());
    events.filter(move |event| event["Type"] == kind).map(|event| &event["Properties"])
}

/// A name without the stack's.
fn name(value: &Value) -> Result<String> {
    let name = text(value)?.strip_prefix("${AWS::StackName}-");
    Ok(name.context("a name lacks the stack's")?.to_owned())
}

fn text(value: &Value) -> Result<&str> {
    value.as_str().context("a text is missing")
}

/// The names of environment variables.
fn variables(properties: &Value) -> BTreeSet<String> {
    let variables = properties["Environment"]["Variables"].as_mapping();
    let names = variables.into_iter().flat_map(|variables| variables.keys());
    names.filter_map(|name| Some(name.as_str()?.to_owned())).collect()
}
