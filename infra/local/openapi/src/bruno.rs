//! A Bruno collection made of the documents: a request for each operation, filled with its
//! example. Requests that sign somebody in keep the token for those that need it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use serde_json::{Map, Value};

use crate::Served;
use crate::merge::METHODS;

/// Files by their paths in the collection.
pub type Files = BTreeMap<PathBuf, String>;

/// A request that signs somebody in.
struct SignIn {
    operation: &'static str,
    /// What of its body is somebody's own.
    own: &'static [(&'static str, &'static str)],
    /// The variable that keeps the token, and where in the answer the token is.
    kept: (&'static str, &'static str),
}

const SIGN_INS: [SignIn; 3] = [
    SignIn {
        operation: "login",
        own: &[("username", "{{username}}"), ("password", "{{password}}")],
        kept: ("accessToken", "res.body.tokens.access"),
    },
    SignIn {
        operation: "approle",
        own: &[("role_id", "{{roleId}}"), ("secret_id", "{{secretId}}")],
        kept: ("providerToken", "res.body.token.access_token"),
    },
    SignIn {
        operation: "issueToken",
        own: &[("client_id", "{{clientId}}"), ("client_secret", "{{clientSecret}}")],
        kept: ("machineToken", "res.body.access_token"),
    },
];

impl SignIn {
    fn of(operation: &str) -> Option<&'static Self> {
        SIGN_INS.iter().find(|one| one.operation == operation)
    }
}

/// What an environment has to say, and whether it is a secret.
pub const VARIABLES: [(&str, bool); 8] = [
    ("baseUrl", false),
    ("username", false),
    ("password", true),
    ("roleId", false),
    ("secretId", true),
    ("clientId", false),
    ("clientSecret", true),
    ("apiKey", true),
];

/// The collection, with an environment to fill in for a deployed stage.
///
/// # Panics
/// If an example isn't JSON, which it is.
#[must_use]
pub fn collection(documents: &[Served]) -> Files {
    let about =
        "{\n  \"version\": \"1\",\n  \"name\": \"Attesta\",\n  \"type\": \"collection\"\n}\n";
    let mut files = Files::from([
        ("bruno.json".into(), about.to_owned()),
        (
            "environments/deployed.bru".into(),
            environment(&[("baseUrl", "https://api.example.com")]),
        ),
    ]);
    for (place, Served { name, document }) in documents.iter().enumerate() {
        let title = text(&document["info"]["title"]);
        files.insert(PathBuf::from(name).join("folder.bru"), meta(title, None, place + 1));
        let mut seen = BTreeMap::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for method in METHODS {
                if let Some(operation) = item.get(method) {
                    let place = seen.entry(text(&operation["tags"][0])).or_insert(0);
                    *place += 1;
                    let one = Request { surface: name, path, method, operation, document };
                    one.file(*place, &mut files);
                }
            }
        }
        for (place, tag) in document["tags"].as_array().into_iter().flatten().enumerate() {
            let tag = text(&tag["name"]);
            let folder = PathBuf::from(name).join(tag).join("folder.bru");
            files.insert(folder, meta(tag, None, place + 1));
        }
    }
    files
}

/// An environment with these values; what is secret and has none is asked for by Bruno.
#[must_use]
pub fn environment(values: &[(&str, &str)]) -> String {
    let value =
        |name: &str| values.iter().find(|(given, _)| *given == name).map(|(_, value)| *value);
    let (mut open, mut secret) = (Vec::new(), Vec::new());
    for (name, is_secret) in VARIABLES {
        match value(name) {
            None if is_secret => secret.push(format!("  {name}")),
            value => open.push(format!("  {name}: {}", value.unwrap_or_default())),
        }
    }
    let mut text = format!("vars {{\n{}\n}}\n", open.join("\n"));
    if !secret.is_empty() {
        let _ = write!(text, "\nvars:secret [\n{}\n]\n", secret.join(",\n"));
    }
    text
}

struct Request<'a> {
    surface: &'a str,
    path: &'a str,
    method: &'a str,
    operation: &'a Value,
    document: &'a Value,
}

