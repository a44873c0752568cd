//! `GET /customers/assurance/red-tractor/certificates`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use attesta_assurance::RedTractor;
use attesta_model::Status;
use attesta_testing::{Answer, call, json, stand_in};
use axum::Router;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};

use crate::world::BusinessUnits;

/// What the service is asked and answers: its status, and whatever the body.
pub(crate) type Service = Arc<Mutex<(Vec<String>, u16, Value)>>;

pub(crate) async fn start() -> (BusinessUnits, Service) {
    let certificate = json!({
        "CertificateStatus": "Grace",
        "CertificateIdentifier": "2RRVTHNXTS",
        "CertificateEnterprises": null,
        "CertificateExpiryDate": "2026-01-31T00:00:00.000+00:00",
        "CertifiedSites": [{
            "SiteIdentifiers": {"IdentifierType": "holdingno", "Identifier": "11/111/1111"},
            "IsPrimary": true,
            "SitePostcode": "PO18 9JP",
        }],
    });
    let gone = json!({"CertificateStatus": "Withdrawn"});
    let service = Arc::new(Mutex::new((Vec::new(), 200, json!([certificate, gone]))));
    let asked = Arc::clone(&service);
    let answer = async move |uri: Uri, headers: HeaderMap| -> Response {
        if headers.contains_key("x-amz-target") {
            return json!({"SecretString": r#"{"key": "k"}"#}).to_string().into_response();
        }
        let mut asked = asked.lock().expect("not poisoned");
        asked.0.push(uri.to_string());
        let status = StatusCode::from_u16(asked.1).expect("a status");
        (status, asked.2.to_string()).into_response()
    };
    let config = stand_in(Router::new().fallback(answer)).await;
    let base = config.endpoint_url().map(str::to_owned);
    let client = RedTractor::new(&config, base, "red-tractor");
    let client = client.impatient(Duration::from_secs(2), Duration::from_millis(1));
    (BusinessUnits::start_with(client).await, service)
}

async fn get(function: &BusinessUnits, query: &str) -> Answer {
    let path = format!("/customers/assurance/red-tractor/certificates{query}");
    function.call(&function.world.user, "GET", &path, &Value::Null).await
}

pub(crate) fn asked(service: &Service) -> Vec<String> {
    service.lock().expect("not poisoned").0.clone()
}

#[tokio::test]
async fn a_user_sees_the_certificates_that_count_in_full() {
    let (function, service) = start().await;
    let answer = get(&function, "?country=GBR&postcode=po18%209jp").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let site = json!({
        "siteIdentifiers": {"identifierType": "holdingno", "identifier": "11/111/1111"},
        "isPrimary": true, "siteCountry": null, "sitePostcode": "PO18 9JP",
        "siteAddress": null, "siteName": null,
    });
    let expected = json!([{
        "certificateStatus": "Grace",
        "certificateIdentifier": "2RRVTHNXTS",
        "certificateEnterprises": [],
        "certificateExpiryDate": "2026-01-31T00:00:00.000+00:00",
        "certifiedSites": [site],
    }]);
    assert_eq!(answer.body, expected);
    assert_eq!(asked(&service), ["/certificates?country=GBR&postcode=PO189JP"]);
}

#[tokio::test]
async fn one_answer_serves_everybody_for_an_hour() {
    let (function, service) = start().await;
    let first = get(&function, "?holdingNumber=11/111/1111").await;
    let path = "/customers/assurance/red-tractor/certificates?holdingNumber=11%2F111%2F1111";
    let other = function.call(&function.world.other_user, "GET", path, &Value::Null).await;
    assert_eq!((first.status.as_u16(), &first.body), other.parts());
    assert_eq!(asked(&service), ["/certificates?country=GBR&holdingNumber=11%2F111%2F1111"]);
}

#[tokio::test]
async fn a_query_that_says_too_little_is_refused_and_nobody_asked() {
    let (function, service) = start().await;
    for (query, fields) in [
        ("", vec!["postcode"]),
        ("?country=GB&postcode=A1", vec!["country"]),
        ("?country=&postcode=A1", vec!["country"]),
        ("?country=G1B", vec!["country", "postcode"]),
        ("?country=GBR&postcode=&holdingNumber=", vec!["postcode"]),
    ] {
        let answer = get(&function, query).await;
        assert_eq!(answer.status, 400, "{query}");
        let told = answer.body["validation"].as_array().expect("a list").iter();
        let told: Vec<_> = told.map(|one| one["field"].as_str().unwrap_or_default()).collect();
        assert_eq!(told, fields, "{query}");
    }
    assert!(asked(&service).is_empty());
}

#[tokio::test]
async fn a_service_that_is_down_is_tried_three_times_and_then_our_fault() {
    let (function, service) = start().await;
    service.lock().expect("not poisoned").1 = 503;
    let answer = get(&function, "?postcode=A1").await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (500, &json!("internal")));
    assert_eq!(asked(&service).len(), 3);
    service.lock().expect("not poisoned").1 = 200;
    assert_eq!(get(&function, "?postcode=A1").await.status, 200);
}

#[tokio::test]
async fn strangers_and_who_may_do_nothing_are_refused_even_what_is_known() {
    let (function, service) = start().await;
    assert_eq!(get(&function, "?postcode=A1").await.status, 200);
    let path = "/customers/assurance/red-tractor/certificates?postcode=A1";
    let stranger = call(&function.router, json("GET", path, "", &Value::Null)).await;
    assert_eq!(stranger.status, 401);
    let (user, organisation) = (&function.world.user, function.world.organisation);
    function.world.set_user_status(user, organisation, Status::Inactive).await;
    assert_eq!(get(&function, "?postcode=A1").await.status, 403);
    assert_eq!(asked(&service).len(), 1);
}
