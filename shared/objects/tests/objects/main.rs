//! What is put into the bucket, and what links and forms say.

use std::sync::Arc;

use attesta_model::{
    Error, IdFactory, LearnerId, OrganisationId, Reason, RequestId, SampleId, UploadId,
};
use attesta_objects::{Objects, Purpose, Report, Shelf};
use attesta_testing::{Aws, TestClock};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

const ORGANISATION: OrganisationId = OrganisationId(Uuid::from_u128(1));
const LEARNER: LearnerId = LearnerId(Uuid::from_u128(2));
const SHELF: Shelf =
    Shelf { purpose: Purpose::Request, organisation: ORGANISATION, learner: LEARNER };
const MEDIA: &str = "text/plain";

async fn start() -> (Aws, Objects) {
    let aws = Aws::start().await;
    let ids = IdFactory::new(Arc::new(TestClock::default()));
    let objects = Objects::new(&aws.bucket_config(), "data", ids).expect("credentials");
    (aws, objects)
}

#[tokio::test]
async fn a_document_is_kept_under_a_key_of_its_own() {
    let (aws, objects) = start().await;
    let put = || objects.put_document(SHELF, b"text".to_vec(), MEDIA);
    let first = put().await.expect("stored");
    let second = put().await.expect("stored");
    assert_ne!(first, second);
    assert!(first.starts_with(&format!("requests/{ORGANISATION}/{LEARNER}/")), "{first}");
    assert_eq!(aws.bucket.get(&first).expect("stored"), "text");
}

#[tokio::test]
async fn evidence_is_kept_by_request() {
    let (aws, objects) = start().await;
    let request = RequestId::new(7).expect("in range");
    let key = objects.put_report(Report::Audit(request), b"{}".to_vec()).await.expect("stored");
    assert!(key.starts_with("audit/7/"), "{key}");
    assert_eq!(aws.bucket.get(&key).expect("stored"), "{}");
}

#[tokio::test]
async fn a_sample_and_its_validation_are_kept_apart_and_can_be_discarded() {
    let (aws, objects) = start().await;
    let sample = Shelf { purpose: Purpose::Sample, ..SHELF };
    let key = objects.put_document(sample, b"text".to_vec(), MEDIA).await.expect("stored");
    assert!(key.starts_with(&format!("samples/{ORGANISATION}/{LEARNER}/")), "{key}");
    let report = Report::Validation(SampleId::new(8).expect("in range"));
    let info = objects.put_report(report, b"{}".to_vec()).await.expect("stored");
    assert!(info.starts_with("validations/8/"), "{info}");
    objects.discard(&info).await;
    assert_eq!(aws.bucket.get(&info), None);
    assert_eq!(aws.bucket.get(&key).expect("stored"), "text");
    aws.bucket.set_down(true);
    objects.discard(&key).await;
}

#[tokio::test]
async fn a_link_reads_one_object_for_a_quarter_of_an_hour() {
    let (aws, objects) = start().await;
    let key = objects.put_document(SHELF, b"text".to_vec(), MEDIA).await;
    let key = key.expect("stored");
    let link = objects.link(&key).await.expect("signed");
    let (place, query) = link.split_once('?').expect("a query");
    assert!(place.ends_with(&format!("/data/{key}")), "{place}");
    assert!(query.contains("X-Amz-Expires=900"), "{query}");
    assert!(query.contains("X-Amz-Signature="), "{query}");
    assert_eq!(aws.bucket.get(&link).expect("stored"), "text");
}

#[tokio::test]
async fn an_adopted_upload_is_a_copy() {
    let (aws, objects) = start().await;
    let (id, post) = objects.upload(ORGANISATION, LEARNER).await.expect("a form");
    aws.bucket.put(&post.fields["key"], b"first");
    let key = objects.adopt(SHELF, id, MEDIA).await.expect("adopted");
    aws.bucket.put(&post.fields["key"], b"second");
    assert!(key.starts_with(&format!("requests/{ORGANISATION}/{LEARNER}/")), "{key}");
    assert_eq!(aws.bucket.get(&key).expect("stored"), "first");
}

#[tokio::test]
async fn an_upload_of_another_learner_or_organisation_is_not_there() {
    let (aws, objects) = start().await;
    let (id, post) = objects.upload(ORGANISATION, LEARNER).await.expect("a form");
    aws.bucket.put(&post.fields["key"], b"text");
    let nothing = Error::field("upload", Reason::Rule("Nothing was uploaded.".to_owned()));
    let elsewhere = OrganisationId(Uuid::from_u128(3));
    let another = LearnerId(Uuid::from_u128(3));
    for (organisation, learner, id) in [
        (elsewhere, LEARNER, id),
        (ORGANISATION, another, id),
        (ORGANISATION, LEARNER, UploadId(Uuid::nil())),
    ] {
        let adopted = objects.adopt(Shelf { organisation, learner, ..SHELF }, id, MEDIA).await;
        assert_eq!(adopted, Err(nothing.clone()));
    }
    assert_eq!(aws.bucket.keys().len(), 1);
}

#[tokio::test]
async fn a_form_is_signed_for_one_key_one_size_and_a_quarter_of_an_hour() {
    let (aws, objects) = start().await;
    let (id, post) = objects.upload(ORGANISATION, LEARNER).await.expect("a form");
    let key = format!("uploads/{ORGANISATION}/{LEARNER}/{id}");
    assert_eq!(post.url, format!("{}/data/", aws.bucket_config().endpoint_url().expect("one")));
    assert_eq!(post.expires_at.to_string(), "2025-11-22T08:15:00Z");
    let names: Vec<_> = post.fields.keys().copied().collect();
    assert_eq!(
        names,
        ["key", "policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"]
    );
    let policy = STANDARD.decode(&post.fields["policy"]).expect("base 64");
    let policy: Value = serde_json::from_slice(&policy).expect("JSON");
    assert_eq!(
        policy,
        json!({
            "expiration": "2025-11-22T08:15:00Z",
            "conditions": [
                {"key": key},
                {"x-amz-algorithm": "AWS4-HMAC-SHA256"},
                {"x-amz-credential": "test/20251122/eu-west-1/s3/aws4_request"},
                {"x-amz-date": "20251122T080000Z"},
                {"bucket": "data"},
                ["content-length-range", 1, 100 * 1024 * 1024],
            ],
        })
    );
    let scope = ["20251122", "eu-west-1", "s3", "aws4_request", &post.fields["policy"]];
    let signature = scope.iter().fold(b"AWS4test".to_vec(), |key, part| hmac(&key, part));
    let signature: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(post.fields["x-amz-signature"], signature);
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    mac.chain_update(text.as_bytes()).finalize().into_bytes().to_vec()
}

#[tokio::test]
async fn a_bucket_that_is_down_is_our_own_fault() {
    let (aws, objects) = start().await;
    aws.bucket.set_down(true);
    let put = objects.put_document(SHELF, Vec::new(), MEDIA).await;
    assert!(matches!(put, Err(Error::Internal(_))), "{put:?}");
    let adopted = objects.adopt(SHELF, UploadId(Uuid::nil()), MEDIA).await;
    assert!(matches!(adopted, Err(Error::Internal(_))), "{adopted:?}");
    assert!(objects.link("key").await.is_ok(), "signing makes no call");
}
