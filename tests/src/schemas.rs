//! Comparing a schema of the code with the contract's.

use serde_json::{Map, Value};

use crate::document::Document;
use crate::normalise::{Alternative, Shape, shape};

/// Who writes what the schema describes. What may differ depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The caller: the code may accept more than the contract, never less.
    Request,
    /// The code: it may say more than the contract, never less or something else.
    Answer,
}

/// What a comparison found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// Where the code doesn't keep the contract.
    pub(crate) broken: Vec<String>,
    /// What the code declares beyond the contract.
    pub(crate) additions: Vec<String>,
}

/// Compares schemas of two documents.
#[derive(Debug)]
pub(crate) struct Schemas<'a> {
    contract: &'a Document,
    code: &'a Document,
    side: Side,
    /// The pairs under comparison, outermost first: a pair met again closes a cycle.
    trail: Vec<(Value, Value)>,
    findings: Findings,
}

/// Keywords whose value must be the contract's.
const BOUNDS: [&str; 15] = [
    "contentEncoding",
    "contentMediaType",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "uniqueItems",
];

/// Compares one schema; `at` says where it stands.
pub(crate) fn compare(
    (contract, code): (&Document, &Document),
    side: Side,
    at: &str,
    want: &Value,
    have: &Value,
) -> Findings {
    let mut schemas =
        Schemas { contract, code, side, trail: Vec::new(), findings: Findings::default() };
    schemas.schema(at, want, have);
    schemas.findings
}

