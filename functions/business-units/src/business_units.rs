//! `/customers/business-units`: an organisation gets another unit.

use std::sync::Arc;

use attesta_identity::UserCaller;
use attesta_model::{Business, BusinessUnitKind, Error, OrganisationId, Result};
use attesta_store::{Idempotency, NewBusinessUnit, Planned, unit_as_answered};
use attesta_wire::customer::inputs::{BusinessInput, UnitName};
use attesta_wire::customer::{
    AsUser, Body, BusinessUnit, BusinessUnitType, Failure, Failures, Missing,
};
use attesta_wire::{Fields, FromFields, Text, idempotency_key};
use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use utoipa::ToSchema;

use crate::App;

/// A unit that is to be.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the body, which `Wanted` reads")]
pub(crate) struct NewUnit {
    /// The organisation that it is to belong to.
    organisation_id: String,
    /// Its name, of up to 200 characters, which no other of the organisation's may have.
    name: String,
    /// What it is.
    r#type: BusinessUnitType,
    /// What it does business as, which a region does not.
    business: Option<BusinessInput>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Wanted {
    organisation_id: String,
    name: String,
    kind: BusinessUnitKind,
    business: Option<Business>,
}

impl FromFields for Wanted {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let organisation_id = fields.required::<Text<128>>("organisationId");
        let name = fields.required::<UnitName>("name");
        let kind = fields.required::<BusinessUnitKind>("type");
        let has_business = fields.has("business");
        let business = fields.object("business");
        if let Some(refusal) = kind.filter(|_| has_business).and_then(BusinessUnitKind::refusal) {
            fields.problem("business", refusal);
        }
        Some(Self { organisation_id: organisation_id?.0, name: name?.0, kind: kind?, business })
    }
}

impl Wanted {
    /// The call, where it may come again.
    fn repeatable(&self, caller: &UserCaller, headers: &HeaderMap) -> Result<Option<Idempotency>> {
        let of: Option<OrganisationId> = self.organisation_id.parse().ok();
        let call = (&self.organisation_id, &self.name, self.kind, &self.business);
        let call = serde_json::to_vec(&call).map_err(Error::internal)?;
        Ok(idempotency_key(headers)?
            .map(|key| Idempotency::new(of, caller.user_id, "business-units", key, &[&call])))
    }
}

/// Create Business Unit
///
/// For the owner of the organisation, and for staff. Where it says the number of
/// its holding, or that Red Tractor assures it, the certificate is looked up;
/// the unit is made without one if that can't be done.
#[utoipa::path(post, path = "/customers/business-units", operation_id = "createBusinessUnit",
    tag = "business-units", request_body = NewUnit,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, description = "OK", body = BusinessUnit), Failures, Missing))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    headers: HeaderMap,
    Body(wanted): Body<Wanted>,
) -> Result<Json<BusinessUnit>, Failure> {
    let key = wanted.repeatable(&caller, &headers)?;
    let Wanted { organisation_id, name, kind, business } = wanted;
    let planned = app.store.plan_business_unit(&caller, &organisation_id, &name, key.as_ref());
    let plan = match planned.await? {
        Planned::Same(answer) => return Ok(Json((&unit_as_answered(&answer)?).into())),
        Planned::New(plan) => plan,
    };
    let business = match business {
        Some(business) => Some(app.vouched(business, plan.organisation()).await),
        None => None,
    };
    let new = NewBusinessUnit { name, kind, business };
    let unit = app.store.create_business_unit(&plan, &new, key.as_ref()).await?;
    Ok(Json((&unit).into()))
}
