//! `GET /customers/assurance/red-tractor/certificates`: who vouches for a farm.

use std::sync::Arc;

use attesta_model::{CertificateQuery, Result};
use attesta_wire::customer::{AsUser, Certificate, Failure, Failures};
use axum::Json;
use axum::extract::{FromRequestParts, Query, State};
use http::request::Parts;
use utoipa::IntoParams;

use crate::App;

/// The country where nothing else is said.
const UNITED_KINGDOM: &str = "GBR";

/// Whose certificates are asked for.
#[derive(Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// ISO3 country code
    #[param(value_type = String, required = true, min_length = 3, max_length = 3, default = "GBR")]
    country: Option<String>,
    /// Postcode of location
    postcode: Option<String>,
    /// Holding number for scheme
    #[param(rename = "holdingNumber")]
    holding_number: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Wanted {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let mut wanted = Self::default();
        for (name, value) in pairs.map(|pairs| pairs.0).unwrap_or_default() {
            match name.as_str() {
                "country" => wanted.country = Some(value),
                "postcode" => wanted.postcode = Some(value),
                "holdingNumber" => wanted.holding_number = Some(value),
                _ => {}
            }
        }
        Ok(wanted)
    }
}

impl Wanted {
    fn query(&self) -> Result<CertificateQuery> {
        let country = self.country.as_deref().or(Some(UNITED_KINGDOM));
        CertificateQuery::new(country, self.postcode.as_deref(), self.holding_number.as_deref())
    }
}

/// Get Red Tractor Certificates
///
/// Those that are valid or in their days of grace, as they were at most an hour
/// ago.
#[utoipa::path(get, path = "/customers/assurance/red-tractor/certificates",
    operation_id = "listRedTractorCertificates", tag = "assurance", params(Wanted),
    responses((status = 200, description = "OK", body = Vec<Certificate>), Failures))]
pub(crate) async fn certificates(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    wanted: Wanted,
) -> Result<Json<Vec<Certificate>>, Failure> {
    let query = wanted.query()?;
    let certificates = match app.store.certificates_for(&caller, &query).await? {
        Some(known) => known,
        None => app.red_tractor.ask(&app.store, &query).await?,
    };
    Ok(Json(certificates.iter().map(Certificate::from).collect()))
}
