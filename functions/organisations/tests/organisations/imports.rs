//! What every import has: who may, templates and jobs.

use serde_json::Value;

use crate::world::{BASE, Organisations};

const KINDS: [(&str, &str, &str, &str); 4] = [
    ("POST", "", "", "name,countryISO\nAcme,GB\n"),
    ("POST", "/preferences", "/preferences", "email\na@example.com\n"),
    ("PUT", "/preferences", "/preferences/overwriting", "email\na@example.com\n"),
    ("POST", "/finmid-status", "/finmid-status", "companyNumber,status\n1,yes\n"),
];

#[tokio::test]
async fn staff_import_and_nobody_else() {
    let function = Organisations::start().await;
    let world = &function.world;
    let member = function.member("una", &[]).await;
    let nobody = [("organisationId", "019abc00-0000-7000-8000-000000000009")];
    for (method, path, _, file) in KINDS {
        for (who, caller, into, status) in [
            ("staff", &world.staff, [].as_slice(), 200),
            ("staff, into none that is there", &world.staff, &nobody, 404),
            ("a reader", &world.read_only_staff, &[], 403),
            ("an owner", &world.user, &[], 403),
            ("a member", &member, &[], 403),
        ] {
            let answer = function.import(caller, (method, path), into, file).await;
            assert_eq!(answer.status, status, "{who}, {method} {path}: {}", answer.body);
        }
        let lacking = function.import(&world.staff, (method, path), &[], "odd\nx\n").await;
        let needs_none = path == "/preferences";
        assert_eq!(lacking.status, if needs_none { 200 } else { 400 }, "{method} {path}");
    }
}

#[tokio::test]
async fn each_has_a_template_and_jobs_of_its_own() {
    let function = Organisations::start().await;
    let (staff, world) = (&function.world.staff, &function.world);
    let mut made = Vec::new();
    for (_, _, path, file) in KINDS {
        let path = format!("/import{path}");
        let template =
            function.call(&world.user, "GET", &format!("{path}/template"), &Value::Null).await;
        assert_eq!(template.status, 200, "{BASE}{path}");
        assert_eq!(template.header("content-type"), Some("text/csv; charset=utf-8"));
        let jobs = format!("{path}/jobs");
        let owner = function.call(&world.user, "POST", &jobs, &Value::Null).await;
        assert_eq!(owner.status, 403, "{}", owner.body);
        let job = function.call(staff, "POST", &jobs, &Value::Null).await;
        assert_eq!(job.status, 200, "{}", job.body);
        let key = job.body["upload"]["fields"]["key"].as_str().expect("a key").to_owned();
        let id = job.body["id"].as_str().expect("an id").to_owned();
        made.push((jobs, id, key, file));
    }
    for (jobs, id, key, file) in &made {
        for (_, other, _, _) in made.iter().filter(|one| one.1 != *id) {
            let seen = function.call(staff, "GET", &format!("{jobs}/{other}"), &Value::Null).await;
            assert_eq!(seen.status, 404, "a job of another kind");
        }
        world.aws.bucket.put_bytes(key, *file);
        let start = format!("{jobs}/{id}/start");
        let reader = function.call(&world.read_only_staff, "POST", &start, &Value::Null).await;
        assert_eq!(reader.status, 403);
        assert_eq!(function.call(staff, "POST", &start, &Value::Null).await.status, 200);
        let seen = function.call(staff, "GET", &format!("{jobs}/{id}"), &Value::Null).await;
        assert_eq!(seen.body["status"], "waiting");
    }
}
