//! Comparing the operations that the code declares with a contract's.
//!
//! A contract is a lower bound. What it says must be declared in a compatible way; whatever the
//! code declares beyond is an *addition*, which has to stand in the checked list.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::document::{Document, Operation};
use crate::schemas::{self, Findings, Side};

/// How a surface stands to its contract.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Where the code doesn't keep the contract, one sentence each.
    pub broken: Vec<String>,
    /// By operation, what the code declares beyond the contract.
    pub additions: BTreeMap<String, BTreeSet<String>>,
    /// The contract's operations that the code doesn't declare.
    pub unbuilt: BTreeSet<String>,
}

/// Compares a surface with its contract.
#[must_use]
pub fn compare(contract: &Document, code: &Document) -> Comparison {
    let mut comparison = Comparison::default();
    let (wanted, mut had) = (contract.operations(), code.operations());
    for operation in had.values() {
        comparison.broken.extend(dangling(code, operation));
    }
    for (key, want) in &wanted {
        let Some(have) = had.remove(key) else {
            comparison.unbuilt.insert(want.title());
            continue;
        };
        let findings = operation((contract, code), want, &have);
        let broken = findings.broken.into_iter();
        let broken = broken.map(|finding| format!("{} {finding}", want.title()));
        comparison.broken.extend(broken);
        if !findings.additions.is_empty() {
            let additions = findings.additions.into_iter().collect();
            comparison.additions.insert(want.title(), additions);
        }
    }
    for operation in had.values() {
        let whole = BTreeSet::from(["operation".to_owned()]);
        comparison.additions.insert(operation.title(), whole);
    }
    comparison.broken.sort();
    comparison.broken.dedup();
    comparison
}

type Documents<'a> = (&'a Document, &'a Document);

fn operation(documents: Documents<'_>, want: &Operation<'_>, have: &Operation<'_>) -> Findings {
    let mut findings = Findings::default();
    let id = |operation: &Operation<'_>| operation.value.get("operationId").cloned();
    if id(want) != id(have) {
        let id = id(want).unwrap_or_default();
        findings.broken.push(format!("operationId: must be {id}"));
    }
    match (want.security(), have.security()) {
        (Ok(want), Ok(have)) if want == have => {}
        (Ok(want), Ok(have)) => {
            let text = format!("security: is {have:?}, must be {want:?}");
            findings.broken.push(text);
        }
        (Err(error), _) | (_, Err(error)) => findings.broken.push(format!("security: {error}")),
    }
    for part in [parameters, request, answers] {
        if let Err(error) = part(documents, want, have, &mut findings) {
            findings.broken.push(error);
        }
    }
    findings
}

/// Parameters by place and name; those of the path by their position in it.
fn parameters(
    documents: Documents<'_>,
    want: &Operation<'_>,
    have: &Operation<'_>,
    findings: &mut Findings,
) -> Result<(), String> {
    let wanted = by_name(want)?;
    let mut had = by_name(have)?;
    for (name, want) in wanted {
        let Some(have) = had.remove(&name) else {
            findings.broken.push(format!("{name}: is missing"));
            continue;
        };
        let required = |parameter: &Value| parameter.get("required") == Some(&json!(true));
        if required(want) != required(have) {
            let text = format!("{name}: required must be {}", required(want));
            findings.broken.push(text);
        }
        let (want, have) = (schema(want), schema(have));
        findings.add(schemas::compare(documents, Side::Request, &name, want, have));
    }
    for (name, parameter) in had {
        if parameter.get("required") == Some(&json!(true)) {
            findings.broken.push(format!("{name}: must not be required"));
        } else {
            findings.additions.push(name);
        }
    }
    Ok(())
}

