//! `/tpp/categories`, `/tpp/{tpp_id}`: what a partner may see.

use std::collections::BTreeMap;
use std::sync::Arc;

use attesta_model::Error;
use attesta_store::Listing;
use attesta_wire::marketplace::{AsPartner, BadKey, Failure, HttpValidationError, Path};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::App;

/// A provider, without its secrets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tpp)]
pub(crate) struct Tpp {
    id: String,
    name: String,
    description: String,
    /// What it is set up with; secrets are masked.
    #[schema(value_type = Object)]
    configuration: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required = false)]
    premium: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = f64, required = false)]
    rating: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, required = false)]
    meta: Option<Map<String, Value>>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required = false)]
    tier_level: Option<i64>,
    /// The key's public beginning and a mask.
    pub(crate) api_key: String,
}

impl From<&Listing> for Tpp {
    fn from(listing: &Listing) -> Self {
        let fields = &listing.fields;
        Self {
            id: listing.id.to_string(),
            name: fields.name.clone(),
            description: fields.description.clone(),
            configuration: listing.shown_configuration(),
            premium: fields.premium,
            rating: fields.rating,
            meta: fields.meta.clone().map(|meta| meta.0),
            kind: fields.kind.clone(),
            tier_level: fields.tier_level,
            api_key: listing.shown_key(),
        }
    }
}

/// Product types by category.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProductTypes(BTreeMap<String, Vec<String>>);

/// Get Tpp Categories
///
/// The product types of all providers that the partner may see.
#[utoipa::path(get, path = "/tpp/categories", operation_id = "getTppCategories",
    tag = "marketplace",
    responses((status = 200, description = "OK", body = ProductTypes), BadKey,
        (status = 404, description = "Not found")))]
pub(crate) async fn categories(
    State(app): State<Arc<App>>,
    AsPartner(caller): AsPartner,
) -> Result<Json<ProductTypes>, Failure> {
    let categories = app.store.own_categories(&caller).await?;
    if categories.is_empty() {
        return Err(Error::not_found().into());
    }
    let owned = |types: &mut dyn Iterator<Item = &str>| types.map(str::to_owned).collect();
    let all = categories.iter().map(|(name, mut types)| (name.to_owned(), owned(&mut types)));
    Ok(Json(ProductTypes(all.collect())))
}

/// Single Provider
#[utoipa::path(get, path = "/tpp/{tpp_id}", operation_id = "getProvider", tag = "marketplace",
    params(("tpp_id" = String, Path)),
    responses((status = 200, description = "OK", body = Tpp), BadKey,
        (status = 404, description = "Not found"),
        (status = 422, description = "Validation Error", body = HttpValidationError)))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsPartner(caller): AsPartner,
    Path(id): Path<String>,
) -> Result<Json<Tpp>, Failure> {
    let approved = app.store.approved_listing(&caller, &id).await?;
    Ok(Json(approved.listing().into()))
}
