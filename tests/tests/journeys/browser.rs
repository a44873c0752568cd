//! A browser, and what a developer does in one. It is told by Chrome's own
//! protocol, over a pipe: nothing is installed beside it.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::{sleep, timeout};

const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(150);
/// The pipe's ends are where the browser looks for them.
const WITH_PIPE: &str = r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null"#;
const ARGUMENTS: [&str; 10] = [
    "--headless",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1440,1000",
];

/// A browser with one page.
#[derive(Debug)]
pub(crate) struct Browser {
    process: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    session: String,
    orders_given: u64,
    events: Vec<Value>,
    profile: PathBuf,
}

impl Browser {
    /// Starts it with an empty page.
    pub(crate) async fn start() -> Self {
        let program = attesta_dev::browser::found().expect("Chromium or Chrome is installed");
        let profile = std::env::temp_dir().join(format!("attesta-{}", super::a_uuid()));
        let mut process = Command::new("sh")
            .args(["-c", WITH_PIPE])
            .arg(program)
            .args(ARGUMENTS)
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("a browser");
        let orders = process.stdin.take().expect("a pipe");
        let answers = BufReader::new(process.stdout.take().expect("a pipe"));
        let (session, events) = (String::new(), Vec::new());
        let mut browser =
            Self { process, orders, answers, session, orders_given: 0, events, profile };
        let page = browser.order("Target.createTarget", json!({"url": "about:blank"})).await;
        let which = json!({"targetId": page["targetId"], "flatten": true});
        let attached = browser.order("Target.attachToTarget", which).await;
        attached["sessionId"].as_str().expect("a session").clone_into(&mut browser.session);
        for part in ["Page", "Runtime", "Network", "Log"] {
            browser.order(&format!("{part}.enable"), json!({})).await;
        }
        browser
    }

    /// Opens a page, and waits until it is there.
    pub(crate) async fn open(&mut self, url: &str) {
        self.order("Page.navigate", json!({"url": url})).await;
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'").await;
    }

    /// What an expression comes to in the page, a promise's outcome too.
    pub(crate) async fn value(&mut self, expression: &str) -> Value {
        let told = self.evaluated(expression).await;
        let answer = &told["result"];
        assert!(told["error"].is_null() && answer["exceptionDetails"].is_null(), "{told}");
        answer["result"]["value"].clone()
    }

    /// Waits until an expression holds in the page, whichever page that is by then.
    pub(crate) async fn until(&mut self, expression: &str) {
        let start = Instant::now();
        let truth = format!("Boolean({expression})");
        while self.evaluated(&truth).await["result"]["result"]["value"] != true {
            if start.elapsed() > PATIENCE {
                let text = self.value("document.body.innerText").await;
                panic!("never: {expression}\n{}", text.as_str().unwrap_or_default());
            }
            sleep(LOOK_EVERY).await;
        }
    }

    async fn evaluated(&mut self, expression: &str) -> Value {
        let how = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        self.tell("Runtime.evaluate", how).await
    }

    /// Presses and releases a key.
    pub(crate) async fn press(&mut self, key: &str) {
        let mut down = json!({"type": "keyDown", "key": key});
        match key {
            "Enter" => {
                down["text"] = json!("\r");
                down["windowsVirtualKeyCode"] = json!(13);
            }
            "Escape" => down["windowsVirtualKeyCode"] = json!(27),
            _ => down["text"] = json!(key),
        }
        self.order("Input.dispatchKeyEvent", down).await;
        self.order("Input.dispatchKeyEvent", json!({"type": "keyUp", "key": key})).await;
    }

    /// Writes into what has the focus.
    pub(crate) async fn write(&mut self, text: &str) {
        self.order("Input.insertText", json!({"text": text})).await;
    }

    /// Has the page believe that its reader wants it `light` or `dark`.
    pub(crate) async fn prefer(&mut self, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.order("Emulation.setEmulatedMedia", json!({"features": features})).await;
    }

    /// What went wrong in the page since it was opened: errors of its scripts, what
    /// its policy forbade, and everything it asked of somebody but `own`.
    pub(crate) async fn wrongs(&mut self, own: &str) -> Vec<String> {
        // What happened before this answer was told before it.
        self.value("true").await;
        let is_wrong = |event: &&Value| {
            let what = &event["params"];
            match event["method"].as_str() {
                Some("Runtime.exceptionThrown") => true,
                Some("Log.entryAdded") => what["entry"]["level"] == "error",
                Some("Runtime.consoleAPICalled") => what["type"] == "error",
                Some("Network.requestWillBeSent") => {
                    let url = what["request"]["url"].as_str().unwrap_or_default();
                    !url.starts_with(own) && !url.starts_with("data:")
                }
                _ => false,
            }
        };
        self.events.iter().filter(is_wrong).map(Value::to_string).collect()
    }

    /// How often the page asked for something.
    pub(crate) fn asked(&self, url: &str) -> usize {
        let is_it = |event: &&Value| event["params"]["request"]["url"] == url;
        self.events.iter().filter(is_it).count()
    }

    /// What comes of an order.
    async fn order(&mut self, method: &str, params: Value) -> Value {
        let told = self.tell(method, params).await;
        assert!(told["error"].is_null(), "{method}: {told}");
        told["result"].clone()
    }

    /// What is told of an order, be it that it failed.
    async fn tell(&mut self, method: &str, params: Value) -> Value {
        self.orders_given += 1;
        let mut order = json!({"id": self.orders_given, "method": method, "params": params});
        if !self.session.is_empty() {
            order["sessionId"] = json!(self.session);
        }
        let order = format!("{order}\0");
        self.orders.write_all(order.as_bytes()).await.expect("a browser that listens");
        loop {
            let told = timeout(PATIENCE, self.told()).await.expect("an answer in time");
            if told["id"] == self.orders_given {
                return told;
            }
            self.events.push(told);
        }
    }

    /// Ends it, and waits for that: it writes to the last.
    pub(crate) async fn close(mut self) {
        self.order("Browser.close", json!({})).await;
        timeout(PATIENCE, self.process.wait()).await.expect("an end in time").expect("an end");
    }

    async fn told(&mut self) -> Value {
        let mut told = Vec::new();
        self.answers.read_until(0, &mut told).await.expect("a browser that answers");
        assert_eq!(told.pop(), Some(0), "the browser ended");
        serde_json::from_slice(&told).expect("JSON")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may still be writing there; the place is the system's to clean.
        let _ = fs::remove_dir_all(&self.profile);
    }
}
