//! The local AWS, to whoever calls it.

use attesta_reference_provider::http::Client;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sqs::config::Credentials;
use serde::{Deserialize, Serialize};

/// How to reach it. Its root key is for tools, never for application code.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Aws {
    /// Where it is.
    pub endpoint_url: String,
    /// The region that it plays.
    pub region: String,
    /// The root key's name.
    pub access_key_id: String,
    /// The root key.
    pub secret_access_key: String,
}

impl Aws {
    /// What an SDK's client has to know.
    pub async fn sdk_config(&self) -> SdkConfig {
        let (id, secret) = (self.access_key_id.as_str(), self.secret_access_key.as_str());
        aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(self.region.clone()))
            .endpoint_url(&self.endpoint_url)
            .credentials_provider(Credentials::new(id, secret, None, None, "local"))
            .http_client(Client::new().for_sdk())
            .load()
            .await
    }
}
