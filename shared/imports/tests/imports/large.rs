//! A file as large as a job's may be.

use std::fmt::Write as _;
use std::fs;

use attesta_imports::{MOST_ROWS_IN_JOB, Worked};
use serde_json::json;

use crate::world::{Imports, LONG};

/// What this process takes of the machine's memory, in MiB; the most so far, too.
fn memory() -> [u64; 2] {
    let status = fs::read_to_string("/proc/self/status").expect("readable");
    ["VmRSS:", "VmHWM:"].map(|field| {
        let line = status.lines().find_map(|line| line.strip_prefix(field)).expect(field);
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
    })
}

/// All that the stand-ins keep, the report twice and the table, is counted in.
#[tokio::test]
async fn memory_stays_flat_however_many_rows_there_are() {
    let imports = Imports::start().await;
    let mut file = "reference,amount,action\n".to_owned();
    for number in 0..MOST_ROWS_IN_JOB {
        // Few things, so that what they are kept in is small.
        let _ = writeln!(file, "t{},{number},", number % 1_000);
    }
    let id = imports.started(file).await;
    let [idle, _] = memory();
    assert_eq!(imports.work(&id, LONG).await, Ok(Worked::Done));
    let [_, most] = memory();
    println!("{idle} MiB idle, {most} MiB at most");
    let job = imports.job(&id).await;
    assert_eq!((&job["done"], &job["success"]), (&json!(100_000), &json!(100_000)));
    let kept: usize = imports
        .world
        .aws
        .bucket
        .keys()
        .iter()
        .filter_map(|key| {
            imports.world.aws.bucket.get(key.strip_prefix("data/")?).map(|bytes| bytes.len())
        })
        .sum();
    let kept = u64::try_from(kept).expect("small") / 1024 / 1024;
    println!("{kept} MiB in the bucket");
    assert!(most - idle <= 64 + kept, "{idle} MiB idle, {most} MiB at most, {kept} kept");
}