impl Request<'_> {
    /// Adds the request's file, and the file that it sends, if it sends one.
    fn file(&self, place: usize, files: &mut Files) {
        let id = text(&self.operation["operationId"]);
        let (kind, body, sent) = self.body(id);
        let (auth, auth_block) = self.auth();
        let url = self.path.replace('{', ":").replace('}', "");
        let query = self.parameters("query");
        let asked: Vec<_> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let asked = if asked.is_empty() { String::new() } else { format!("?{}", asked.join("&")) };
        let summary = text(&self.operation["summary"]);
        let mut file = meta(summary, Some("http"), place);
        let _ = write!(
            file,
            "\n{} {{\n  url: {{{{baseUrl}}}}{url}{asked}\n  body: {kind}\n  auth: {auth}\n}}\n",
            self.method
        );
        file += &pairs("params:query", &query);
        file += &pairs("params:path", &self.parameters("path"));
        file += &pairs("headers", &self.parameters("header"));
        file += &auth_block;
        file += &body;
        if let Some(SignIn { kept: (name, from), .. }) = SignIn::of(id) {
            file += &pairs("vars:post-response", &[((*name).to_owned(), (*from).to_owned())]);
        }
        let told = text(&self.operation["description"]);
        if !told.is_empty() {
            file += &block("docs", told);
        }
        let folder = PathBuf::from(self.surface).join(text(&self.operation["tags"][0]));
        files.insert(folder.join(id).with_extension("bru"), file);
        if let Some(sent) = sent {
            files.insert(PathBuf::from(sent_file(id)), sent);
        }
    }

    /// The parameters of a place that the example gives.
    fn parameters(&self, place: &str) -> Vec<(String, String)> {
        let parameters = self.operation["parameters"].as_array().into_iter().flatten();
        parameters
            .filter(|one| one["in"] == place)
            .filter_map(|one| Some((text(&one["name"]).to_owned(), plain(one.get("example")?))))
            .collect()
    }

    /// Who calls, by the first scheme that the operation takes.
    fn auth(&self) -> (&'static str, String) {
        let scheme = self.operation["security"][0].as_object().and_then(|one| one.keys().next());
        let Some(scheme) = scheme else { return ("none", String::new()) };
        let bearer = |variable: &str| {
            ("bearer", pairs("auth:bearer", &[("token".to_owned(), format!("{{{{{variable}}}}}"))]))
        };
        let declared = &self.document["components"]["securitySchemes"][scheme];
        match (text(&declared["type"]), scheme.as_str()) {
            ("apiKey", _) => {
                let name = text(&declared["name"]).to_owned();
                let key = [("key", name), ("value", "{{apiKey}}".to_owned())];
                let key = key.map(|(name, value)| (name.to_owned(), value));
                let place = [("placement".to_owned(), "header".to_owned())];
                ("apikey", pairs("auth:apikey", &[&key[..], &place].concat()))
            }
            (_, "jwt") => bearer("providerToken"),
            (_, "bearer") if ["sub-tpp", "provider-instances"].contains(&self.surface) => {
                bearer("machineToken")
            }
            _ => bearer("accessToken"),
        }
    }

    /// What kind of body is sent, its block, and the file that goes with it.
    fn body(&self, id: &str) -> (&'static str, String, Option<String>) {
        let content = self.operation.pointer("/requestBody/content").and_then(Value::as_object);
        let example = content
            .into_iter()
            .flatten()
            .find_map(|(media, content)| Some((media.as_str(), content.get("example")?.clone())));
        match example {
            None => ("none", String::new(), None),
            Some(("multipart/form-data", example)) => {
                let file = ("file".to_owned(), format!("@file({})", sent_file(id)));
                let sent = text(&example["file"]).to_owned();
                ("multipartForm", pairs("body:multipart-form", &[file]), Some(sent))
            }
            Some((media, mut example)) => {
                for (name, value) in SignIn::of(id).into_iter().flat_map(|one| one.own) {
                    example[*name] = (*value).into();
                }
                if media == "application/x-www-form-urlencoded" {
                    let fields = example.as_object().map(named).unwrap_or_default();
                    return ("formUrlEncoded", pairs("body:form-urlencoded", &fields), None);
                }
                ("json", block("body:json", &format!("{example:#}")), None)
            }
        }
    }
}

/// The file that an operation is sent.
fn sent_file(id: &str) -> String {
    format!("files/{id}.csv")
}

fn named(members: &Map<String, Value>) -> Vec<(String, String)> {
    members.iter().map(|(name, value)| (name.clone(), plain(value))).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A value as it stands in an address or a form.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn meta(name: &str, kind: Option<&str>, place: usize) -> String {
    let kind = kind.map(|kind| format!("  type: {kind}\n")).unwrap_or_default();
    format!("meta {{\n  name: {name}\n{kind}  seq: {place}\n}}\n")
}

/// A block of names and values; nothing where there are none.
fn pairs(name: &str, pairs: &[(String, String)]) -> String {
    let lines: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    if lines.is_empty() { String::new() } else { block(name, &lines.join("\n")) }
}

/// A block of lines, which are indented, so that none of them ends it.
fn block(name: &str, content: &str) -> String {
    let lines = content.lines().map(|line| format!("  {line}").trim_end().to_owned());
    format!("\n{name} {{\n{}\n}}\n", lines.collect::<Vec<_>>().join("\n"))
}
