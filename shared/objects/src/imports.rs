//! Files that are imported by queue jobs, and the reports of what became of
//! their rows.
//!
//! What a job writes has keys that follow from its place in the file: a slice
//! that is applied again says again what became of it.

use attesta_model::{Error, ImportJobId, Result};
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};

use crate::post::PresignedPost;
use crate::{Objects, post};

/// What reports are.
const JSON: &str = "application/json";
/// Parts of a large object are of this size at least: 5 MiB, as S3 wants them.
const PART: usize = 5 * 1024 * 1024;

/// An object as it comes.
#[derive(Debug)]
pub struct Reading(Option<ByteStream>);

impl Reading {
    /// The next piece; none at the end.
    ///
    /// # Errors
    /// When the bucket can't be read.
    pub async fn next(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>> {
        let Some(stream) = &mut self.0 else { return Ok(None) };
        stream.next().await.transpose().map_err(|error| Error::call("GetObject", &error))
    }
}

/// An object that is written piece by piece.
#[derive(Debug)]
pub struct Writing<'a> {
    objects: &'a Objects,
    key: String,
    pending: Vec<u8>,
    upload: Option<String>,
    parts: Vec<CompletedPart>,
}

impl Objects {
    /// A form that uploads the file of an import.
    ///
    /// # Errors
    /// When there are no credentials to sign with.
    pub async fn import_form(&self, import: ImportJobId) -> Result<PresignedPost> {
        let (key, now) = (upload_key(import), self.ids.now());
        post::presign(&self.client, &self.credentials, &self.bucket, &key, None, now).await
    }

    /// Keeps an uploaded file, as a copy that its form can no longer change. Its
    /// key; `None` where nothing was uploaded.
    ///
    /// # Errors
    /// When the bucket can't be read or written.
    pub async fn keep_import(&self, import: ImportJobId) -> Result<Option<String>> {
        let key = format!("imports/{import}/file.csv");
        self.copy(&upload_key(import), &key).await.map(|was_there| was_there.then_some(key))
    }

    /// Reads a file from a byte on.
    ///
    /// # Errors
    /// When the bucket can't be read.
    pub async fn read_import(&self, key: &str, offset: u64) -> Result<Reading> {
        let range = (offset > 0).then(|| format!("bytes={offset}-"));
        let get = self.client.get_object().bucket(&self.bucket).key(key).set_range(range);
        match get.send().await {
            Ok(object) => Ok(Reading(Some(object.body))),
            // Nothing is left.
            Err(error) if error.code() == Some("InvalidRange") => Ok(Reading(None)),
            Err(error) => Err(Error::call("GetObject", &error)),
        }
    }

    /// Stores what became of a slice's rows.
    ///
    /// # Errors
    /// When the bucket can't be written.
    pub async fn put_import_part(
        &self,
        import: ImportJobId,
        slice: u32,
        bytes: Vec<u8>,
    ) -> Result<()> {
        self.put(&part_key(import, slice), bytes, JSON).await
    }

    /// What became of a slice's rows, as it comes.
    ///
    /// # Errors
    /// When the bucket can't be read.
    pub async fn import_part(&self, import: ImportJobId, slice: u32) -> Result<Reading> {
        self.read_import(&part_key(import, slice), 0).await
    }

    /// Begins the report of an import.
    #[must_use]
    pub fn import_report(&self, import: ImportJobId) -> Writing<'_> {
        let key = format!("imports/{import}/report.json");
        Writing { objects: self, key, pending: Vec::new(), upload: None, parts: Vec::new() }
    }
}

impl Writing<'_> {
    /// Writes the next piece.
    ///
    /// # Errors
    /// When the bucket can't be written.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= PART { self.put_part().await } else { Ok(()) }
    }

    /// Makes the object whole; its key.
    ///
    /// # Errors
    /// When the bucket can't be written. What was begun and never made whole
    /// goes by the bucket's own rule.
    pub async fn finish(mut self) -> Result<String> {
        if self.upload.is_none() {
            self.objects.put(&self.key, self.pending, JSON).await?;
            return Ok(self.key);
        }
        if !self.pending.is_empty() {
            self.put_part().await?;
        }
        let parts = CompletedMultipartUpload::builder().set_parts(Some(self.parts)).build();
        let complete = self.objects.client.complete_multipart_upload();
        let complete = complete.bucket(&self.objects.bucket).key(&self.key);
        let complete = complete.set_upload_id(self.upload).multipart_upload(parts).send().await;
        complete.map_err(|error| Error::call("CompleteMultipartUpload", &error))?;
        Ok(self.key)
    }

    async fn put_part(&mut self) -> Result<()> {
        let (client, bucket) = (&self.objects.client, &self.objects.bucket);
        if self.upload.is_none() {
            let begin = client.create_multipart_upload().bucket(bucket).key(&self.key);
            let begun = begin.content_type(JSON).send().await;
            let begun = begun.map_err(|error| Error::call("CreateMultipartUpload", &error))?;
            self.upload = begun.upload_id;
        }
        let number = i32::try_from(self.parts.len() + 1).map_err(Error::internal)?;
        let put = client.upload_part().bucket(bucket).key(&self.key).part_number(number);
        let body = ByteStream::from(std::mem::take(&mut self.pending));
        let put = put.set_upload_id(self.upload.clone()).body(body).send().await;
        let put = put.map_err(|error| Error::call("UploadPart", &error))?;
        let part = CompletedPart::builder().part_number(number).set_e_tag(put.e_tag);
        self.parts.push(part.build());
        Ok(())
    }
}

fn upload_key(import: ImportJobId) -> String {
    format!("uploads/imports/{import}")
}

fn part_key(import: ImportJobId, slice: u32) -> String {
    format!("imports/{import}/parts/{slice:05}.json")
}
