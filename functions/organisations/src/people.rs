//! People who come with an organisation, and its lists, as callers name them.

use attesta_model::{Email, Module, OrganisationId, Phone, Reason, Result};
use attesta_store::NewPerson;
use attesta_wire::customer::inputs::text;
use attesta_wire::{Field, Fields, FromFields};
use serde_json::Value;

/// So many people come in one call beside the owner.
pub(crate) const MOST_CONTACTS: usize = 15;
/// So many modules there are at most, organisers and contacts for settlement.
pub(crate) const MOST: usize = 50;

/// Somebody who can be reached.
pub(crate) struct Reached(pub(crate) NewPerson);

/// Somebody who can be reached by e-mail, as an owner must be.
pub(crate) struct Invited(pub(crate) NewPerson);

/// Somebody of whom something is said.
pub(crate) struct Named(pub(crate) NewPerson);

impl FromFields for Named {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email = fields.nullable::<Email>("email").flatten();
        let phone = fields.nullable::<Phone>("phone").flatten();
        Some(Self(NewPerson {
            given_name: text::<128>(fields, "givenName"),
            family_name: text::<128>(fields, "familyName"),
            email: email.map(|email| email.as_str().to_owned()),
            phone: phone.map(|phone| phone.to_string()),
        }))
    }
}

impl FromFields for Reached {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let Named(contact) = Named::from_fields(fields)?;
        if fields.is_sound() && contact.email.is_none() && contact.phone.is_none() {
            let rule = "or a telephone number must be there";
            fields.problem("email", Reason::Rule(rule.to_owned()));
        }
        Some(Self(contact))
    }
}

impl FromFields for Invited {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let is_said = fields.has("email");
        let Named(contact) = Named::from_fields(fields)?;
        if !is_said {
            fields.problem("email", Reason::Required);
        }
        Some(Self(contact))
    }
}

/// An organisation that another names.
struct Organiser(OrganisationId);

impl Field for Organiser {
    fn from_value(value: Value) -> Result<Self, Reason> {
        uuid::Uuid::from_value(value).map(|id| Self(OrganisationId(id)))
    }
}

/// Who organises for an organisation, each once.
pub(crate) fn organisers(fields: &mut Fields) -> Option<Vec<OrganisationId>> {
    let named: Vec<Organiser> = fields.nullable("organisers").flatten()?;
    bounded(fields, "organisers", named.len());
    let mut organisers = Vec::new();
    for Organiser(id) in named {
        if !organisers.contains(&id) {
            organisers.push(id);
        }
    }
    Some(organisers)
}

/// Modules, none of which may come twice.
pub(crate) fn modules(fields: &mut Fields) -> Option<Vec<Module>> {
    let modules = fields.objects::<Module>("modules", MOST)?;
    let is_again =
        |(at, module): (usize, &Module)| modules[..at].iter().any(|one| one.id == module.id);
    if modules.iter().enumerate().any(is_again) {
        fields.problem("modules", Reason::Rule("names a module twice".to_owned()));
    }
    Some(modules)
}

/// Refuses a list that is too long.
pub(crate) fn bounded(fields: &mut Fields, name: &str, length: usize) {
    if length > MOST {
        fields.problem(name, Reason::Rule(format!("must have at most {MOST} entries")));
    }
}
