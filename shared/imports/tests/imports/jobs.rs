//! Files of queue jobs.

use std::time::Duration;

use attesta_imports::{SLICE, Worked};
use attesta_model::{Error, ImportJobId};
use attesta_store::{Claimed, ImportProgress};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{Imports, LONG, things};

/// So many rows, each with an action.
fn rows(count: u32, action: impl Fn(u32) -> &'static str) -> String {
    let lines = (0..count).map(|number| format!("t{number:05},{number},{}", action(number)));
    things(&lines.collect::<Vec<_>>().iter().map(String::as_str).collect::<Vec<_>>())
}

#[tokio::test]
async fn a_file_goes_from_its_form_to_its_report() {
    let imports = Imports::start().await;
    let staff = &imports.world.staff;
    let made = imports.call("POST", "/things/import/jobs", staff, &Value::Null).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let id = made.body["id"].as_str().expect("an id").to_owned();
    assert_eq!(made.body["expiresAtUTC"], "2025-11-22T08:15:00Z");
    let start = format!("/things/import/jobs/{id}/start");
    let early = imports.call("POST", &start, staff, &Value::Null).await;
    let expected = (409, &json!("nothing_uploaded"));
    assert_eq!((early.status.as_u16(), &early.body["code"]), expected);
    assert_eq!(imports.work(&id, LONG).await, Ok(Worked::Over));
    let key = made.body["upload"]["fields"]["key"].as_str().expect("a key").to_owned();
    let file = things(&["a,1,", "b,1,conflict", "c,x,", "d,1,panic"]);
    imports.world.aws.bucket.put_bytes(&key, file.clone());
    let started = imports.call("POST", &start, staff, &Value::Null).await;
    assert_eq!(started.status, 200, "{}", started.body);
    // Whoever holds the form can change the file no more.
    imports.world.aws.bucket.put_bytes(&key, "reference,amount\nz,1\n");
    let waiting = imports.job(&id).await;
    assert_eq!((&waiting["status"], &waiting["total"]), (&json!("waiting"), &Value::Null));
    assert_eq!(imports.called().await, [id.as_str()]);
    let again = imports.call("POST", &start, staff, &Value::Null).await;
    assert_eq!((again.status.as_u16(), &again.body), (200, &waiting));
    assert!(imports.called().await.is_empty());

    assert_eq!(imports.work(&id, LONG).await, Ok(Worked::Done));
    let done = imports.job(&id).await;
    assert_eq!(
        done,
        json!({
            "id": id, "status": "done", "organisationId": null, "total": 4, "done": 4,
            "success": 1, "validation": 1, "errors": 2, "failure": null,
            "report": done["report"], "createdAtUTC": "2025-11-22T08:00:00Z",
            "startedAtUTC": "2025-11-22T08:00:00Z", "finishedAtUTC": "2025-11-22T08:00:00Z",
        })
    );
    // The same as in a request.
    let same = imports.import(staff, None, &file).await;
    let mut expected = same.body;
    expected["results"][0]["message"] = json!(["Made."]);
    assert_eq!(imports.report(&id).await, expected);
    assert_eq!(imports.work(&id, LONG).await, Ok(Worked::Over));
}

