//! What bodies about users have in common.

use std::collections::BTreeSet;

use attesta_model::{BusinessUnitId, HomeCountry, Reason};
use attesta_wire::{Fields, Text};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// So many roles are given at most.
const MOST_ROLES: usize = 50;
/// So many units are seen to at most.
const MOST_UNITS: usize = 100;

/// Roles, each once; none where nothing is said of them.
pub(crate) fn roles(fields: &mut Fields) -> Option<BTreeSet<String>> {
    let roles = fields.nullable::<Vec<Text<100>>>("roles").flatten()?;
    if roles.len() > MOST_ROLES {
        fields.problem("roles", at_most(MOST_ROLES));
    }
    Some(roles.into_iter().map(|role| role.0).collect())
}

/// Units by their ids, each once; none where nothing is said of them.
pub(crate) fn units(fields: &mut Fields) -> Option<Vec<BusinessUnitId>> {
    let units = fields.nullable::<Vec<Text<100>>>("businessUnits").flatten()?;
    if units.len() > MOST_UNITS {
        fields.problem("businessUnits", at_most(MOST_UNITS));
    }
    let ids: Result<BTreeSet<_>, _> = units.iter().map(|unit| unit.0.parse()).collect();
    if ids.is_err() {
        let rule = Reason::Rule("must be units of the organisation".to_owned());
        fields.problem("businessUnits", rule);
    }
    Some(ids.unwrap_or_default().into_iter().collect())
}

/// What is declared of a country, by its code of two letters.
pub(crate) fn country() -> Schema {
    let codes = HomeCountry::ALL.map(HomeCountry::code);
    let code = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes));
    code.min_length(Some(2)).max_length(Some(2)).into()
}

fn at_most(most: usize) -> Reason {
    Reason::Rule(format!("must have at most {most} entries"))
}
