//! Files in a request.

use std::time::Duration;

use attesta_testing::Answer;
use serde_json::{Value, json};

use crate::world::{Imports, form, things};

/// Each row's lines, status and first message.
fn told(answer: &Answer) -> Vec<[String; 3]> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let results = answer.body["results"].as_array().expect("a list").iter();
    let row = |row: &Value| [text(&row["rows"]), text(&row["status"]), text(&row["message"][0])];
    results.map(row).collect()
}

fn counts(answer: &Answer) -> [u64; 3] {
    ["success", "validation", "errors"].map(|count| answer.body[count].as_u64().expect("a count"))
}

#[tokio::test]
async fn every_row_stands_alone_and_is_told_of_in_order() {
    let imports = Imports::start().await;
    let file = things(&[
        "a,1,slow",
        "b,1,conflict",
        ",x,",
        "c,1,panic",
        "d,1,internal",
        "e,1,panic at reading",
        "f,1",
        "\"g\nh\",2,",
        ",,",
        "i,3,invalid",
    ]);
    let answer = imports.import(&imports.world.staff, None, &file).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let wrong = "Something went wrong with us";
    let expected = [
        ["2", "success", "Made."],
        ["3", "error", "It is taken."],
        ["4", "validation", "reference is required"],
        ["5", "error", &format!("{wrong} at this row.")],
        ["6", "error", &format!("{wrong}; import the row again.")],
        ["7", "error", &format!("{wrong} at this row.")],
        ["8", "validation", "The row has 2 fields, the first line 3."],
        ["9-10", "success", "Made."],
        ["12", "validation", "amount is too much"],
    ];
    assert_eq!(told(&answer), expected.map(|row| row.map(str::to_owned)));
    assert_eq!(counts(&answer), [2, 3, 4]);
    let first = &answer.body["results"][0];
    assert_eq!(
        *first,
        json!({
            "rows": "2", "status": "success", "message": ["Made."],
            "summary": "1 of it", "id": "id-a", "reference": "a",
        })
    );
    let both = json!(["reference is required", "amount must be a number"]);
    assert_eq!(answer.body["results"][2]["message"], both);
    assert!(!answer.body.to_string().contains("a secret"));
    assert_eq!(imports.things.made().len(), 2);
}