impl Schemas<'_> {
    fn schema(&mut self, at: &str, want: &Value, have: &Value) {
        let pair = (want.clone(), have.clone());
        if self.trail.contains(&pair) {
            return;
        }
        self.trail.push(pair);
        match (shape(self.contract, want), shape(self.code, have)) {
            (Ok(want), Ok(have)) => self.shapes(at, &want, &have),
            (_, Err(error)) => self.broken(at, &error),
            (Err(error), _) => self.broken(at, &format!("contract: {error}")),
        }
        self.trail.pop();
    }

    fn shapes(&mut self, at: &str, want: &Shape, have: &Shape) {
        match (want.nullable, have.nullable) {
            (true, false) => self.broken(at, "must allow null"),
            (false, true) => self.addition(at, "null"),
            _ => {}
        }
        if self.side == Side::Request && want.default.is_some() && want.default != have.default {
            let default = want.default.clone().unwrap_or_default();
            self.broken(at, &format!("default must be {default}"));
        }
        if want.anything {
            return;
        }
        if have.anything {
            let kinds = kinds(&want.alternatives);
            return self.broken(at, &format!("is anything, must be {kinds}"));
        }
        self.alternatives(at, want, have);
    }

    /// Finds each alternative of the contract among the code's; what is left over is an addition.
    fn alternatives(&mut self, at: &str, want: &Shape, have: &Shape) {
        if let ([want], [have]) = (&want.alternatives[..], &have.alternatives[..]) {
            return self.alternative(at, want, have);
        }
        let mut left = have.alternatives.iter().collect::<Vec<_>>();
        for alternative in &want.alternatives {
            let Some((place, findings)) = self.best(at, alternative, &left) else {
                self.broken(at, &format!("must allow {}", alternative.kind));
                continue;
            };
            left.remove(place);
            self.findings.broken.extend(findings.broken);
            self.findings.additions.extend(findings.additions);
        }
        for alternative in left {
            self.addition(at, &alternative.kind);
        }
    }

    /// The alternative of the same type that differs least.
    fn best(
        &mut self,
        at: &str,
        want: &Alternative,
        left: &[&Alternative],
    ) -> Option<(usize, Findings)> {
        let same = left.iter().enumerate();
        let same = same.filter(|(_, have)| self.kind_fits(&want.kind, &have.kind));
        let tried = same.map(|(place, have)| {
            let mut trial =
                Schemas { trail: self.trail.clone(), findings: Findings::default(), ..*self };
            trial.alternative(at, want, have);
            (place, trial.findings)
        });
        tried.min_by_key(|(_, findings)| (findings.broken.len(), findings.additions.len()))
    }

    fn kind_fits(&self, want: &str, have: &str) -> bool {
        want == have
            || match self.side {
                Side::Answer => (want, have) == ("number", "integer"),
                Side::Request => (want, have) == ("integer", "number"),
            }
    }

    fn alternative(&mut self, at: &str, want: &Alternative, have: &Alternative) {
        if !self.kind_fits(&want.kind, &have.kind) {
            return self.broken(at, &format!("is {}, must be {}", have.kind, want.kind));
        }
        let (kind, want, have) = (want.kind.as_str(), &want.keywords, &have.keywords);
        self.values(at, want, have);
        self.format(at, kind, want, have);
        for bound in BOUNDS {
            self.bound(at, bound, want, have);
        }
        match kind {
            "object" => self.object(at, want, have),
            "array" => self.items(at, want, have),
            _ => {}
        }
    }

    fn values(&mut self, at: &str, want: &Map<String, Value>, have: &Map<String, Value>) {
        let values = |keywords: &Map<String, Value>| keywords.get("enum")?.as_array().cloned();
        match (values(want), values(have)) {
            (None, Some(_)) if self.side == Side::Request => {
                self.broken(at, "must allow any value");
            }
            (Some(_), None) => self.broken(at, "must be an enum"),
            (Some(want), Some(have)) => {
                for value in want.iter().filter(|value| !have.contains(value)) {
                    self.broken(at, &format!("lacks the value {value}"));
                }
                for value in have.iter().filter(|value| !want.contains(value)) {
                    self.addition(at, &format!("value {value}"));
                }
            }
            _ => {}
        }
    }

    /// Formats of numbers (`int64`) count only where the contract names one.
    fn format(
        &mut self,
        at: &str,
        kind: &str,
        want: &Map<String, Value>,
        have: &Map<String, Value>,
    ) {
        let name =
            |keywords: &Map<String, Value>| Some(keywords.get("format")?.as_str()?.to_owned());
        match (name(want), name(have)) {
            (Some(want), have) if have.as_ref() != Some(&want) => {
                self.broken(at, &format!("format must be {want}"));
            }
            (None, Some(have)) if kind == "string" && self.side == Side::Request => {
                self.broken(at, &format!("format {have} is narrower than the contract"));
            }
            _ => {}
        }
    }

    fn bound(
        &mut self,
        at: &str,
        bound: &str,
        want: &Map<String, Value>,
        have: &Map<String, Value>,
    ) {
        let same =
            |a: &Value, b: &Value| a == b || a.as_f64().is_some() && a.as_f64() == b.as_f64();
        match (want.get(bound), have.get(bound)) {
            (Some(want), Some(have)) if same(want, have) => {}
            (Some(want), _) => self.broken(at, &format!("{bound} must be {want}")),
            (None, Some(_)) if self.side == Side::Request => {
                self.broken(at, &format!("{bound} is narrower than the contract"));
            }
            (None, _) => {}
        }
    }

    fn items(&mut self, at: &str, want: &Map<String, Value>, have: &Map<String, Value>) {
        let at = format!("{at}[]");
        match (want.get("items"), have.get("items")) {
            (Some(want), Some(have)) => self.schema(&at, want, have),
            (Some(_), None) => self.broken(&at, "items are not described"),
            (None, Some(have)) => self.narrowing(&at, have),
            (None, None) => {}
        }
    }

    fn object(&mut self, at: &str, want: &Map<String, Value>, have: &Map<String, Value>) {
        let (wanted, had) = (properties(want), properties(have));
        for (name, want) in &wanted {
            let at = format!("{at}.{name}");
            match had.get(name) {
                Some(have) => self.schema(&at, want, have),
                None => self.broken(&at, "is missing"),
            }
        }
        let extra = had.keys().filter(|name| !wanted.contains_key(*name));
        for name in extra {
            self.addition(at, &format!(".{name}"));
        }
        let (wanted, had) = (required(want), required(have));
        for name in wanted.iter().filter(|name| !had.contains(name)) {
            self.broken(&format!("{at}.{name}"), "must be required");
        }
        if self.side == Side::Request {
            for name in had.iter().filter(|name| !wanted.contains(name)) {
                self.broken(&format!("{at}.{name}"), "must not be required");
            }
        }
        self.others(&format!("{at}.*"), want, have);
    }

    /// Properties that aren't named: closed, open or of one schema.
    fn others(&mut self, at: &str, want: &Map<String, Value>, have: &Map<String, Value>) {
        let others = |keywords: &Map<String, Value>| match keywords.get("additionalProperties") {
            None => Value::Bool(true),
            Some(Value::Object(schema)) if schema.is_empty() => Value::Bool(true),
            Some(value) => value.clone(),
        };
        match (others(want), others(have)) {
            (Value::Bool(want), Value::Bool(have)) if want == have => {}
            (Value::Bool(false), _) => self.broken(at, "other properties must be refused"),
            (Value::Bool(true), Value::Bool(_)) if self.side == Side::Request => {
                self.broken(at, "other properties must be let pass");
            }
            (Value::Bool(_), have) => self.narrowing(at, &have),
            (_, Value::Bool(_)) => self.broken(at, "is not described"),
            (want, have) => self.schema(at, &want, &have),
        }
    }

    /// The code describes what the contract leaves open.
    fn narrowing(&mut self, at: &str, have: &Value) {
        let anything = have.as_bool() == Some(true) || have.as_object().is_some_and(Map::is_empty);
        if self.side == Side::Request && !anything {
            self.broken(at, "is narrower than the contract");
        }
    }

    fn broken(&mut self, at: &str, what: &str) {
        self.findings.broken.push(format!("{at}: {what}"));
    }

    fn addition(&mut self, at: &str, what: &str) {
        let space = if what.starts_with('.') { "" } else { " " };
        self.findings.additions.push(format!("{at}{space}{what}"));
    }
}

fn kinds(alternatives: &[Alternative]) -> String {
    let kinds = alternatives.iter().map(|one| one.kind.as_str());
    kinds.collect::<Vec<_>>().join(" or ")
}

fn properties(keywords: &Map<String, Value>) -> Map<String, Value> {
    let properties = keywords.get("properties").and_then(Value::as_object);
    properties.cloned().unwrap_or_default()
}

fn required(keywords: &Map<String, Value>) -> Vec<String> {
    let names = keywords.get("required").and_then(Value::as_array);
    let names = names.into_iter().flatten().filter_map(Value::as_str);
    names.map(str::to_owned).collect()
}
