//! Files that are imported by jobs: made, uploaded, worked on row by row, reported.

use http::Request;
use serde_json::{Value, json};

use super::{Stack, a_uuid};

const ORGANISATIONS: &str = "/customers/organisations/import";
const UNITS: &str = "/customers/business-units/import";

#[tokio::test]
#[ignore = "needs a local stack"]
async fn files_of_each_kind_are_imported_by_their_jobs() {
    let stack = Stack::running();
    let staff = stack.sign_in("staff").await;
    let (name, number) = (a_uuid().to_string(), a_uuid().to_string());
    let email = format!("{name}@farms.example");
    let home = stack.text("/organisationId");
    let organisations =
        format!("name,countryISO,companyNumber,ownerEmail\n{name},GB,{number},{email}\n,GB,,\n");
    for (path, into, file, counts) in [
        (ORGANISATIONS.to_owned(), json!({}), organisations, [1, 1]),
        (
            format!("{ORGANISATIONS}/preferences"),
            json!({}),
            format!("email,commodity\n{email},1\n"),
            [1, 0],
        ),
        (
            UNITS.to_owned(),
            json!({"organisationId": home}),
            format!("name,type,postcode,holdingNumber\n{name},farm,PO18 9JP,11/111/1111\n"),
            [1, 0],
        ),
        (
            UNITS.to_owned(),
            json!({"organisationId": home}),
            format!("name,type,city\n{name},farm,Oxford\n"),
            [1, 0],
        ),
    ] {
        let done = imported(&stack, &staff, &path, &into, &file).await;
        assert_eq!(done["status"], "done", "{path}: {done}");
        assert_eq!(
            [&done["success"], &done["validation"]],
            [&json!(counts[0]), &json!(counts[1])],
            "{path}: {done}"
        );
        let report = done["report"].as_str().expect("a report's link");
        let report = stack.send(&Request::get(report).body(Vec::new()).expect("a request")).await;
        assert_eq!(report.status, 200, "{path}");
        assert!(report.body["results"].is_array(), "{path}: {}", report.body);
    }
}

/// A job as it is once it has ended.
async fn imported(stack: &Stack, staff: &str, path: &str, into: &Value, file: &str) -> Value {
    let jobs = format!("{path}/jobs");
    let made = stack.post(&jobs, staff, into).await;
    assert_eq!(made.status, 200, "{:?}", made.body);
    let job = format!("{jobs}/{}", made.body["id"].as_str().expect("an id"));
    let early = stack.post(&format!("{job}/start"), staff, &Value::Null).await;
    assert_eq!(early.status, 409, "nothing is uploaded yet: {:?}", early.body);
    let uploaded = stack.send(&form(&made.body["upload"], file)).await;
    assert!((200..300).contains(&uploaded.status), "{:?}", uploaded.body);
    let started = stack.post(&format!("{job}/start"), staff, &Value::Null).await;
    assert_eq!(started.status, 200, "{:?}", started.body);
    let is_over = |status: &Value| status == "done" || status == "failed";
    stack.until(&job, staff, |answer| is_over(&answer.body["status"])).await.body
}

/// What a browser sends to hand in a file by a form.
fn form(upload: &Value, file: &str) -> Request<Vec<u8>> {
    let boundary = a_uuid();
    let mut body = String::new();
    let mut part = |name: &str, value: &str| {
        body +=
            &format!("--{boundary}\r\nContent-Disposition: form-data; {name}\r\n\r\n{value}\r\n");
    };
    for (name, value) in upload["fields"].as_object().expect("fields") {
        part(&format!("name=\"{name}\""), value.as_str().expect("a text"));
    }
    part("name=\"file\"; filename=\"file.csv\"", file);
    body += &format!("--{boundary}--\r\n");
    let request = Request::post(upload["url"].as_str().expect("a URL"));
    let request =
        request.header("content-type", format!("multipart/form-data; boundary={boundary}"));
    request.body(body.into_bytes()).expect("a request")
}
