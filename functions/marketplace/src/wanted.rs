//! What staff want of a partner.

use attesta_model::marketplace::{MOST_DEPLOYMENT, MOST_DEPLOYMENTS};
use attesta_model::{OrganisationId, Reason};
use attesta_wire::{Field, Fields, FromFields, Text};
use jiff::Timestamp;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// A partner that is to be: a new organisation by its name, or one that is
/// there.
#[derive(Debug, ToSchema)]
pub(crate) struct NewPartner {
    /// The name of a new organisation.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub(crate) name: Option<Text<200>>,
    /// An organisation that is there.
    #[schema(value_type = Option<Uuid>)]
    pub(crate) organisation_id: Option<OrganisationId>,
    /// Its deployments.
    #[schema(value_type = Vec<String>, required = false, max_items = 100)]
    pub(crate) deployments: Option<Deployments>,
}

impl FromFields for NewPartner {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let name: Option<Text<200>> = fields.nullable("name").flatten();
        let id: Option<Uuid> = fields.nullable("organisation_id").flatten();
        let deployments = fields.optional("deployments");
        if fields.is_sound() && name.is_some() == id.is_some() {
            let reason = if id.is_some() {
                Reason::Rule("is the organisation's own where there is one".to_owned())
            } else {
                Reason::Required
            };
            fields.problem("name", reason);
        }
        Some(Self { name, organisation_id: id.map(OrganisationId), deployments })
    }
}

/// What changes of a partner.
#[derive(Debug, ToSchema)]
pub(crate) struct PartnerChange {
    /// Its deployments, all of them: whatever another had is taken out.
    #[schema(value_type = Vec<String>, max_items = 100)]
    pub(crate) deployments: Deployments,
}

impl FromFields for PartnerChange {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.required("deployments").map(|deployments| Self { deployments })
    }
}

/// The names of a partner's deployments, none twice.
#[derive(Debug, Default)]
pub(crate) struct Deployments(pub(crate) Vec<String>);

impl Field for Deployments {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let mut names = Vec::new();
        for Text(name) in Vec::<Text<MOST_DEPLOYMENT>>::from_value(value)? {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let refusal = || Reason::Rule(format!("ensure this has at most {MOST_DEPLOYMENTS} items"));
        (names.len() <= MOST_DEPLOYMENTS).then_some(Self(names)).ok_or_else(refusal)
    }
}

/// A partner's key that is to be.
#[derive(Debug, ToSchema)]
pub(crate) struct NewKey {
    /// What it is called.
    #[schema(value_type = String, max_length = 100)]
    pub(crate) name: Text<100>,
    /// From when on it counts no more; never unless said.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) expires_at: Option<Timestamp>,
}

impl FromFields for NewKey {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name");
        let expires_at = fields.nullable("expires_at").flatten();
        Some(Self { name: name?, expires_at })
    }
}
