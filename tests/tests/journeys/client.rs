//! The running stack, and calling it over HTTP.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use attesta_reference_provider::http::{Client, Method};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sqs::config::{Credentials, SharedCredentialsProvider};
use http::Request;
use serde_json::{Value, json};
use tokio::process::Command;
use uuid::Uuid;

/// How long to wait for what others do.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(150);
/// How long a token is taken to be good: half of what it lives.
const KEPT: Duration = Duration::from_mins(30);

/// What `stack.json` tells.
#[derive(Debug)]
pub(crate) struct Stack {
    /// The file itself.
    pub(crate) file: PathBuf,
    known: Value,
    http: Client,
    /// Until the journey ends, its turn on the stack.
    _turn: File,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The body, where it is JSON; else null.
    pub(crate) body: Value,
    /// The body as it came.
    pub(crate) bytes: Vec<u8>,
}

impl Stack {
    /// The stack that `ATTESTA_STACK` names, which other journeys use too.
    pub(crate) fn running() -> Self {
        Self::opened(File::lock_shared)
    }

    /// The same without any others: for a journey that breaks things.
    pub(crate) fn alone() -> Self {
        Self::opened(File::lock)
    }

    fn opened(turn: fn(&File) -> io::Result<()>) -> Self {
        let file = std::env::var_os("ATTESTA_STACK").expect("ATTESTA_STACK names stack.json");
        let file = PathBuf::from(file).canonicalize().expect("the stack's file");
        let opened = File::open(&file).expect("a stack that runs");
        turn(&opened).expect("a turn");
        let known = serde_json::from_reader(&opened).expect("JSON");
        Self { file, known, http: Client::new(), _turn: opened }
    }

    /// Something that `stack.json` tells, by its path.
    pub(crate) fn text(&self, pointer: &str) -> String {
        let value = self.known.pointer(pointer).unwrap_or_else(|| panic!("no {pointer}"));
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }

