//! `…/notification/` and what is below it.

mod access;
mod create;
mod delete;
mod list;
mod update;

use serde_json::{Value, json};

use crate::world::Providers;

pub(super) const LIST: &str = "/api/v2/provider/1/notification/";

/// What the published client sends.
pub(super) fn body(key: &str) -> Value {
    json!({"key": key, "when": "2025-11-22T09:00:00.250000", "info": {"a": 1}})
}

/// Where a notification is.
pub(super) fn path(row: &Value) -> String {
    format!("{LIST}{}/", row["id"])
}

impl Providers {
    /// A notification of the world's provider, as it was answered.
    pub(super) async fn notification(&self, key: &str) -> Value {
        let answer = self.call("POST", LIST, &body(key)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let _ = self.calls();
        answer.body
    }

    /// How many rows, keys and due times there are, and how many are counted.
    pub(super) async fn tally(&self) -> [usize; 4] {
        let aws = &self.world.aws;
        let count = self.get(LIST).await.body["count"].as_u64().expect("a count");
        [
            aws.items("NOTIFICATION").await,
            aws.items("NOTIFICATION_KEY").await,
            aws.items("DUE").await,
            usize::try_from(count).expect("small"),
        ]
    }
}
