//! What staff say of a provider.

use std::borrow::Cow;
use std::collections::BTreeSet;

use attesta_model::marketplace::Categories;
use attesta_model::{Kind, ProviderId, Reason};
use attesta_store::{Document, ListingFields};
use attesta_wire::{Field, Fields, FromFields, Number, Text};
use serde_json::{Map, Value};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// An object has so many bytes at most, as JSON text.
const MOST_BYTES: usize = 32 * 1024;

/// What staff say of a provider; what is not said stays as it is, and null
/// takes a value away.
#[derive(Debug, Default, ToSchema)]
#[schema(as = TppFields)]
pub(crate) struct TppFields {
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    name: Option<Text<200>>,
    #[schema(value_type = String, required = false, min_length = 1, max_length = 4000)]
    description: Option<Text<4000>>,
    /// What it is set up with. Secrets are shown masked; one that comes back
    /// masked stays what it is.
    #[schema(value_type = Object, required = false)]
    configuration: Option<Small>,
    premium: Option<Option<i64>>,
    #[schema(value_type = Option<f64>)]
    rating: Option<Option<Number>>,
    #[schema(value_type = Option<Object>)]
    meta: Option<Option<Small>>,
    #[schema(rename = "type", value_type = Option<String>, max_length = 100)]
    kind: Option<Option<Text<100>>>,
    tier_level: Option<Option<i64>>,
    /// The product types that it offers, by category.
    #[schema(value_type = Object, required = false)]
    categories: Option<Offered>,
    /// The provider of the provider API that it points at, which then works
    /// for those organisations alone that enabled it here.
    #[schema(value_type = Option<i64>)]
    provider_id: Option<Option<At>>,
}

impl FromFields for TppFields {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            name: fields.optional("name"),
            description: fields.optional("description"),
            configuration: fields.optional("configuration"),
            premium: fields.nullable("premium"),
            rating: fields.nullable("rating"),
            meta: fields.nullable("meta"),
            kind: fields.nullable("type"),
            tier_level: fields.nullable("tier_level"),
            categories: fields.optional("categories"),
            provider_id: fields.nullable("provider_id"),
        })
    }
}

impl TppFields {
    /// The fields with what is said; the rest stays.
    pub(crate) fn applied(self, old: ListingFields) -> ListingFields {
        ListingFields {
            name: self.name.map_or(old.name, |text| text.0),
            description: self.description.map_or(old.description, |text| text.0),
            configuration: self.configuration.map_or(old.configuration, |own| Document(own.0)),
            premium: self.premium.unwrap_or(old.premium),
            rating: self.rating.map_or(old.rating, |given| given.map(|number| number.0)),
            meta: self.meta.map_or(old.meta, |given| given.map(|own| Document(own.0))),
            kind: self.kind.map_or(old.kind, |given| given.map(|text| text.0)),
            tier_level: self.tier_level.unwrap_or(old.tier_level),
            categories: self.categories.map_or(old.categories, |offered| offered.0),
            provider_id: self.provider_id.map_or(old.provider_id, |given| given.map(|at| at.0)),
        }
    }
}

/// A provider that is to be: all that may be said of one, and some that must.
#[derive(Debug)]
pub(crate) struct NewTpp(pub(crate) TppFields);

impl NewTpp {
    /// What must be said.
    const REQUIRED: [&str; 3] = ["name", "description", "categories"];
}

impl FromFields for NewTpp {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.require(&Self::REQUIRED);
        TppFields::from_fields(fields).map(Self)
    }
}

impl PartialSchema for NewTpp {
    fn schema() -> RefOr<Schema> {
        let mut schema = TppFields::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.required = Self::REQUIRED.map(str::to_owned).into();
        }
        schema
    }
}

impl ToSchema for NewTpp {
    fn name() -> Cow<'static, str> {
        "NewTpp".into()
    }
}

/// A small JSON object, which may hold secrets.
struct Small(Map<String, Value>);

/// Shows nothing.
impl std::fmt::Debug for Small {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Small")
    }
}

impl Field for Small {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let size = value.to_string().len();
        let map = Map::from_value(value)?;
        if size > MOST_BYTES { Err(Reason::TooLong(MOST_BYTES)) } else { Ok(Self(map)) }
    }
}

/// Product types by category: some, and none without a name.
#[derive(Debug)]
struct Offered(Categories);

impl Field for Offered {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let map = Map::from_value(value)?;
        within(map.len(), Categories::MOST)?;
        let category = |(name, types): (String, Value)| {
            let name = label(name)?;
            let types = Vec::<String>::from_value(types)?;
            within(types.len(), Categories::MOST_TYPES)?;
            Ok((name, types.into_iter().map(label).collect::<Result<BTreeSet<_>, Reason>>()?))
        };
        Ok(Self(map.into_iter().map(category).collect::<Result<_, Reason>>()?))
    }
}

fn within(count: usize, most: usize) -> Result<(), Reason> {
    let refusal = || Reason::Rule(format!("ensure this has 1 to {most} items"));
    (1..=most).contains(&count).then_some(()).ok_or_else(refusal)
}

fn label(text: String) -> Result<String, Reason> {
    let Text::<{ Categories::MOST_NAME }>(text) = Text::from_value(text.into())?;
    Ok(text)
}

/// The number of a provider of the provider API.
#[derive(Debug)]
struct At(ProviderId);

impl Field for At {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let number = u64::try_from(i64::from_value(value)?).ok();
        number.and_then(ProviderId::new).map(Self).ok_or(Reason::NotA(Kind::Integer))
    }
}
