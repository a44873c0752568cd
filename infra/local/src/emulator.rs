//! The AWS account on this machine, played by `MiniStack`: its process, ports and state.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use serde::{Deserialize, Serialize};

use crate::home::{Home, fingerprint, read_json, remove, write_json, writing};
use crate::stack::Aws;
use crate::{process, python};

/// The first port to try; the API and the stand-ins take the next ones.
const FIRST_PORT: u16 = 4566;
const START: Duration = Duration::from_secs(60);
const STOP: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(50);

/// Ports that a stack keeps from one start to the next, as long as they are free.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Ports {
    aws: u16,
    api: u16,
    /// None in stacks of older versions.
    #[serde(default)]
    inbox: u16,
    /// None in stacks of older versions.
    #[serde(default)]
    assurance: u16,
    /// None in stacks of older versions.
    #[serde(default)]
    console: u16,
}

impl Ports {
    /// In the order in which the local AWS is told them.
    fn all(self) -> [u16; 5] {
        [self.aws, self.api, self.inbox, self.assurance, self.console]
    }
}

/// A running local AWS.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Emulator {
    process: u32,
    ports: Ports,
    /// Of the environment and the program it was started with.
    version: String,
}

impl Emulator {
    /// The running one, or a new one.
    pub(crate) fn started(home: &Home) -> Result<Self> {
        let version = fingerprint(&programs(home)?)?;
        match Self::running(home) {
            Some(emulator) if emulator.version == version && emulator.is_healthy() => {
                return Ok(emulator);
            }
            Some(emulator) => emulator.stop(home)?,
            None => {}
        }
        process::step("Starting the local AWS", || Self::start(home, version))
    }

    /// The one this stack started, if it still runs.
    pub(crate) fn running(home: &Home) -> Option<Self> {
        let emulator: Self = read_json(&record(home))?;
        let arguments = Command::new("ps")
            .args(["-ww", "-o", "args=", "-p", &emulator.process.to_string()])
            .output()
            .ok()?
            .stdout;
        // The number may be another program's by now.
        let ours = home.dev.join("api-id");
        String::from_utf8_lossy(&arguments).contains(&*ours.to_string_lossy()).then_some(emulator)
    }

    /// Stops it in the way that keeps its state.
    pub(crate) fn stop(&self, home: &Home) -> Result<()> {
        process::step("Stopping the local AWS", || {
            let pid = self.process.to_string();
            process::output(Command::new("kill").arg(&pid))?;
            let start = Instant::now();
            while Self::running(home).is_some() {
                if start.elapsed() > STOP {
                    bail!(
                        "process {pid} does not stop; end it with `kill -9 {pid}` (what came since the last start is lost)"
                    );
                }
                std::thread::sleep(POLL);
            }
            remove(&record(home))
        })
    }

    /// The HTTP API's root.
    pub(crate) fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.api)
    }

    /// Where the stand-in of WhatsApp and Slack is.
    pub(crate) fn inbox_url(&self) -> String {
        format!("https://127.0.0.1:{}", self.ports.inbox)
    }

    /// Where the stand-in of Red Tractor is.
    pub(crate) fn assurance_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.assurance)
    }

    /// Where the console is.
    pub(crate) fn console_url(&self) -> String {
        format!("http://localhost:{}/", self.ports.console)
    }

    /// How to reach it as AWS.
    pub(crate) fn aws(&self) -> Aws {
        Aws {
            endpoint_url: endpoint(self.ports.aws),
            region: REGION.to_owned(),
            access_key_id: "test".to_owned(),
            secret_access_key: "test".to_owned(),
        }
    }

    /// The status code of a GET below the HTTP API's root.
    pub(crate) fn get(&self, path: &str) -> Option<u16> {
        get(self.ports.api, path)
    }

    fn is_healthy(&self) -> bool {
        get(self.ports.aws, "/_ministack/health") == Some(200)
    }

    fn start(home: &Home, version: String) -> Result<Self> {
        let ports = free_ports(home)?;
        let mut child = spawn(home, ports)?;
        let emulator = Self { process: child.id(), ports, version };
        write_json(&record(home), &emulator)?;
        let start = Instant::now();
        while !emulator.is_healthy() {
            if child.try_wait()?.is_some() || start.elapsed() > START {
                let _ = child.kill();
                let log = fs::read_to_string(log(home)).unwrap_or_default();
                bail!("the local AWS did not start:\n{}", process::last_lines(&log));
            }
            std::thread::sleep(POLL);
        }
        Ok(emulator)
    }
}

/// The region that the local AWS plays.
pub(crate) const REGION: &str = "eu-west-1";

/// What the stand-in of WhatsApp wants to be shown. It opens nothing else.
pub(crate) const WHATSAPP_TOKEN: &str = "local-whatsapp-token";

/// What the stand-in of Red Tractor wants to be shown. It opens nothing else.
pub(crate) const ASSURANCE_KEY: &str = "local-red-tractor-key";

/// Removes what the local AWS remembers.
pub(crate) fn forget(home: &Home) -> Result<()> {
    let own = ["state", "s3", "tmp", "logs", "api-id", "calls.jsonl", "inbox.jsonl"];
    own.iter()
        .chain(&["emulator.json", "emulator.log"])
        .try_for_each(|name| remove(&home.dev.join(name)))
}

