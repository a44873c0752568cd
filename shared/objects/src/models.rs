//! Providers' models: uploaded by the task that holds the lock, current once
//! the table says so.

use attesta_model::{LearnerId, ProviderId, Result, TaskId};

use crate::post::PresignedPost;
use crate::{Objects, post};

/// What models are.
const JSON: &str = "application/json";

/// A task's hold on a model: what it uploads goes to a place of its own, and
/// nobody else's hold leads there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// The provider that the model is of.
    pub provider_id: ProviderId,
    /// The learner.
    pub learner_id: LearnerId,
    /// The task.
    pub task_id: TaskId,
    /// The number of its lock.
    pub number: u32,
}

impl Hold {
    /// Where the task uploads to.
    #[must_use]
    pub fn upload_key(&self) -> String {
        format!("uploads/{}", self.model_key())
    }

    /// Where the model is kept once it is saved.
    #[must_use]
    pub fn model_key(&self) -> String {
        let Self { provider_id, learner_id, task_id, number } = self;
        format!("models/{learner_id}/{provider_id}/{task_id}-{number}")
    }
}

impl Objects {
    /// A form that uploads the model of a task that holds the lock.
    ///
    /// # Errors
    /// When there are no credentials to sign with.
    pub async fn model_form(&self, hold: &Hold) -> Result<PresignedPost> {
        let (key, now) = (hold.upload_key(), self.ids.now());
        let bucket = &self.bucket;
        post::presign(&self.client, &self.credentials, bucket, &key, Some(JSON), now).await
    }

    /// Keeps what a task uploaded, as a copy that its form can no longer
    /// change. Its key; `None` where nothing was uploaded.
    ///
    /// # Errors
    /// When the bucket can't be read or written.
    pub async fn keep_model(&self, hold: &Hold) -> Result<Option<String>> {
        let key = hold.model_key();
        self.copy(&hold.upload_key(), &key).await.map(|was_there| was_there.then_some(key))
    }
}