    /// Calls an operation; an empty token is none, a null body none either.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let url = format!("{}{path}", self.text("/baseUrl"));
        let mut request =
            Request::builder().method(method).uri(url).header("content-type", "application/json");
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.send(&request.body(bytes).expect("a request")).await
    }

    /// Calls with a body, and a key of this call's own.
    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        let key = a_uuid().to_string();
        self.call(Method::POST, path, token, body, &[("idempotency-key", &key)]).await
    }

    /// Posts a form, which is encoded already.
    pub(crate) async fn post_form(&self, path: &str, form: &str) -> Answer {
        let url = format!("{}{path}", self.text("/baseUrl"));
        let request =
            Request::post(url).header("content-type", "application/x-www-form-urlencoded");
        let request = request.body(form.as_bytes().to_vec()).expect("a request");
        self.send(&request).await
    }

    pub(crate) async fn send(&self, request: &Request<Vec<u8>>) -> Answer {
        let answer = self.http.send(request).await.expect("an answer");
        let body = serde_json::from_slice(&answer.body).unwrap_or_default();
        Answer { status: answer.status, body, bytes: answer.body }
    }

    /// Reads.
    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        self.call(Method::GET, path, token, &Value::Null, &[]).await
    }

    /// Reads again and again until the answer is as wanted.
    pub(crate) async fn until(
        &self,
        path: &str,
        token: &str,
        is_so: impl Fn(&Answer) -> bool,
    ) -> Answer {
        let start = Instant::now();
        loop {
            let answer = self.get(path, token).await;
            if is_so(&answer) {
                return answer;
            }
            assert!(start.elapsed() < PATIENCE, "still so: {answer:?}");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Has a function do now what a schedule has it do in time.
    pub(crate) async fn run(&self, function: &str) {
        let key = self.text("/aws/accessKeyId");
        let signed = format!(
            "AWS4-HMAC-SHA256 Credential={key}/20260101/eu-west-1/lambda/aws4_request, \
             SignedHeaders=host, Signature=unchecked"
        );
        let place = self.text("/aws/endpointUrl");
        let request =
            Request::post(format!("{place}/2015-03-31/functions/attesta-{function}/invocations"));
        let request = request.header("authorization", signed).body(b"{}".to_vec());
        let answer = self.http.send(&request.expect("a request")).await.expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.summary());
    }

    /// The local AWS with the worker's own key.
    pub(crate) fn aws_of_worker(&self) -> SdkConfig {
        self.aws_with(["/provider/awsAccessKeyId", "/provider/awsSecretAccessKey"])
    }

    /// The local AWS with the key that may do anything.
    pub(crate) fn aws(&self) -> SdkConfig {
        self.aws_with(["/aws/accessKeyId", "/aws/secretAccessKey"])
    }

    fn aws_with(&self, [id, secret]: [&str; 2]) -> SdkConfig {
        let credentials =
            Credentials::new(self.text(id), self.text(secret), None, None, "stack.json");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.text("/aws/region")))
            .endpoint_url(self.text("/aws/endpointUrl"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(self.http.for_sdk())
            .build()
    }

    /// The texts of the e-mails to an address so far, oldest first.
    pub(crate) async fn mails_to(&self, address: &str) -> Vec<String> {
        let place = format!("{}/_ministack/ses/messages", self.text("/aws/endpointUrl"));
        let request = Request::get(place).body(Vec::new()).expect("a request");
        let answer = self.http.send(&request).await.expect("an answer");
        let known: Value = serde_json::from_slice(&answer.body).expect("JSON");
        let accounts = known["messages"].as_object().expect("accounts").values();
        let mails = accounts.flat_map(|mails| mails.as_array().into_iter().flatten());
        let own = mails.filter(|mail| mail["To"] == json!([address]));
        own.map(|mail| format!("{} {}", mail["BodyText"], mail["BodyHtml"])).collect()
    }

    /// The access token of one of the seeded people. The first journey that
    /// needs it signs in, and the others find it kept: nobody signs in as often
    /// as there are journeys without being told to wait.
    pub(crate) async fn sign_in(&self, who: &str) -> String {
        let kept = self.file.with_file_name("tmp").join(format!("signed-in-{who}"));
        let mut options = File::options();
        let file = options.read(true).write(true).create(true).truncate(false).open(kept);
        let mut file = file.expect("a file that goes with the stack");
        file.lock().expect("a turn");
        let changed = file.metadata().and_then(|about| about.modified()).expect("a time");
        let mut token = String::new();
        if changed.elapsed().is_ok_and(|age| age < KEPT) {
            file.read_to_string(&mut token).expect("a token");
        }
        if token.is_empty() {
            token = self.signed_in(who).await;
            file.set_len(0).expect("emptied");
            file.rewind().expect("rewound");
            file.write_all(token.as_bytes()).expect("kept");
        }
        token
    }

    async fn signed_in(&self, who: &str) -> String {
        let body = json!({
            "username": self.text(&format!("/{who}/username")),
            "password": self.text(&format!("/{who}/password")),
        });
        let mut answer = self.post("/customers/auth/login", "", &body).await;
        if answer.body["challenge"]["challengeName"] == "SOFTWARE_TOKEN_MFA" {
            let body = json!({
                "challengeName": "SOFTWARE_TOKEN_MFA",
                "session": answer.body["challenge"]["session"],
                "username": body["username"],
                "code": self.code_of(who).await,
            });
            answer = self.post("/customers/auth/challenge", "", &body).await;
        }
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        answer.body["tokens"]["access"].as_str().expect("a token").to_owned()
    }

    /// What the authenticator of somebody of the staff shows now.
    async fn code_of(&self, who: &str) -> String {
        let of = if who == "staff" { "staff" } else { "staff-readonly" };
        let output = Command::new(env!("CARGO"))
            .args(["dev", "code", of])
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .env("ATTESTA_STACK", &self.file)
            .stdin(Stdio::null())
            .output();
        let output = output.await.expect("a code");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// The access token of the seeded provider.
    pub(crate) async fn provider_token(&self) -> String {
        let [role, secret] = ["/provider/roleId", "/provider/secretId"].map(|at| self.text(at));
        self.token_of(&role, &secret).await
    }

    /// The access token of a provider.
    pub(crate) async fn token_of(&self, role_id: &str, secret_id: &str) -> String {
        let body = json!({"role_id": role_id, "secret_id": secret_id});
        let answer = self.post("/api/v2/auth/approle", "", &body).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        answer.body["token"]["access_token"].as_str().expect("a token").to_owned()
    }

    /// A new learner of the seeded organisation, and where to submit for them.
    pub(crate) async fn new_learner(&self, token: &str) -> String {
        let place = format!("{}/{}/", self.text("/organisationId"), a_uuid());
        let path = format!("/lapi/v1/learner/{place}");
        let answer = self.call(Method::PUT, &path, token, &json!({}), &[]).await;
        assert_eq!(answer.status, 201, "{:?}", answer.body);
        place
    }
}

/// One that a client made up.
pub(crate) fn a_uuid() -> Uuid {
    #[expect(clippy::disallowed_methods, reason = "a client has no IdFactory")]
    Uuid::new_v4()
}
