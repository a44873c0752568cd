//! What a client has to know of the running stack: `.dev/stack.json`.

use std::collections::BTreeMap;

pub(crate) use attesta_dev::aws::Aws;
use serde::{Deserialize, Serialize};

/// Where links that sign people in may lead here.
pub(crate) const LINK_REDIRECT: &str = "http://localhost:3000/";

/// Whose pages may call the API here: a front end's in development.
pub(crate) const ALLOWED_ORIGIN: &str = "http://localhost:3000";

/// Everything needed to talk to the local stack and to sign in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stack {
    /// The HTTP API's root, without a slash at its end.
    pub(crate) base_url: String,
    /// The console's page.
    #[serde(default)]
    pub(crate) console_url: String,
    pub(crate) aws: Aws,
    pub(crate) table: String,
    pub(crate) bucket: String,
    pub(crate) user_pools: BTreeMap<String, UserPool>,
    /// URLs by name.
    pub(crate) queues: BTreeMap<String, String>,
    pub(crate) staff: Account,
    /// Staff who may look alone.
    pub(crate) staff_readonly: Account,
    pub(crate) owner: Account,
    pub(crate) user: Account,
    /// Somebody of the other pool, whom the main one does not know yet.
    pub(crate) marketplace_user: Account,
    pub(crate) organisation_id: String,
    /// Where Red Tractor's stand-in is; `infra/local/python/assurance.py` says what
    /// it can be told.
    #[serde(default)]
    pub(crate) assurance_url: String,
    pub(crate) provider: Provider,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserPool {
    pub(crate) id: String,
    pub(crate) client_id: String,
}

/// Somebody who can sign in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) username: String,
    pub(crate) password: String,
    /// A telephone, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<String>,
    /// Of staff, what their authenticator makes codes of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) totp_secret: Option<String>,
}

/// The seeded provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Provider {
    pub(crate) id: u64,
    pub(crate) role_id: String,
    pub(crate) secret_id: String,
    pub(crate) queue_url: String,
    /// Who the worker is to AWS, and its own key, which opens that queue alone.
    pub(crate) aws_principal: String,
    pub(crate) aws_access_key_id: String,
    pub(crate) aws_secret_access_key: String,
}
