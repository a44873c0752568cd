//! `/customers/business-units/{id}`: a unit becomes another.

use std::sync::Arc;

use attesta_model::{Business, Error, Result};
use attesta_store::access::ManagedUnit;
use attesta_wire::customer::inputs::{BusinessInput, UnitName};
use attesta_wire::customer::{AsUser, Body, BusinessUnit, Failure, Failures, Missing, Path};
use attesta_wire::{Fields, FromFields};
use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use crate::App;

/// What is to be other about a unit.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the body, which `Changed` reads")]
pub(crate) struct ChangeUnit {
    /// Its name, of up to 200 characters.
    name: Option<String>,
    /// What it does business as: what is given replaces what was, the rest stays.
    business: Option<BusinessInput>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Changed {
    name: Option<String>,
    business: Option<Business>,
}

impl FromFields for Changed {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let name = fields.nullable::<UnitName>("name").flatten();
        Some(Self { name: name.map(|name| name.0), business: fields.object("business") })
    }
}

impl Changed {
    /// Refuses to change nothing.
    fn check(&self) -> Result<()> {
        if self.name.is_none() && self.business.is_none() {
            return Err(Error::Refused("Give a name, a business or both.".to_owned()));
        }
        Ok(())
    }
}

impl App {
    /// What a unit does business as once this was given, with who vouches for
    /// that: asked where it may be others than before.
    async fn business_of(
        &self,
        unit: &ManagedUnit,
        given: Option<Business>,
    ) -> Result<Option<Business>> {
        let Some(given) = given else { return Ok(None) };
        if let Some(refusal) = unit.get().kind.refusal() {
            return Err(Error::field("business", refusal));
        }
        let home = unit.organisation().country;
        let is_asked = given.holding_number.is_some() || given.assurance_scheme.is_some();
        let before = unit.get().business.clone().unwrap_or_default();
        let query = before.certificate_query(home);
        let after = before.with(given);
        if is_asked || after.certificate_query(home) != query {
            return Ok(Some(self.vouched(after, unit.organisation()).await));
        }
        Ok(Some(after))
    }
}

/// Update Business Unit
///
/// For the owner of its organisation, and for staff. The certificate is looked
/// up again where the holding or the scheme is given, or it would be another's.
#[utoipa::path(patch, path = "/customers/business-units/{id}",
    operation_id = "updateBusinessUnit", tag = "business-units", request_body = ChangeUnit,
    params(("id" = String, Path, description = "the unit's id")),
    responses((status = 200, description = "OK", body = BusinessUnit), Failures, Missing))]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
    Body(changed): Body<Changed>,
) -> Result<Json<BusinessUnit>, Failure> {
    changed.check()?;
    let managed = app.store.managed_unit(&caller, &id).await?;
    let business = app.business_of(&managed, changed.business).await?;
    let unit = app.store.change_business_unit(&managed, changed.name, business).await?;
    Ok(Json((&unit).into()))
}
