//! `/api/v2/provider/{provider_id}/enrolment/`.

mod available;
mod delete;
mod list;
mod lock;
mod patch;
mod save;
mod unlock;
mod used;

use attesta_model::SampleId;
use attesta_model::verification::SampleStatus;
use attesta_testing::{Answer, World};
use serde_json::{Value, json};

use crate::world::{BASE, Providers};

/// The world's provider's enrolments.
pub(crate) const LIST: &str = "/api/v2/provider/1/enrolment/";
/// Two tasks.
pub(crate) const A: &str = "0197f0a0-0000-7000-8000-00000000000a";
pub(crate) const B: &str = "0197f0a0-0000-7000-8000-00000000000b";
/// A learner whom nobody brought.
pub(crate) const NOBODY: &str = "0197f0a0-0000-7000-8000-000000000000";

impl Providers {
    /// Where the provider's model of the world's learner is.
    pub(crate) fn model(&self) -> String {
        format!("{LIST}{}/", self.world.learner)
    }

    /// Asks for the lock on it.
    pub(crate) async fn lock(&self, task: &str) -> Answer {
        let body = json!({"learner_id": self.world.learner, "task_id": task});
        self.call("POST", LIST, &body).await
    }

    /// The whole of a model, as the published client sends it.
    pub(crate) async fn save(&self, task: &str, used: &[SampleId]) -> Answer {
        let body = json!({
            "learner_id": self.world.learner,
            "task_id": task,
            "percentage": 0.5,
            "can_analyse": true,
            "used_samples": used,
        });
        self.call("PUT", &self.model(), &body).await
    }

    pub(crate) async fn unlock(&self, token: &str) -> Answer {
        self.call("POST", &format!("{}unlock/", self.model()), &json!({"token": token})).await
    }

    /// Uploads a model with a form, as far as the bucket minds.
    pub(crate) fn upload(&self, locked: &Value, model: &'static [u8]) {
        let key = locked["model_upload_url"]["fields"]["key"].as_str().expect("a form");
        self.world.aws.bucket.put(key, model);
    }

    /// What a link leads to.
    pub(crate) fn linked(&self, link: &Value) -> Vec<u8> {
        let link = link.as_str().expect("a link");
        self.world.aws.bucket.get(link).expect("stored").to_vec()
    }

    /// The keys of the models that are stored.
    pub(crate) fn models(&self) -> Vec<String> {
        let keys = self.world.aws.bucket.keys().into_iter();
        keys.filter(|key| key.contains("models/")).collect()
    }

    /// Samples of the world's learner for the provider.
    pub(crate) async fn samples(&self, statuses: &[SampleStatus]) -> Vec<SampleId> {
        self.world.put_samples(self.world.learner, World::PLAGIARISM, statuses).await
    }
}

pub(crate) fn locked() -> Value {
    json!({"non_field_errors": ["Model is locked"]})
}

/// The numbers of a page's rows.
pub(crate) fn ids(page: &Value) -> Vec<SampleId> {
    let rows = page["results"].as_array().expect("rows").iter();
    rows.map(|row| row["id"].as_u64().and_then(SampleId::new).expect("a number")).collect()
}

/// Where a link leads, within the API.
pub(crate) fn local(link: &Value) -> Option<String> {
    link.as_str().map(|link| link.strip_prefix(BASE).expect("the base").to_owned())
}
