//! An organisation's life: from the staff who make it to what its owner leaves
//! behind, and what the audit log says of it all.

use std::time::{Duration, Instant};

use attesta_reference_provider::http::Method;
use http::Request;
use serde_json::{Value, json};

use super::passwords::tokens;
use super::{Answer, Stack, a_uuid};

const PASSWORD: &str = "Correct7horse";
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(150);
const SHEET: &str = "name,type\nLower Farm,farm\nGrain Store,stores\n";

/// Somebody of the journey, by their address.
struct Person<'a> {
    stack: &'a Stack,
    email: String,
}

impl Person<'_> {
    /// What a mail to them says between two texts, once there is such a mail.
    async fn mailed(&self, before: &str, after: &str) -> String {
        let start = Instant::now();
        loop {
            let mails = self.stack.mails_to(&self.email).await;
            let said = mails.iter().rev().find_map(|mail| {
                let (_, rest) = mail.split_once(before)?;
                Some(rest.split_once(after)?.0.to_owned())
            });
            if let Some(said) = said {
                return said;
            }
            assert!(start.elapsed() < PATIENCE, "no mail to {} with {before}", self.email);
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Signs in by the password of the invitation, choosing their own.
    async fn follow_invitation(&self) -> String {
        let invited = self.mailed("the password ", ". It is good").await;
        let body = json!({"username": self.email, "password": invited, "newPassword": PASSWORD});
        let answer = done(self.stack.post("/customers/auth/login", "", &body).await);
        let [access, _] = tokens(&answer);
        access
    }

    /// Signs in by a password that they choose with a code.
    async fn reset_and_sign_in(&self) -> String {
        let username = json!({"username": self.email});
        done(self.stack.post("/customers/auth/forgotten-password", "", &username).await);
        let code = self.mailed("Your code is ", ".").await;
        let body = json!({
            "username": self.email,
            "password": PASSWORD,
            "passwordConfirm": PASSWORD,
            "confirmationCode": code,
        });
        done(self.stack.post("/customers/auth/reset-password", "", &body).await);
        let body = json!({"username": self.email, "password": PASSWORD});
        let answer = done(self.stack.post("/customers/auth/login", "", &body).await);
        let [access, _] = tokens(&answer);
        access
    }
}

fn done(answer: Answer) -> Value {
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.body
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

impl Stack {
    async fn import_units(&self, token: &str, organisation: &str) -> Value {
        let boundary = "journey";
        let part = |name: &str, more: &str, value: &str| {
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n"
            )
        };
        let file = "; filename=\"units.csv\"\r\nContent-Type: text/csv";
        let form = [
            part("organisationId", "", organisation),
            part("file", file, SHEET),
            format!("--{boundary}--\r\n"),
        ];
        let url = format!("{}/customers/business-units/import", self.text("/baseUrl"));
        let request = Request::post(url)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", format!("multipart/form-data; boundary={boundary}"));
        done(self.send(&request.body(form.concat().into_bytes()).expect("a request")).await)
    }
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn an_organisation_from_its_making_to_another_owner() {
    let stack = Stack::running();
    let mark = a_uuid().simple().to_string();
    let person = |name: &str| Person { stack: &stack, email: format!("{name}@{mark}.example") };
    let (owner, member, contact) = (person("olive"), person("mia"), person("carl"));
    let staff = stack.sign_in("staff").await;

    // Staff make and activate an organisation.
    let body = json!({
        "name": format!("Hill {mark}"),
        "countryISO": "GB",
        "location": null,
        "billing": {"amount": 49.5, "currency": "GBP", "period": "month"},
        "modules": [{"id": "trading", "name": "Trading"}],
        "ownerContact": {"givenName": "Olive", "familyName": "Owner", "email": owner.email},
    });
    let made = done(stack.post("/customers/organisations", &staff, &body).await);
    let organisation = text(&made["id"]);
    assert_eq!(made["status"], "pending");
    let again = stack.post("/customers/organisations", &staff, &body).await;
    assert_eq!(again.status, 409, "{:?}", again.body);
    let path = format!("/customers/organisations/{organisation}");
    let active = done(stack.post(&format!("{path}/activate"), &staff, &Value::Null).await);
    assert_eq!(active["status"], "active");

    // The owner follows the mail, and adds users and units.
    let olive = owner.follow_invitation().await;
    let profile = done(stack.get("/customers/users/profile", &olive).await);
    assert_eq!(profile["features"], json!({"trading": true}));
    let unit = json!({"organisationId": organisation, "name": "Upper Farm", "type": "farm"});
    let unit = text(&done(stack.post("/customers/business-units", &olive, &unit).await)["id"]);
    let user = json!({
        "givenName": "Mia",
        "familyName": "Member",
        "email": member.email,
        "phone": null,
        "roles": ["trading-viewer"],
        "businessUnits": [unit],
    });
    let mia_id = text(&done(stack.post("/customers/users", &olive, &user).await)["id"]);
    let mia = member.follow_invitation().await;

    // Units come from a file, twice the same.
    for _ in 0..2 {
        let report = stack.import_units(&olive, &organisation).await;
        assert_eq!((&report["success"], &report["errors"]), (&json!(2), &json!(0)), "{report}");
    }
    let path_of_units = format!("/customers/business-units/organisations/{organisation}");
    let count = |answer: &Value| answer["businessUnits"].as_array().map(Vec::len);
    assert_eq!(count(&done(stack.get(&path_of_units, &olive).await)), Some(3));
    assert_eq!(count(&done(stack.get(&path_of_units, &mia).await)), Some(1));

    // The owner connects to a new business by a contact, who may then act here.
    let body = json!({
        "name": format!("Mill {mark}"),
        "relationship": "trading",
        "contacts": [{"givenName": "Carl", "familyName": "Contact", "email": contact.email}],
    });
    let record = done(stack.post("/customers/business-connections", &olive, &body).await);
    let connected = &record["connectedOrganisations"][0];
    let (mill, carl_id) =
        (text(&connected["organisationId"]), text(&connected["contacts"][0]["id"]));
    let path_of_contact = format!("/customers/business-connections/{mill}/contacts/{carl_id}");
    done(stack.call(Method::PUT, &path_of_contact, &olive, &Value::Null, &[]).await);

    // They see what they may, and nothing else.
    let carl = contact.reset_and_sign_in().await;
    assert_eq!(stack.get("/customers/users/profile", &carl).await.status, 200);
    let seen = stack.get(&path, &carl).await;
    assert!(seen.status == 200 && seen.body["billing"].is_null(), "{seen:?}");
    let users = stack.get(&format!("/customers/users?organisationId={organisation}"), &carl).await;
    assert!([403, 404].contains(&users.status), "{users:?}");
    let foreign = format!("/customers/organisations/{}", stack.text("/organisationId"));
    assert_eq!(stack.get(&foreign, &carl).await.status, 404);

    // The member says what they would like to buy, and is found by it.
    let likes = json!({
        "preferences": [{"commodity": 4711, "grades": [], "regions": ["GB-ENG"]}],
        "notificationsEnabled": true,
    });
    done(stack.call(Method::PUT, "/customers/users/preferences", &mia, &likes, &[]).await);
    let lookup = "/customers/users/by-commodity-regions?commodityId=4711&regionISOs=GB-ENG";
    let found = |answer: &Answer| {
        let users = answer.body["users"].as_array().into_iter().flatten();
        users.into_iter().any(|user| user["id"] == mia_id.as_str())
    };
    stack.until(lookup, &staff, found).await;

    // Another becomes the owner; the first is one no more.
    let body = json!({"newOwnerUserId": mia_id});
    done(stack.call(Method::PUT, "/customers/organisations/owner", &olive, &body, &[]).await);
    let refused =
        stack.call(Method::PUT, "/customers/organisations/owner", &olive, &body, &[]).await;
    assert_eq!(refused.status, 403, "{:?}", refused.body);
    let profile = done(stack.get("/customers/users/profile", &mia).await);
    assert_eq!(profile["access"]["account"]["users"], json!({"read": true, "write": true}));

    // The log tells the story to the new owner, and names nobody.
    let log = stack.get("/customers/system/audit?limit=200", &mia).await;
    let rows = serde_json::to_string(&done(log)).expect("JSON");
    for operation in [
        "POST /customers/organisations",
        "POST /customers/organisations/{id}/activate",
        "POST /customers/business-units",
        "POST /customers/users",
        "POST /customers/business-units/import",
        "POST /customers/business-connections",
        "PUT /customers/business-connections/{id}/contacts/{userId}",
        "PUT /customers/users/preferences",
        "PUT /customers/organisations/owner",
    ] {
        let operation = format!("\"{operation}\"");
        assert!(rows.contains(&operation), "no {operation}: {rows}");
    }
    assert!(!rows.contains(&mark), "{rows}");
}