#[tokio::test]
async fn a_run_whose_time_is_up_leaves_the_rest_to_the_next() {
    let imports = Imports::start().await;
    let count = 3 * SLICE + 10;
    let id = imports.started(rows(count, |_| "")).await;
    let mut runs = 0;
    loop {
        assert_eq!(imports.called().await, [id.as_str()], "run {runs}");
        match imports.work(&id, Duration::ZERO).await.expect("worked") {
            Worked::HandedOver => runs += 1,
            other => break assert_eq!(other, Worked::Done),
        }
        let job = imports.job(&id).await;
        assert_eq!((&job["status"], &job["total"]), (&json!("running"), &json!(count)));
        let done = job["done"].as_u64().expect("a count");
        let expected = u64::from(runs * SLICE);
        assert!((expected - u64::from(runs)..=expected).contains(&done), "{done}");
    }
    assert_eq!(runs, 3);
    assert!(imports.called().await.is_empty());
    assert!(imports.things.applied().values().all(|times| *times == 1));
    let report = imports.report(&id).await;
    assert_eq!(report["success"], count);
    let lines = report["results"].as_array().expect("a list").iter();
    let lines: Vec<_> = lines.map(|row| row["rows"].as_str().expect("lines")).collect();
    assert_eq!(lines, (2..count + 2).map(|line| line.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_run_that_breaks_off_is_taken_up_where_it_was_noted() {
    let imports = Imports::start().await;
    imports.things.can_break(&imports.world.aws.bucket);
    let (count, at) = (3 * SLICE, SLICE + 7);
    let id = imports.started(rows(count, |number| if number == at { "break" } else { "" })).await;
    let broken = imports.work(&id, LONG).await;
    assert!(matches!(broken, Err(Error::Internal(_))), "{broken:?}");
    let job = imports.job(&id).await;
    assert_eq!(job["status"], "running");
    assert!(job["done"].as_u64().expect("a count") < u64::from(2 * SLICE));
    imports.world.aws.bucket.set_down(false);
    assert_eq!(imports.work(&id, LONG).await, Ok(Worked::Done));
    let applied = imports.things.applied();
    let twice: Vec<_> = applied.values().filter(|times| **times == 2).collect();
    assert!(!twice.is_empty() && twice.len() <= usize::try_from(SLICE).expect("small"));
    assert!(applied.values().all(|times| *times <= 2));
    let report = imports.report(&id).await;
    assert_eq!(report["success"], count);
    assert_eq!(report["results"].as_array().map(Vec::len), usize::try_from(count).ok());
}

#[tokio::test]
async fn rows_that_are_one_thing_are_never_cut_apart() {
    let imports = Imports::start().await;
    // The second thing begins right before the end of the first slice.
    let file = rows(SLICE + 5, |number| if number < SLICE - 2 { "" } else { "more" });
    let at = SLICE - 3;
    let file: String = file
        .lines()
        .map(|line| match line.ends_with(",more") {
            true => format!("t{at:05},1,more\n"),
            false => format!("{line}\n"),
        })
        .collect();
    let id = imports.started(file).await;
    assert_eq!(imports.work(&id, Duration::ZERO).await, Ok(Worked::HandedOver));
    assert_eq!(imports.work(&id, Duration::ZERO).await, Ok(Worked::Done));
    assert!(imports.things.applied().values().all(|times| *times == 1));
    let thing = format!("t{at:05}");
    let report = imports.report(&id).await;
    let last = report["results"].as_array().and_then(|rows| rows.last()).expect("rows");
    assert_eq!(last["reference"], json!(thing));
    assert_eq!(last["rows"], json!(format!("{}-{}", SLICE - 1, SLICE + 6)));
    assert_eq!(imports.job(&id).await["done"], json!(SLICE + 5));
}

#[tokio::test]
async fn a_file_that_can_not_be_read_fails_as_a_whole() {
    let imports = Imports::start().await;
    let half = [rows(SLICE, |_| "").as_bytes(), b"\xff,1,\n"].concat();
    let many = [b"reference,amount\n".to_vec(), b"a,1\n".repeat(100_001)].concat();
    for (file, why) in [
        (b"name\nx\n".to_vec(), "lacks columns"),
        (b"reference,amount\n".to_vec(), "empty"),
        (half, "UTF-8"),
        (many, "more than 100000 rows"),
    ] {
        let id = imports.started(file).await;
        assert_eq!(imports.work(&id, LONG).await, Ok(Worked::Failed));
        let job = imports.job(&id).await;
        assert_eq!((&job["status"], &job["report"]), (&json!("failed"), &Value::Null));
        assert!(job["failure"].as_str().is_some_and(|told| told.contains(why)), "{job}");
        assert_eq!(imports.work(&id, LONG).await, Ok(Worked::Over));
    }
    assert!(imports.things.applied().is_empty());
}

#[tokio::test]
async fn two_runs_never_work_on_one_import() {
    let imports = Imports::start().await;
    let store = &imports.world.store;
    let id = imports.started(things(&["a,1,"])).await;
    let import: ImportJobId = id.parse().expect("an id");
    let Ok(Claimed::Own(first)) = store.claim_import(import).await else { panic!("free") };
    assert_eq!(imports.work(&id, LONG).await, Ok(Worked::Busy));
    // It has died, for all that anybody knows.
    imports.world.clock.advance(SignedDuration::from_mins(7));
    assert_eq!(imports.work(&id, LONG).await, Ok(Worked::Done));
    let late = store.note_import(&first, &ImportProgress::default()).await;
    assert!(matches!(late, Err(Error::Internal(_))), "{late:?}");
    assert!(store.hand_over_import(&first).await.is_err());
    assert_eq!(imports.job(&id).await["done"], 1);
}

#[tokio::test]
async fn nobody_works_on_a_kind_that_is_not_known() {
    let imports = Imports::start().await;
    let made =
        imports.call("POST", "/staff-things/import/jobs", &imports.world.staff, &Value::Null);
    let made = made.await.body;
    let key = made["upload"]["fields"]["key"].as_str().expect("a key");
    imports.world.aws.bucket.put_bytes(key, things(&["a,1,"]));
    let id = made["id"].as_str().expect("an id");
    let path = format!("/staff-things/import/jobs/{id}/start");
    imports.call("POST", &path, &imports.world.staff, &Value::Null).await;
    let refused = imports.work(id, LONG).await;
    assert!(matches!(refused, Err(Error::Internal(why)) if why.contains("staff-things")));
    // Nothing is lost: a worker that knows it may still come.
    assert_eq!(imports.called().await, [id]);
}
