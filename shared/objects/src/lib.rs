//! Objects beside the table: documents, evidence, uploads.
//!
//! An object's key holds a random part, so that nothing stored is ever written
//! over; what is current is decided by the table alone.

mod imports;
mod logos;
mod models;
mod post;

use std::fmt;
use std::time::Duration;

use attesta_model::{
    Error, IdFactory, LearnerId, OrganisationId, Reason, RequestId, Result, SampleId, UploadId,
};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::MetadataDirective;
use aws_types::SdkConfig;

pub use imports::{Reading, Writing};
pub use models::Hold;
pub use post::{PresignedPost, UPLOAD_LIFETIME};

/// The largest document that may be uploaded: 100 MiB.
pub const MAX_UPLOAD: u64 = 100 * 1024 * 1024;
/// How long a link to an object is good.
const LINK_LIFETIME: Duration = Duration::from_mins(15);

/// The bucket and the way to it.
#[derive(Debug, Clone)]
pub struct Objects {
    client: Client,
    credentials: SharedCredentialsProvider,
    bucket: String,
    ids: IdFactory,
}

/// Where documents of a learner are kept.
#[derive(Debug, Clone, Copy)]
pub struct Shelf {
    /// What they are for.
    pub purpose: Purpose,
    /// The organisation that hands them in.
    pub organisation: OrganisationId,
    /// The learner.
    pub learner: LearnerId,
}

/// What a document is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To be verified.
    Request,
    /// To enrol its learner with.
    Sample,
}

impl fmt::Display for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = match self.purpose {
            Purpose::Request => "requests",
            Purpose::Sample => "samples",
        };
        write!(f, "{folder}/{}/{}", self.organisation, self.learner)
    }
}

/// What a provider says more than a row holds.
#[derive(Debug, Clone, Copy)]
pub enum Report {
    /// The evidence of its result of a request.
    Audit(RequestId),
    /// What it keeps of its validation of a sample.
    Validation(SampleId),
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Audit(request) => write!(f, "audit/{request}"),
            Self::Validation(sample) => write!(f, "validations/{sample}"),
        }
    }
}

impl Objects {
    /// Objects in a bucket.
    ///
    /// # Errors
    /// When there are no credentials to sign forms with.
    pub fn new(config: &SdkConfig, bucket: impl Into<String>, ids: IdFactory) -> Result<Self> {
        let credentials = config
            .credentials_provider()
            .ok_or_else(|| Error::internal("no credentials to sign with"))?;
        Ok(Self { client: Client::new(config), credentials, bucket: bucket.into(), ids })
    }

    /// Stores what an organisation hands in; its key.
    ///
    /// # Errors
    /// When the bucket can't be written.
    pub async fn put_document(
        &self,
        shelf: Shelf,
        bytes: Vec<u8>,
        content_type: &str,
    ) -> Result<String> {
        let key = self.key(&shelf)?;
        self.put(&key, bytes, content_type).await?;
        Ok(key)
    }

    /// Stores what a provider says more than a row holds, which is JSON; its
    /// key.
    ///
    /// # Errors
    /// When the bucket can't be written.
    pub async fn put_report(&self, report: Report, bytes: Vec<u8>) -> Result<String> {
        let key = self.key(&report)?;
        self.put(&key, bytes, "application/json").await?;
        Ok(key)
    }

    /// Removes an object that nothing names any more. One that can't be removed
    /// is logged and stays, as litter.
    pub async fn discard(&self, key: &str) {
        let delete = self.client.delete_object().bucket(&self.bucket).key(key).send().await;
        if let Err(error) = delete {
            tracing::warn!(error = %Error::call("DeleteObject", &error), "an object stays");
        }
    }

    /// A place for a caller to upload a document to.
    ///
    /// # Errors
    /// When there are no credentials to sign with.
    pub async fn upload(
        &self,
        organisation: OrganisationId,
        learner: LearnerId,
    ) -> Result<(UploadId, PresignedPost)> {
        let id = UploadId(self.ids.uuid()?);
        let key = upload_key(organisation, learner, id);
        let now = self.ids.now();
        let bucket = &self.bucket;
        let post = post::presign(&self.client, &self.credentials, bucket, &key, None, now).await?;
        Ok((id, post))
    }

