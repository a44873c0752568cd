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
            function(id, resource, &everywhere).with_context(|| id.to_owned())
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

fn function(id: &str, resource: &Value, everywhere: &BTreeSet<String>) -> Result<Function> {
    let properties = &resource["Properties"];
    let name = text(&properties["FunctionName"])?;
    let name = name.strip_prefix("${AWS::StackName}-").context("its name lacks the stack's")?;
    let code = text(&properties["CodeUri"])?;
    let binary = code.strip_prefix(BUILT).and_then(|code| code.strip_suffix('/'));
    let events = properties["Events"].as_mapping();
    let events = events.into_iter().flat_map(|events| events.values());
    let routes = events.filter(|event| event["Type"] == "HttpApi");
    let paths = routes.map(|route| {
        let route = &route["Properties"];
        ensure!(route["Method"] == "ANY", "functions know methods, and not the template");
        Ok(text(&route["Path"])?.to_owned())
    });
    Ok(Function {
        id: id.to_owned(),
        name: name.to_owned(),
        binary: binary.with_context(|| format!("its code is not in {BUILT}"))?.to_owned(),
        paths: paths.collect::<Result<_>>()?,
        variables: everywhere | &variables(properties),
    })
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
