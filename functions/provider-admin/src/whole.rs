//! Bodies of which some fields must be there, or none.

use std::borrow::Cow;

use attesta_wire::{Fields, FromFields};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Fields of which some make the thing.
pub(crate) trait Parts: FromFields + ToSchema {
    /// Those without which there is none.
    const REQUIRED: &'static [&'static str];
    /// What the whole is called in documents.
    const WHOLE: &'static str;
}

/// The fields `T` with all that must be there.
#[derive(Debug)]
pub(crate) struct Whole<T>(pub(crate) T);

impl<T: Parts> FromFields for Whole<T> {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.require(T::REQUIRED);
        T::from_fields(fields).map(Self)
    }
}

impl<T: Parts> PartialSchema for Whole<T> {
    fn schema() -> RefOr<Schema> {
        let mut schema = T::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.required = T::REQUIRED.iter().map(|&name| name.to_owned()).collect();
        }
        schema
    }
}

impl<T: Parts> ToSchema for Whole<T> {
    fn name() -> Cow<'static, str> {
        T::WHOLE.into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}