    /// Makes an uploaded document one that was handed in: a copy, which whoever
    /// holds the upload's form can no longer change. Its key.
    ///
    /// # Errors
    /// [`Error::Invalid`] where nothing was uploaded.
    pub async fn adopt(
        &self,
        shelf: Shelf,
        upload: UploadId,
        content_type: &str,
    ) -> Result<String> {
        let from = upload_key(shelf.organisation, shelf.learner, upload);
        let key = self.key(&shelf)?;
        let copy = self
            .client
            .copy_object()
            .bucket(&self.bucket)
            .copy_source(format!("{}/{from}", self.bucket))
            .key(&key)
            .metadata_directive(MetadataDirective::Replace)
            .content_type(content_type);
        match copy.send().await {
            Ok(_) => Ok(key),
            Err(error) if matches!(error.code(), Some("NoSuchKey" | "NotFound")) => {
                let rule = Reason::Rule("Nothing was uploaded.".to_owned());
                Err(Error::field("upload", rule))
            }
            Err(error) => Err(Error::call("CopyObject", &error)),
        }
    }

    /// Deletes every object whose key begins so; how many those were.
    ///
    /// # Errors
    /// When the bucket can't be read or written; the call may then be made again.
    async fn erase_under(&self, prefix: &str) -> Result<usize> {
        let mut erased = 0;
        loop {
            let list = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix);
            let page = list.send().await.map_err(|error| Error::call("ListObjectsV2", &error))?;
            for object in page.contents() {
                let delete = self.client.delete_object().bucket(&self.bucket);
                let deleted = delete.set_key(object.key().map(str::to_owned)).send().await;
                deleted.map_err(|error| Error::call("DeleteObject", &error))?;
                erased += 1;
            }
            if page.contents().is_empty() {
                return Ok(erased);
            }
        }
    }

    /// Deletes the evidence of a request.
    ///
    /// # Errors
    /// When the bucket can't be read or written; the call may then be made again.
    pub async fn erase_evidence(&self, request: RequestId) -> Result<()> {
        self.erase_under(&format!("audit/{request}/")).await.map(drop)
    }

    /// Deletes what was said of a sample.
    ///
    /// # Errors
    /// When the bucket can't be read or written; the call may then be made again.
    pub async fn erase_validations(&self, sample: SampleId) -> Result<()> {
        self.erase_under(&format!("validations/{sample}/")).await.map(drop)
    }

    /// Deletes everything of a learner's: documents, samples, models, uploads;
    /// how many objects those were.
    ///
    /// # Errors
    /// When the bucket can't be read or written; the call may then be made again.
    pub async fn erase_learner(
        &self,
        organisation: OrganisationId,
        learner: LearnerId,
    ) -> Result<usize> {
        let mut erased = 0;
        for prefix in [
            format!("requests/{organisation}/{learner}/"),
            format!("samples/{organisation}/{learner}/"),
            format!("models/{learner}/"),
            format!("uploads/{organisation}/{learner}/"),
            format!("uploads/models/{learner}/"),
        ] {
            erased += self.erase_under(&prefix).await?;
        }
        Ok(erased)
    }

    /// A link that reads an object for a quarter of an hour. Signing makes no
    /// call.
    ///
    /// # Errors
    /// When there are no credentials to sign with.
    pub async fn link(&self, key: &str) -> Result<String> {
        let lifetime = PresigningConfig::expires_in(LINK_LIFETIME).map_err(Error::internal)?;
        let request = self.client.get_object().bucket(&self.bucket).key(key);
        let signed = request.presigned(lifetime).await;
        Ok(signed.map_err(|error| Error::call("presigning", &error))?.uri().to_owned())
    }

    /// Copies an object; whether it was there.
    async fn copy(&self, from: &str, to: &str) -> Result<bool> {
        let copy = self
            .client
            .copy_object()
            .bucket(&self.bucket)
            .copy_source(format!("{}/{from}", self.bucket))
            .key(to);
        match copy.send().await {
            Ok(_) => Ok(true),
            Err(error) if matches!(error.code(), Some("NoSuchKey" | "NotFound")) => Ok(false),
            Err(error) => Err(Error::call("CopyObject", &error)),
        }
    }

    async fn put(&self, key: &str, bytes: Vec<u8>, content_type: &str) -> Result<()> {
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .content_type(content_type)
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map(drop)
            .map_err(|error| Error::call("PutObject", &error))
    }

    fn key(&self, folder: &impl fmt::Display) -> Result<String> {
        Ok(format!("{folder}/{}", self.ids.uuid()?))
    }
}

fn upload_key(organisation: OrganisationId, learner: LearnerId, id: UploadId) -> String {
    format!("uploads/{organisation}/{learner}/{id}")
}
