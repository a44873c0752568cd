//! States that travel as integers.

use std::borrow::Cow;

use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// The schema of an integer from 0 to `HIGHEST` that stands for a state.
#[derive(Debug, Clone, Copy)]
pub struct Code<const HIGHEST: u8>;

impl<const HIGHEST: u8> PartialSchema for Code<HIGHEST> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some(0..=HIGHEST)).into()
    }
}

impl<const HIGHEST: u8> ToSchema for Code<HIGHEST> {
    fn name() -> Cow<'static, str> {
        format!("Code{HIGHEST}").into()
    }
}