#[tokio::test]
async fn rows_are_applied_side_by_side_within_bounds() {
    let imports = Imports::start().await;
    let lines: Vec<_> = (0..100).map(|number| format!("t{number:03},{number},slow")).collect();
    let file = things(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let answer = imports.import(&imports.world.staff, None, &file).await;
    assert_eq!(counts(&answer), [100, 0, 0]);
    let references: Vec<_> = told(&answer).into_iter().map(|[rows, ..]| rows).collect();
    assert_eq!(references, (2..102).map(|line| line.to_string()).collect::<Vec<_>>());
    assert_eq!(imports.things.most_at_once(), 16);
}

#[tokio::test]
async fn rows_that_there_is_no_time_for_say_so() {
    let imports = Imports::within(Duration::from_millis(50)).await;
    let lines: Vec<_> = (0..200).map(|number| format!("t{number:03},{number},slow")).collect();
    let file = things(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let answer = imports.import(&imports.world.staff, None, &file).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let [success, _, errors] = counts(&answer);
    assert!(success > 0 && errors > 0 && success + errors == 200, "{success} {errors}");
    let made = imports.things.made().len();
    assert_eq!(u64::try_from(made).expect("small"), success);
    let last = &answer.body["results"][199];
    assert_eq!((&last["rows"], &last["reference"]), (&json!("201"), &json!("t199")));
    let said = last["message"][0].as_str().expect("a message");
    assert!(said.contains("no time"), "{said}");
}

#[tokio::test]
async fn of_rows_that_change_the_same_the_later_counts() {
    let imports = Imports::start().await;
    let file = things(&["a,1,slow", "b,5,", "a,2,"]);
    let answer = imports.import(&imports.world.staff, None, &file).await;
    assert_eq!(counts(&answer), [3, 0, 0]);
    assert_eq!(imports.things.made()["a"], 2.0);
}

#[tokio::test]
async fn rows_that_are_one_thing_are_applied_and_told_of_as_one() {
    let imports = Imports::start().await;
    let file = things(&["a,1,", "a,2,more", "a,x,more", "a,3,more", "b,1,", "b,1,"]);
    let answer = imports.import(&imports.world.staff, None, &file).await;
    let expected = [
        ["2-5", "success", "Made."],
        ["4", "validation", "amount must be a number"],
        ["6", "success", "Made."],
        ["7", "success", "Changed."],
    ];
    assert_eq!(told(&answer), expected.map(|row| row.map(str::to_owned)));
    assert_eq!(imports.things.made()["a"], 6.0);
    assert_eq!(imports.things.applied()["a"], 1);
}

#[tokio::test]
async fn columns_may_stand_in_any_order_and_others_beside_them() {
    let imports = Imports::start().await;
    let file = "\u{feff}Colour, AMOUNT ,Reference\r\nred,4,\"a,b\"\r\n";
    let answer = imports.import(&imports.world.staff, None, file).await;
    assert_eq!(counts(&answer), [1, 0, 0], "{}", answer.body);
    assert_eq!(imports.things.made()["a,b"], 4.0);
}

#[tokio::test]
async fn several_files_are_told_apart() {
    let imports = Imports::start().await;
    let (one, two) = (things(&["a,1,"]), things(&["b,1,", "c,,"]));
    let body = form(&[
        ("file", Some("one.csv"), one.as_bytes()),
        ("file", Some(""), b""),
        ("file", None, two.as_bytes()),
    ]);
    let answer = imports.post("/things/import", Some(&imports.world.staff), body).await;
    let rows: Vec<_> = told(&answer).into_iter().map(|[rows, ..]| rows).collect();
    assert_eq!(rows, ["one.csv:2", "file 2:2", "file 2:3"]);
}

#[tokio::test]
async fn what_is_no_file_of_things_is_refused_before_anything_is_done() {
    let imports = Imports::start().await;
    let file = |content: &[u8]| form(&[("file", Some("f.csv"), content)]);
    let many: String = (0..501).map(|number| format!("t{number},1,\n")).collect();
    let good = things(&["a,1,"]);
    let two = form(&[
        ("file", Some("f.csv"), good.as_bytes()),
        ("file", Some("g.csv"), b"reference,amount\n\"a,1\n"),
    ]);
    for (body, code, said) in [
        (form(&[("organisationName", None, b"x")]), "refused", "no file"),
        (form(&[("file", Some(""), b"")]), "refused", "no file"),
        (b"nothing".to_vec(), "refused", "can't be read"),
        (file(b""), "refused", "empty"),
        (file(b"reference,amount\n\n,,\n"), "refused", "empty"),
        (file(b"name\nx\n"), "refused", "lacks columns: reference, amount"),
        (file(b"reference,amount\n\xff,1\n"), "refused", "UTF-8"),
        (file(b"reference,amount\n\"a,1\n"), "refused", "no end"),
        (two, "refused", "no end"),
        (file(format!("reference,amount,action\n{many}").as_bytes()), "refused", "/jobs"),
        (form(&[("files", Some("f.csv"), good.as_bytes())]), "invalid_request", "not valid"),
    ] {
        let answer = imports.post("/things/import", Some(&imports.world.staff), body).await;
        assert_eq!((answer.status.as_u16(), &answer.body["code"]), (400, &json!(code)), "{said}");
        let message = answer.body["message"].as_str().expect("a message");
        assert!(message.contains(said), "{message}");
    }
    let path = "/things/import";
    let json = imports.call("POST", path, &imports.world.staff, &json!({})).await;
    assert_eq!((json.status.as_u16(), &json.body["code"]), (400, &json!("refused")));
    assert!(imports.things.applied().is_empty());
}

#[tokio::test]
async fn five_hundred_rows_are_taken() {
    let imports = Imports::start().await;
    let lines: Vec<_> = (0..500).map(|number| format!("t{number},1,")).collect();
    let file = things(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let answer = imports.import(&imports.world.staff, None, &file).await;
    assert_eq!(counts(&answer), [500, 0, 0]);
    let again = imports.import(&imports.world.staff, None, &file).await;
    assert_eq!(counts(&again), [500, 0, 0]);
    assert_eq!(imports.things.made().len(), 500);
}

#[tokio::test]
async fn more_than_six_mebibytes_are_too_large() {
    let imports = Imports::start().await;
    let mut file = things(&["a,1,"]).into_bytes();
    // Much more than elsewhere is taken.
    file.extend(vec![b'\n'; 5 * 1024 * 1024]);
    let body = form(&[("file", Some("f.csv"), &file)]);
    let answer = imports.post("/things/import", Some(&imports.world.staff), body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    file.extend(vec![b'\n'; 1024 * 1024]);
    let body = form(&[("file", Some("f.csv"), &file)]);
    let answer = imports.post("/things/import", Some(&imports.world.staff), body).await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (413, &json!("too_large")));
}

#[tokio::test]
async fn the_template_is_a_file_that_can_be_imported() {
    let imports = Imports::start().await;
    let path = "/things/import/template";
    let answer = imports.call("GET", path, &imports.world.user, &Value::Null).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    let name = "attachment; filename=\"things.csv\"";
    assert_eq!(answer.header("content-disposition"), Some(name));
    let template = attesta_imports::template(&imports.things);
    assert_eq!(template, "reference,amount,action\r\n\"A, \"\"B\"\"\",1.5,\r\n");
    let answer = imports.import(&imports.world.staff, None, &template).await;
    assert_eq!(counts(&answer), [1, 0, 0]);
    let page = attesta_imports::documented("Things", &imports.things);
    assert!(page.contains("\n| `amount` | yes | How much of it | 1.5 |\n"), "{page}");
}
