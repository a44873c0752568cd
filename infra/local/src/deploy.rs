//! The project's own template, deployed to the local AWS.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
pub(crate) use attesta_dev::STACK;
use attesta_dev::template;
use serde::{Deserialize, Serialize};

use crate::emulator::{self, Emulator};
use crate::functions::Package;
use crate::home::{Home, fingerprint, read_json, write_json, write_private, writing};
use crate::process;

/// Whom e-mail is from.
pub(crate) const MAIL_FROM: &str = "no-reply@attesta.example";

/// What the template tells about the deployed stack.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Outputs {
    pub(crate) api_id: String,
    pub(crate) table_name: String,
    pub(crate) data_bucket_name: String,
    pub(crate) user_pool_id: String,
    pub(crate) user_pool_client_id: String,
    pub(crate) marketplace_pool_id: String,
    pub(crate) marketplace_client_id: String,
    pub(crate) signing_secret_arn: String,
    pub(crate) messenger_secret_arn: String,
    pub(crate) red_tractor_secret_arn: String,
}

/// What is deployed, to see what has to be.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Record {
    template: String,
    parameters: Vec<String>,
    packages: BTreeMap<String, String>,
    outputs: Outputs,
}

/// Deploys what changed: the template, or just the code of some functions.
pub(crate) fn deployed(
    home: &Home,
    emulator: &Emulator,
    packages: &BTreeMap<String, Package>,
) -> Result<Outputs> {
    let path = home.dev.join("deployed.json");
    let found: Record = read_json(&path).unwrap_or_default();
    let mut record = Record {
        template: fingerprint(&[template_file(home), home.tool("deployed.py")])?,
        parameters: parameters(emulator),
        packages: packages.iter().map(|(n, p)| (n.clone(), p.stamp.clone())).collect(),
        outputs: found.outputs,
    };
    if found.template != record.template || found.parameters != record.parameters {
        record.outputs = deploy_template(home, emulator, &record.parameters)?;
    } else if found.packages != record.packages {
        let changed = packages.iter().filter(|(n, p)| found.packages.get(*n) != Some(&p.stamp));
        deploy_code(home, emulator, &changed.collect())?;
    }
    write_json(&path, &record)?;
    Ok(record.outputs)
}

/// Forgets what is deployed, so that the next time all is.
pub(crate) fn forget(home: &Home) -> Result<()> {
    crate::home::remove(&home.dev.join("deployed.json"))
}

fn deploy_template(home: &Home, emulator: &Emulator, parameters: &[String]) -> Result<Outputs> {
    process::step("Deploying infra/template.yaml", || {
        let mut sam = emulator::client(home, &emulator.aws(), "sam");
        sam.args(["deploy", "--stack-name", STACK, "--resolve-s3", "--template-file"])
            .arg(template_file(home))
            .args(["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"])
            .args(["--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"])
            .arg("--parameter-overrides")
            .args(parameters);
        process::output(&mut sam)
    })?;
    let outputs = process::step("Completing the API", || {
        let mut python = emulator::client(home, &emulator.aws(), "python");
        process::output(python.arg(home.tool("deployed.py")).args(["api", STACK]))
    })?;
    let mut python = emulator::client(home, &emulator.aws(), "python");
    let environment = python.arg(home.tool("deployed.py")).args(["environment", STACK]);
    write_private(&home.dev.join("functions.env"), &process::output(environment)?)?;
    let outputs: Outputs = serde_json::from_str(&outputs).context("the stack's outputs are odd")?;
    let api_id = home.dev.join("api-id");
    fs::write(&api_id, &outputs.api_id).with_context(|| writing(&api_id))?;
    Ok(outputs)
}

fn deploy_code(
    home: &Home,
    emulator: &Emulator,
    changed: &BTreeMap<&String, &Package>,
) -> Result<()> {
    let (mut names, mut pairs) = (Vec::new(), Vec::new());
    for function in template::functions(&home.root)? {
        if let Some(package) = changed.get(&function.binary) {
            pairs.push(format!("{STACK}-{}={}", function.name, package.bootstrap.display()));
            names.push(function.name);
        }
    }
    process::step(&format!("Deploying {}", names.join(", ")), || {
        let mut python = emulator::client(home, &emulator.aws(), "python");
        process::output(python.arg(home.tool("deployed.py")).arg("code").args(pairs))
    })?;
    Ok(())
}

/// A user of the local AWS, for a program that is not ours.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AwsUser {
    pub(crate) arn: String,
    /// Its access key.
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// The user of this name, with a new access key and no rights.
pub(crate) fn aws_user(home: &Home, emulator: &Emulator, name: &str) -> Result<AwsUser> {
    let mut python = emulator::client(home, &emulator.aws(), "python");
    let user = process::output(python.arg(home.tool("deployed.py")).args(["user", name]))?;
    serde_json::from_str(&user).context("the user is odd")
}

fn template_file(home: &Home) -> std::path::PathBuf {
    home.root.join("infra/template.yaml")
}

fn parameters(emulator: &Emulator) -> Vec<String> {
    let architecture = if std::env::consts::ARCH == "aarch64" { "arm64" } else { "x86_64" };
    vec![
        format!("Architecture={architecture}"),
        format!("PublicUrl={}", emulator.base_url()),
        format!("MailFrom={MAIL_FROM}"),
        format!("CognitoKeysBase={}", emulator.aws().endpoint_url),
        format!("LinkRedirects={}", crate::stack::LINK_REDIRECT),
        format!("AllowedOrigins={}", crate::stack::ALLOWED_ORIGIN),
        format!("RedTractorUrl={}", emulator.assurance_url()),
    ]
}
