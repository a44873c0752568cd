//! The operations of a kind of import, as a function has them.

/// Makes the five operations of a kind, in a module of their own: `import`,
/// `template`, `create_job`, `job` and `start_job`. Each calls the kind's desk,
/// and declares itself by the paths and names that are given.
///
/// ```ignore
/// attesta_imports::operations! {
///     App, desk: imports, tag: "farms", of: "Fields",
///     /// Import Fields
///     post "/customers/farms/import" as "importFields", beside "/customers/farms/import"
/// }
/// ```
#[macro_export]
macro_rules! operations {
    (
        $app:ty, desk: $($desk:ident).+, tag: $tag:literal, of: $name:literal,
        $(#[$about:meta])*
        $method:ident $path:literal as $id:literal, beside $base:literal
    ) => {
        use std::sync::Arc;

        use attesta_wire::customer::{
            AsUser, Body, Failure, Failures, ImportForm, ImportJob, ImportReport, Missing,
            NewImport, NewImportJob, Path,
        };
        use axum::Json;
        use axum::extract::State;
        use axum::response::Response;
        use $crate::{JobFor, Upload};

        $(#[$about])*
        #[utoipa::path($method, path = $path, operation_id = $id, tag = $tag,
            request_body(content = ImportForm, content_type = "multipart/form-data"),
            responses((status = 200, description = "OK", body = ImportReport),
                Failures, Missing))]
        pub(crate) async fn import(
            State(app): State<Arc<$app>>,
            AsUser(caller): AsUser,
            upload: Upload,
        ) -> Result<Json<ImportReport>, Failure> {
            Ok(Json(app.$($desk).+.import(&caller, upload).await?))
        }

        /// Template of an import
        ///
        /// A file with every column and an example of a row.
        #[utoipa::path(get, path = concat!($base, "/template"),
            operation_id = concat!("get", $name, "ImportTemplate"), tag = $tag,
            responses((status = 200, description = "OK", body = String,
                content_type = "text/csv"), Failures))]
        pub(crate) async fn template(
            State(app): State<Arc<$app>>,
            AsUser(caller): AsUser,
        ) -> Result<Response, Failure> {
            Ok(app.$($desk).+.template(&caller).await?)
        }

        /// Create an import job
        ///
        /// For a file of up to 100,000 rows, which is uploaded with the form that
        /// is answered. The job is then started.
        #[utoipa::path(post, path = concat!($base, "/jobs"),
            operation_id = concat!("create", $name, "ImportJob"), tag = $tag,
            request_body = NewImport,
            responses((status = 200, description = "OK", body = NewImportJob),
                Failures, Missing))]
        pub(crate) async fn create_job(
            State(app): State<Arc<$app>>,
            AsUser(caller): AsUser,
            Body(JobFor(into)): Body<JobFor>,
        ) -> Result<Json<NewImportJob>, Failure> {
            Ok(Json(app.$($desk).+.create_job(&caller, &into).await?))
        }

        /// Get an import job
        ///
        /// How far it has come and, once it is done, where its report is.
        #[utoipa::path(get, path = concat!($base, "/jobs/{id}"),
            operation_id = concat!("get", $name, "ImportJob"), tag = $tag,
            params(("id" = String, Path)),
            responses((status = 200, description = "OK", body = ImportJob),
                Failures, Missing))]
        pub(crate) async fn job(
            State(app): State<Arc<$app>>,
            AsUser(caller): AsUser,
            Path(id): Path<String>,
        ) -> Result<Json<ImportJob>, Failure> {
            Ok(Json(app.$($desk).+.job(&caller, &id).await?))
        }

        /// Start an import job
        ///
        /// Once its file is uploaded. Started again, it stays as it is.
        #[utoipa::path(post, path = concat!($base, "/jobs/{id}/start"),
            operation_id = concat!("start", $name, "ImportJob"), tag = $tag,
            params(("id" = String, Path)),
            responses((status = 200, description = "OK", body = ImportJob),
                Failures, Missing))]
        pub(crate) async fn start_job(
            State(app): State<Arc<$app>>,
            AsUser(caller): AsUser,
            Path(id): Path<String>,
        ) -> Result<Json<ImportJob>, Failure> {
            Ok(Json(app.$($desk).+.start_job(&caller, &id).await?))
        }
    };
}
