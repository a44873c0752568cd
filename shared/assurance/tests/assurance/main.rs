//! The client between a service that answers as told and the table.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use attesta_assurance::RedTractor;
use attesta_model::{Certificate, CertificateQuery, CertificateStatus, Error, Result};
use attesta_testing::{World, stand_in};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, Uri};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// What the service answers, and what it was asked.
#[derive(Debug, Clone, Default)]
struct Service(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    asked: Vec<String>,
    keys: Vec<String>,
    /// One after the other; then the certificates.
    failures: Vec<StatusCode>,
    certificates: Value,
    is_silent: bool,
}

async fn answer(State(service): State<Service>, uri: Uri, headers: HeaderMap) -> Response {
    if headers.contains_key("x-amz-target") {
        return json!({"SecretString": r#"{"key": "k-1"}"#}).to_string().into_response();
    }
    let is_silent = service.0.lock().expect("not poisoned").is_silent;
    if is_silent {
        std::future::pending::<()>().await;
    }
    let mut inner = service.0.lock().expect("not poisoned");
    inner.asked.push(uri.to_string());
    let key = headers.get("x-api-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
    inner.keys.push(key.to_owned());
    match inner.failures.pop() {
        Some(status) => status.into_response(),
        None => inner.certificates.to_string().into_response(),
    }
}

struct Between {
    world: World,
    service: Service,
    client: RedTractor,
}

impl Between {
    async fn start() -> Self {
        let service = Service::default();
        service.0.lock().expect("not poisoned").certificates = json!([
            certificate("Valid", "A"),
            certificate("Expired", "B"),
            certificate("Grace", "C"),
            certificate("Withdrawn", "D"),
        ]);
        let config = stand_in(Router::new().fallback(answer).with_state(service.clone())).await;
        let base = format!("{}/rt/", config.endpoint_url().expect("an address"));
        let wait = Duration::from_millis(1);
        let client = RedTractor::new(&config, Some(base), "red-tractor");
        let client = client.impatient(Duration::from_millis(300), wait);
        Self { world: World::start().await, service, client }
    }

    async fn certificates(&self) -> Result<Vec<Certificate>> {
        let query = CertificateQuery::new(Some("GBR"), Some("PO18 9JP"), Some("11/111/1111"));
        self.client.certificates(&self.world.store, &query.expect("a query")).await
    }

    fn fail(&self, failures: &[u16]) {
        let failures = failures.iter().map(|&status| StatusCode::from_u16(status).expect("one"));
        self.service.0.lock().expect("not poisoned").failures = failures.collect();
    }

    fn asked(&self) -> Vec<String> {
        self.service.0.lock().expect("not poisoned").asked.clone()
    }
}

fn certificate(status: &str, identifier: &str) -> Value {
    json!({
        "CertificateStatus": status,
        "CertificateIdentifier": identifier,
        "CertificateEnterprises": [{"EnterpriseIdentifier": "E", "Enterprise": "Combinable Crops"}],
        "CertificateExpiryDate": "2026-01-31T00:00:00.000+00:00",
        "CertifiedSites": [{
            "SiteIdentifiers": {"IdentifierType": "holdingno", "Identifier": "11/111/1111"},
            "IsPrimary": true,
            "SiteCountry": "United Kingdom",
            "SitePostcode": "PO18 9JP",
            "SiteAddress": "Pitlands Farm",
            "SiteName": "Up Marden Farms",
            "Unheard": 1,
        }],
    })
}

#[tokio::test]
async fn those_that_count_are_read_in_full() {
    let between = Between::start().await;
    let found = between.certificates().await.expect("answered");
    let told: Vec<_> =
        found.iter().map(|one| (one.status, one.identifier.as_deref().unwrap_or(""))).collect();
    assert_eq!(
        told,
        [(Some(CertificateStatus::Valid), "A"), (Some(CertificateStatus::Grace), "C")]
    );
    let site = &found[0].sites[0];
    assert_eq!(site.identifiers.as_ref().and_then(|id| id.kind.as_deref()), Some("holdingno"));
    assert_eq!((site.is_primary, site.postcode.as_deref()), (Some(true), Some("PO18 9JP")));
    assert_eq!(found[0].enterprises[0].enterprise.as_deref(), Some("Combinable Crops"));
    assert_eq!(
        between.asked(),
        ["/rt/certificates?country=GBR&postcode=PO189JP&holdingNumber=11%2F111%2F1111"]
    );
    assert_eq!(between.service.0.lock().expect("not poisoned").keys, ["k-1"]);
}

#[tokio::test]
async fn an_answer_counts_for_an_hour() {
    let between = Between::start().await;
    let first = between.certificates().await;
    between.world.clock.advance(SignedDuration::from_mins(59));
    between.fail(&[500, 500, 500]);
    assert_eq!(between.certificates().await, first);
    assert_eq!(between.asked().len(), 1);
    between.world.clock.advance(SignedDuration::from_mins(1));
    assert!(matches!(between.certificates().await, Err(Error::Internal(_))));
    assert_eq!(between.certificates().await, first);
    assert_eq!(between.asked().len(), 5);
}

#[tokio::test]
async fn passing_trouble_is_borne_twice() {
    let between = Between::start().await;
    between.fail(&[429, 503]);
    assert_eq!(between.certificates().await.expect("at last").len(), 2);
    assert_eq!(between.asked().len(), 3);
}

#[tokio::test]
async fn lasting_trouble_is_not_tried_again_and_not_kept() {
    let between = Between::start().await;
    between.fail(&[403]);
    let refused = between.certificates().await;
    assert!(matches!(refused, Err(Error::Internal(text)) if text.contains("403")));
    assert_eq!(between.asked().len(), 1);
    assert!(between.certificates().await.is_ok());
    between.world.clock.advance(SignedDuration::from_hours(2));
    between.service.0.lock().expect("not poisoned").certificates = json!({"odd": true});
    assert!(matches!(between.certificates().await, Err(Error::Internal(_))));
}

#[tokio::test]
async fn nobody_known_is_no_certificate() {
    let between = Between::start().await;
    between.fail(&[404]);
    assert_eq!(between.certificates().await, Ok(Vec::new()));
    assert_eq!(between.certificates().await, Ok(Vec::new()));
    assert_eq!(between.asked().len(), 1);
}

#[tokio::test]
async fn silence_ends() {
    let between = Between::start().await;
    between.service.0.lock().expect("not poisoned").is_silent = true;
    let refused = between.certificates().await;
    assert!(matches!(refused, Err(Error::Internal(text)) if text.contains("in time")));
}

#[tokio::test]
async fn without_an_address_it_is_not_configured() {
    let between = Between::start().await;
    let config = between.world.aws.queues_config();
    let client = RedTractor::new(&config, None, "red-tractor");
    let query = CertificateQuery::new(Some("GBR"), Some("A1"), None).expect("a query");
    let refused = client.certificates(&between.world.store, &query).await;
    assert!(matches!(refused, Err(Error::Internal(text)) if text.contains("not configured")));
}
