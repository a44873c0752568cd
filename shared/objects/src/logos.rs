//! Logos of sub-TPPs.

use attesta_model::{Error, Logo, OrganisationId, Result};
use aws_sdk_s3::error::ProvideErrorMetadata;

use crate::Objects;

impl Objects {
    /// Stores a logo of a member's; its key.
    ///
    /// # Errors
    /// When the bucket can't be written.
    pub async fn put_logo(&self, member: OrganisationId, logo: Logo) -> Result<String> {
        let key = self.key(&format_args!("logos/{member}"))?;
        let media_type = logo.kind().media_type();
        self.put(&key, logo.into_bytes(), media_type).await?;
        Ok(key)
    }

    /// What a logo holds; none where it is gone.
    ///
    /// # Errors
    /// When the bucket can't be read.
    pub async fn logo(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let object = match self.client.get_object().bucket(&self.bucket).key(key).send().await {
            Ok(object) => object,
            Err(error) if error.code() == Some("NoSuchKey") => return Ok(None),
            Err(error) => return Err(Error::call("GetObject", &error)),
        };
        let bytes = object.body.collect().await;
        let bytes = bytes.map_err(|error| Error::call("GetObject", &error))?;
        Ok(Some(bytes.to_vec()))
    }
}