fn by_name<'a>(operation: &Operation<'a>) -> Result<BTreeMap<String, &'a Value>, String> {
    let path = operation.path_names();
    let listed = operation.parameters()?.into_iter();
    let named = listed.map(|parameter| {
        let text = |member| parameter.get(member).and_then(Value::as_str).unwrap_or("?");
        let name = text("name");
        let position = path.iter().position(|part| *part == name);
        let name = match (text("in"), position) {
            ("path", Some(position)) => format!("path {}", position + 1),
            ("header", _) => format!("header {}", name.to_lowercase()),
            (place, _) => format!("{place} {name}"),
        };
        (name, parameter)
    });
    Ok(named.collect())
}

fn request(
    documents: Documents<'_>,
    want: &Operation<'_>,
    have: &Operation<'_>,
    findings: &mut Findings,
) -> Result<(), String> {
    let (contract, code) = documents;
    let wanted = want.value.get("requestBody");
    let wanted = wanted.map(|body| contract.resolve(body)).transpose()?;
    let had = have.value.get("requestBody");
    let had = had.map(|body| code.resolve(body)).transpose()?;
    let required = |body: Option<&Value>| {
        body.and_then(|body| body.get("required")?.as_bool()).unwrap_or(false)
    };
    if required(wanted) != required(had) {
        let text = format!("request: required must be {}", required(wanted));
        findings.broken.push(text);
    }
    let (Some(wanted), Some(had)) = (wanted, had) else {
        match (wanted, had) {
            (Some(_), None) => findings.broken.push("request: body is missing".to_owned()),
            (None, Some(_)) => findings.additions.push("request body".to_owned()),
            _ => {}
        }
        return Ok(());
    };
    content(documents, Side::Request, "request", (wanted, had), findings);
    Ok(())
}

fn answers(
    documents: Documents<'_>,
    want: &Operation<'_>,
    have: &Operation<'_>,
    findings: &mut Findings,
) -> Result<(), String> {
    let (contract, code) = documents;
    let all = |operation: &Operation<'_>| operation.value.get("responses")?.as_object().cloned();
    let (wanted, had): (Map<_, _>, Map<_, _>) =
        (all(want).unwrap_or_default(), all(have).unwrap_or_default());
    for (status, want) in &wanted {
        let Some(have) = had.get(status) else {
            findings.broken.push(format!("{status}: is missing"));
            continue;
        };
        let pair = (contract.resolve(want)?, code.resolve(have)?);
        content(documents, Side::Answer, status, pair, findings);
    }
    let extra = had.keys().filter(|status| !wanted.contains_key(*status));
    findings.additions.extend(extra.cloned());
    Ok(())
}

/// The media types of a body and their schemas.
fn content(
    documents: Documents<'_>,
    side: Side,
    at: &str,
    (want, have): (&Value, &Value),
    findings: &mut Findings,
) {
    let wanted = media_types(want);
    let mut had = media_types(have);
    for (media, want) in wanted {
        match had.remove(&media) {
            Some(have) => {
                findings.add(schemas::compare(documents, side, at, schema(want), schema(have)));
            }
            None => findings.broken.push(format!("{at}: {media} is missing")),
        }
    }
    let extra = had.into_keys().map(|media| format!("{at} {media}"));
    findings.additions.extend(extra);
}

fn media_types(body: &Value) -> BTreeMap<String, &Value> {
    let content = body.get("content").and_then(Value::as_object);
    let bare = |media: &str| media.split(';').next().unwrap_or(media).trim().to_lowercase();
    let content = content.into_iter().flatten();
    content.map(|(media, value)| (bare(media), value)).collect()
}

fn schema(holder: &Value) -> &Value {
    holder.get("schema").unwrap_or(&Value::Null)
}

impl Findings {
    fn add(&mut self, more: Self) {
        self.broken.extend(more.broken);
        self.additions.extend(more.additions);
    }
}

/// An operation compared with itself: all its references followed, all its keywords known.
fn dangling(code: &Document, operation: &Operation<'_>) -> Vec<String> {
    let findings = self::operation((code, code), operation, operation);
    let broken = findings.broken.into_iter();
    let broken = broken.map(|finding| format!("{} {finding}", operation.title()));
    broken.collect()
}
