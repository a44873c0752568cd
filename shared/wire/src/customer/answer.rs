//! How the dialect's answers are made.

/// Makes a type of a list of fields, all of which an answer has, whether or not
/// anything is known of them: what is not known, or not for the caller's eyes,
/// is null.
macro_rules! answer {
    ($($(#[$about:meta])* $name:ident { $($(#[$field_about:meta])* $field:ident: $type:ty,)+ })+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Default, serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $(
                $(#[$field_about])*
                #[schema(required)]
                pub $field: $type,
            )+
        }
    )+};
}

pub(crate) use answer;