/// A program that talks to the local AWS, and to no other.
pub(crate) fn client(home: &Home, aws: &Aws, name: &str) -> Command {
    let mut command = python::LOCAL_AWS.tool(home, name);
    let foreign = std::env::vars_os().map(|(name, _)| name);
    for name in foreign.filter(|name| name.to_string_lossy().starts_with("AWS_")) {
        command.env_remove(name);
    }
    command
        .current_dir(&home.root)
        .env("AWS_ACCESS_KEY_ID", &aws.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", &aws.secret_access_key)
        .env("AWS_ENDPOINT_URL", &aws.endpoint_url)
        .env("AWS_DEFAULT_REGION", &aws.region)
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("NO_PROXY", "127.0.0.1,localhost")
        .env("SAM_CLI_TELEMETRY", "0")
        .env("__SAM_CLI_APP_DIR", home.dev.join("sam"));
    command
}

/// What the local AWS is made of, but for the console's page, which is read anew
/// each time that it is asked for.
fn programs(home: &Home) -> Result<Vec<PathBuf>> {
    let mut files = ["requirements.txt", "emulator.py", "rights.py", "inbox.py", "assurance.py"]
        .map(|name| home.tool(name))
        .to_vec();
    let console = home.tool("console");
    for entry in fs::read_dir(&console).with_context(|| format!("no {}", console.display()))? {
        files.push(entry?.path());
    }
    files.retain(|file| file.is_file());
    files.sort();
    Ok(files)
}

fn spawn(home: &Home, ports: Ports) -> Result<Child> {
    let in_dev = |name: &str| home.dev.join(name);
    // Copies of the functions' code; made anew as they are called.
    remove(&in_dev("tmp"))?;
    for name in ["state", "s3", "tmp"] {
        fs::create_dir_all(in_dev(name)).with_context(|| writing(&in_dev(name)))?;
    }
    let log = File::create(log(home)).with_context(|| writing(&log(home)))?;
    // Its whole environment is handed on to the functions, so it gets a bare one.
    python::LOCAL_AWS
        .tool(home, "python")
        .arg(home.tool("emulator.py"))
        .args(ports.all().map(|port| port.to_string()))
        .args([WHATSAPP_TOKEN, ASSURANCE_KEY])
        .arg(in_dev("api-id"))
        .current_dir(&home.dev)
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", python::LOCAL_AWS.programs(home).display()))
        .env("HOME", &home.dev)
        .env("TMPDIR", in_dev("tmp"))
        .env("AUTH", "true")
        .env("AWS_ENDPOINT_URL", endpoint(ports.aws))
        .env("BIND_HOST", "127.0.0.1")
        .env("GATEWAY_PORT", ports.aws.to_string())
        .env("IOT_MTLS_ENABLED", "0")
        .env("MINISTACK_COGNITO_PRETOKEN_STRICT", "1")
        .env("MINISTACK_REGION", REGION)
        .env("PERSIST_STATE", "1")
        .env("S3_DATA_DIR", in_dev("s3"))
        .env("S3_PERSIST", "1")
        .env("SFTP_ENABLED", "0")
        .env("SSL_CERT_FILE", in_dev("roots.pem"))
        .env("STATE_DIR", in_dev("state"))
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .process_group(0)
        .spawn()
        .context("could not start the local AWS")
}

fn free_ports(home: &Home) -> Result<Ports> {
    let path = home.dev.join("ports.json");
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let known =
        read_json::<Ports>(&path).filter(|ports| is_free(&ports.aws) && is_free(&ports.api));
    let kept = known.map(Ports::all).unwrap_or_default();
    let mut free = (FIRST_PORT..u16::MAX).filter(is_free).filter(|port| !kept.contains(port));
    let mut next = || free.next().ok_or_else(|| anyhow!("no free port from {FIRST_PORT} on"));
    let mut own = |port: u16| if port != 0 && is_free(&port) { Ok(port) } else { next() };
    let [aws, api, inbox, assurance, console] = kept;
    let ports = Ports {
        aws: own(aws)?,
        api: own(api)?,
        inbox: own(inbox)?,
        assurance: own(assurance)?,
        console: own(console)?,
    };
    write_json(&path, &ports)?;
    Ok(ports)
}

/// The status code of a GET on this machine.
fn get(port: u16, path: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")
        .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split(' ').nth(1)?.parse().ok()
}

fn endpoint(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

fn record(home: &Home) -> PathBuf {
    home.dev.join("emulator.json")
}

/// What the local AWS says.
pub(crate) fn log(home: &Home) -> PathBuf {
    home.dev.join("emulator.log")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_taken_is_left_to_who_has_it() {
        let dev = std::env::temp_dir().join(format!("attesta-ports-{}", std::process::id()));
        fs::create_dir_all(&dev).expect("made");
        let home = Home { root: dev.clone(), dev };
        let all = |ports: Ports| [ports.aws, ports.api, ports.inbox, ports.assurance];
        let first = all(free_ports(&home).expect("ports"));
        let _taken = TcpListener::bind(("127.0.0.1", first[1])).expect("it was free");
        let second = all(free_ports(&home).expect("ports"));
        assert!(!second.contains(&first[1]), "{second:?}");
        let distinct = std::collections::BTreeSet::from(second);
        assert_eq!(distinct.len(), second.len());
        remove(&home.dev).expect("removed");
    }
}
