//! Enumerations that travel as integers.

/// Declares an enumeration whose values are integers on the wire and at rest.
macro_rules! integer_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $value:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant = $value),* }

        impl $name {
            /// Every value, in ascending order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The integer on the wire.
            #[must_use]
            pub const fn number(self) -> u8 {
                self as u8
            }

            /// The value with this integer, if there is one.
            #[must_use]
            pub fn from_number(number: i64) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| i64::from(value.number()) == number)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u8(self.number())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let number = i64::deserialize(deserializer)?;
                Self::from_number(number)
                    .ok_or_else(|| serde::de::Error::custom(format_args!("no such value: {number}")))
            }
        }
    };
}

pub(crate) use integer_enum;
