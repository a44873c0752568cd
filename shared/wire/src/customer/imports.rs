//! What becomes of imported files, row by row and as a whole.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::answer;

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RowStatus {
    /// It was taken.
    Success,
    /// It could not be read.
    Validation,
    /// It could not be applied.
    Error,
}

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ImportJobStatus {
    /// It waits for its file, or for its turn.
    Waiting,
    /// Its rows are being applied.
    Running,
    /// Every row was; some may not have been taken.
    Done,
    /// Its file can't be read.
    Failed,
}

answer! {
    /// What became of a file's rows.
    ImportReport {
        /// How many were taken.
        success: u32,
        /// How many could not be read.
        validation: u32,
        /// How many could not be applied.
        errors: u32,
        /// Row by row, in the order of the file.
        results: Vec<ImportResult>,
    }

    /// What became of a row.
    ImportResult {
        /// Its line in the file, or its lines as in `4-6`.
        rows: Option<String>,
        /// What became of it.
        status: Option<RowStatus>,
        /// What there is to say of it.
        #[schema(value_type = Option<Vec<String>>)]
        message: Vec<String>,
        /// What it was about.
        summary: Option<String>,
        /// The identifier of what it made or changed.
        id: Option<String>,
        /// What the file itself calls that.
        reference: Option<String>,
    }

    /// The import of a file that is too large for a request.
    ImportJob {
        /// Its identifier.
        id: String,
        /// Where it stands.
        status: Option<ImportJobStatus>,
        /// The organisation that it is for, where one was named.
        organisation_id: Option<String>,
        /// How many rows the file has, once they were counted.
        total: Option<u32>,
        /// How many of them are done.
        done: u32,
        /// How many were taken.
        success: u32,
        /// How many could not be read.
        validation: u32,
        /// How many could not be applied.
        errors: u32,
        /// Why it failed as a whole.
        failure: Option<String>,
        /// Where the report can be read for a quarter of an hour, once it is whole.
        report: Option<String>,
        /// When it was made.
        #[serde(rename = "createdAtUTC")]
        created_at_utc: Option<String>,
        /// When its file was handed in.
        #[serde(rename = "startedAtUTC")]
        started_at_utc: Option<String>,
        /// When it was done, or failed.
        #[serde(rename = "finishedAtUTC")]
        finished_at_utc: Option<String>,
    }
}

/// An import whose file is to be uploaded.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewImportJob {
    /// Its identifier; it is started once the file is uploaded.
    pub id: String,
    /// The form to upload the file with.
    pub upload: UploadForm,
    /// Until when the form is good.
    #[serde(rename = "expiresAtUTC")]
    pub expires_at_utc: String,
}

/// Where to post to, and the fields that come before `file`.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadForm {
    /// Where to post to.
    #[schema(format = "uri")]
    pub url: String,
    /// The fields, which go along as they are.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub fields: BTreeMap<&'static str, String>,
}

/// A file to import, as a form.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "the shape of the form, which is read as a stream")]
pub struct ImportForm {
    /// The organisation to import into.
    organisation_id: Option<String>,
    /// Its name, where there is no identifier.
    organisation_name: Option<String>,
    /// One or more files: UTF-8, comma-separated, the first line names the columns.
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<Vec<u8>>,
}

/// Which organisation to import into.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the body, which is read field by field")]
pub struct NewImport {
    /// The organisation to import into.
    organisation_id: Option<String>,
    /// Its name, where there is no identifier.
    organisation_name: Option<String>,
}
