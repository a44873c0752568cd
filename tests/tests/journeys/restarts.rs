//! Functions that are killed in the middle of their work.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::Stack;
use super::main_job::demo;

/// While two hundred requests travel, function processes are killed again and
/// again. Nothing may be lost, and nothing counted twice.
#[tokio::test]
#[ignore = "needs a local stack"]
async fn killed_functions_lose_and_double_nothing() {
    let stack = Stack::alone();
    let mut demo = demo(&stack, &["--requests", "200"]);
    let mut running = demo.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the demo");
    let emulator = emulator(&stack);
    let mut killed = 0;
    let killing = async {
        loop {
            tokio::time::sleep(Duration::from_millis(700)).await;
            killed += kill_one(emulator, killed);
        }
    };
    tokio::select! {
        status = running.wait() => { status.expect("the demo"); }
        () = killing => {}
    }
    let output = running.wait_with_output().await.expect("the demo");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("200 final, 0 lost, 0 doubled"), "{told}");
    assert!(killed >= 10, "only {killed} were killed");
}

/// The emulator's process, as the stack's own files name it.
fn emulator(stack: &Stack) -> u32 {
    let state = stack.file.with_file_name("emulator.json");
    let state: serde_json::Value =
        serde_json::from_slice(&fs::read(state).expect("the emulator's file")).expect("JSON");
    let pid = state["process"].as_u64().expect("a process");
    u32::try_from(pid).expect("a process")
}

/// Kills one of the function processes below the emulator, each time another;
/// how many that were.
fn kill_one(emulator: u32, nth: usize) -> usize {
    let functions = functions_below(emulator);
    let Some(pid) = functions.get(nth % functions.len().max(1)) else { return 0 };
    let killed = Command::new("kill").args(["-9", &pid.to_string()]).status();
    usize::from(killed.is_ok_and(|status| status.success()))
}

fn functions_below(emulator: u32) -> Vec<u32> {
    let numbers = fs::read_dir("/proc").expect("/proc").filter_map(Result::ok);
    let numbers = numbers.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    numbers.filter(|pid| parent(*pid) == Some(emulator) && is_function(*pid)).collect()
}

fn parent(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

fn is_function(pid: u32) -> bool {
    let program = fs::read_link(format!("/proc/{pid}/exe")).unwrap_or_default();
    program.file_name().is_some_and(|name| name.to_string_lossy().starts_with("bootstrap"))
}
