//! Presigned POST: a form that lets a browser upload one object, and that one
//! alone (Signature Version 4, "Creating an HTML form using POST").

use std::collections::BTreeMap;
use std::fmt::Write as _;

use attesta_model::{Error, Result};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_s3::Client;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::MAX_UPLOAD;

/// How long a form is good.
pub const UPLOAD_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// Where to post a form to, and the fields that come before its `file`.
#[derive(Debug, Clone, Serialize)]
pub struct PresignedPost {
    /// Where to post to.
    pub url: String,
    /// The fields, signature and policy included.
    pub fields: BTreeMap<&'static str, String>,
    /// Until when it is good.
    #[serde(skip)]
    pub expires_at: Timestamp,
}

pub(crate) async fn presign(
    client: &Client,
    credentials: &SharedCredentialsProvider,
    bucket: &str,
    key: &str,
    content_type: Option<&'static str>,
    now: Timestamp,
) -> Result<PresignedPost> {
    let region = client.config().region().map(ToString::to_string).unwrap_or_default();
    let credentials = credentials.provide_credentials().await.map_err(Error::internal)?;
    let url = bucket_url(client, bucket).await?;
    Ok(sign(&credentials, &region, bucket, key, content_type, url, now))
}

/// The bucket's address as the SDK would call it, endpoint settings included.
async fn bucket_url(client: &Client, bucket: &str) -> Result<String> {
    const PLACE: &str = "k";
    let lifetime = aws_sdk_s3::presigning::PresigningConfig::expires_in(crate::LINK_LIFETIME)
        .map_err(Error::internal)?;
    let request = client.get_object().bucket(bucket).key(PLACE).presigned(lifetime).await;
    let request = request.map_err(|error| Error::call("presigning", &error))?;
    let path = request.uri().split('?').next().unwrap_or_default();
    Ok(path.trim_end_matches(PLACE).to_owned())
}

fn sign(
    credentials: &Credentials,
    region: &str,
    bucket: &str,
    key: &str,
    content_type: Option<&'static str>,
    url: String,
    now: Timestamp,
) -> PresignedPost {
    let date = now.strftime("%Y%m%d").to_string();
    let scope = format!("{date}/{region}/s3/aws4_request");
    let mut fields = BTreeMap::from([
        ("key", key.to_owned()),
        ("x-amz-algorithm", "AWS4-HMAC-SHA256".to_owned()),
        ("x-amz-credential", format!("{}/{scope}", credentials.access_key_id())),
        ("x-amz-date", now.strftime("%Y%m%dT%H%M%SZ").to_string()),
    ]);
    if let Some(content_type) = content_type {
        fields.insert("Content-Type", content_type.to_owned());
    }
    if let Some(token) = credentials.session_token() {
        fields.insert("x-amz-security-token", token.to_owned());
    }
    let expires_at = now + UPLOAD_LIFETIME;
    let policy = STANDARD.encode(policy(bucket, &fields, expires_at).to_string());
    let mut signing_key =
        hmac(format!("AWS4{}", credentials.secret_access_key()).as_bytes(), &date);
    for part in [region, "s3", "aws4_request"] {
        signing_key = hmac(&signing_key, part);
    }
    let signature = hmac(&signing_key, &policy).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    fields.insert("policy", policy);
    fields.insert("x-amz-signature", signature);
    PresignedPost { url, fields, expires_at }
}

/// Every field must be as signed, and there may be no other: where none says
/// what the document is, that gets said when it is used.
fn policy(bucket: &str, fields: &BTreeMap<&'static str, String>, expires_at: Timestamp) -> Value {
    let mut conditions: Vec<Value> =
        fields.iter().map(|(name, value)| json!({ *name: value })).collect();
    conditions.push(json!({ "bucket": bucket }));
    conditions.push(json!(["content-length-range", 1, MAX_UPLOAD]));
    let expiration = expires_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    json!({ "expiration": expiration, "conditions": conditions })
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    // HMAC takes keys of any length.
    Hmac::<Sha256>::new_from_slice(key)
        .map(|mac| mac.chain_update(text.as_bytes()).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of the service's own documentation of the signing key:
    /// AWS4-HMAC-SHA256 for 20150830, us-east-1, iam.
    #[test]
    fn the_signing_key_is_derived_as_documented() {
        let mut key = hmac(b"AWS4wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830");
        for part in ["us-east-1", "iam", "aws4_request"] {
            key = hmac(&key, part);
        }
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
    }

    #[test]
    fn the_policy_binds_every_field_and_the_size() {
        let credentials =
            Credentials::new("id", "secret", Some("session".to_owned()), None, "test");
        let now = Timestamp::from_second(1_763_797_200).expect("in range");
        let post = sign(
            &credentials,
            "eu-west-1",
            "b",
            "uploads/k",
            Some("text/x"),
            "http://s3/b/".to_owned(),
            now,
        );
        let policy = STANDARD.decode(&post.fields["policy"]).expect("base 64");
        let policy: Value = serde_json::from_slice(&policy).expect("JSON");
        assert_eq!(policy["expiration"], "2025-11-22T07:55:00Z");
        let conditions = policy["conditions"].as_array().expect("a list");
        for condition in [
            json!({"bucket": "b"}),
            json!({"key": "uploads/k"}),
            json!({"Content-Type": "text/x"}),
            json!({"x-amz-security-token": "session"}),
            json!(["content-length-range", 1, MAX_UPLOAD]),
        ] {
            assert!(conditions.contains(&condition), "{condition}");
        }
        assert_eq!(post.fields["x-amz-credential"], "id/20251122/eu-west-1/s3/aws4_request");
    }
}
