//! `/v1/Customers/{customerId}/provider-instances/{providerInstanceId}/price`.

use std::sync::Arc;

use attesta_model::margin::{Decimal, OfferType, decimal, quoted};
use attesta_model::{Error, Kind, Reason};
use attesta_store::InstanceOfCustomer;
use attesta_wire::instances::{Failure, Failures, OfTenant, Path, Query, TenantHeaders};
use axum::Json;
use axum::extract::{FromRequestParts, State};
use http::request::Parts;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::margins::{Exact, MarginView};
use crate::relations::Seller;

/// What a price is asked for with.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query, which `Asked` reads")]
pub(crate) struct PriceQuery {
    /// The kind of offer, in any case; its margin overrides the instance's.
    #[param(rename = "offerType")]
    offer_type: Option<String>,
    /// The price that the end customer is recommended.
    #[param(minimum = 0)]
    erp: f64,
    /// The list price.
    #[param(minimum = 0)]
    list: f64,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Asked {
    offer_type: Option<OfferType>,
    erp: Decimal,
    list: Decimal,
}

impl Asked {
    fn read(query: &mut Query) -> Option<Self> {
        let unknown = Reason::Rule("is no offer type".to_owned());
        let offer_type = query.with("offerType", unknown, |text| text.parse().ok());
        let mut price = |name| {
            if !query.has(name) {
                query.problem(name, Reason::Required);
            }
            let price = query.with(name, Reason::NotA(Kind::Number), decimal)?;
            if price < Decimal::ZERO {
                query.problem(name, Reason::Rule("must not be below 0".to_owned()));
            }
            Some(price)
        };
        let (erp, list) = (price("erp"), price("list"));
        Some(Self { offer_type, erp: erp?, list: list? })
    }
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Query::read(&parts.uri, Self::read)?)
    }
}

/// A price.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Quote {
    /// To four places after the point; what lies in the middle is rounded away
    /// from zero.
    #[schema(value_type = f64)]
    price: Exact,
    /// The margin that made it.
    margin: MarginView,
}

/// Quote a price
///
/// `Markup`: list × (1 + v/100). `Margin`: list / (1 − v/100). `SplitMargin`:
/// list + (erp − list) × v/100. `ErpMinusDiscount`: erp × (1 − v/100). In decimal
/// arithmetic of 28 digits.
#[utoipa::path(get,
    path = "/v1/Customers/{customerId}/provider-instances/{providerInstanceId}/price",
    operation_id = "quotePrice", tag = "provider-instances",
    params(("customerId" = Uuid, Path), ("providerInstanceId" = Uuid, Path), Seller, PriceQuery,
        TenantHeaders),
    responses((status = 200, description = "OK", body = Quote), Failures))]
pub(crate) async fn quote(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    Path((customer, instance)): Path<(String, String)>,
    Seller { reseller_id }: Seller,
    Asked { offer_type, erp, list }: Asked,
) -> Result<Json<Quote>, Failure> {
    let which =
        InstanceOfCustomer { customer: &customer, instance: &instance, reseller: reseller_id };
    let own = app.store.customer_instance(&at, which).await?;
    let margin = own.row().margins.of(offer_type);
    let no_price = || Error::Refused("There is no price: the numbers are too large.".to_owned());
    let price = quoted(margin.price(list, erp).ok_or_else(no_price)?);
    if price < Decimal::ZERO {
        let text = "There is no price: it would be below zero.";
        return Err(Error::Refused(text.to_owned()).into());
    }
    Ok(Json(Quote { price: Exact(price), margin: margin.into() }))
}
