//! What users would like to buy.

use std::collections::BTreeSet;

use attesta_model::{Number, Preference, Reason, Result, UserId};
use attesta_store::access::ImportTarget;
use attesta_store::{NamedUser, Preferring, Store};
use attesta_wire::Text;
use attesta_wire::customer::inputs::RegionIso;
use uuid::Uuid;

use super::email;
use crate::{About, Applied, Cells, Column, Kind};

/// Preferences that come to those that users have.
#[derive(Debug, Clone)]
pub struct AddedPreferences(Preferences);

/// Preferences that users have from then on, and no others.
#[derive(Debug, Clone)]
pub struct SetPreferences(Preferences);

#[derive(Debug, Clone)]
struct Preferences {
    store: Store,
    how: Preferring,
}

/// What a user would like to buy: rows right below one another.
#[derive(Debug)]
pub struct Row {
    user: NamedUser,
    preferences: Vec<Preference>,
}

impl AddedPreferences {
    /// Over a table.
    #[must_use]
    pub const fn new(store: Store) -> Self {
        Self(Preferences { store, how: Preferring::Also })
    }
}

impl SetPreferences {
    /// Over a table.
    #[must_use]
    pub const fn new(store: Store) -> Self {
        Self(Preferences { store, how: Preferring::Instead })
    }
}

/// Both kinds are the same but for their names.
macro_rules! kinds {
    ($($kind:ty: $name:literal;)+) => {$(
        impl Kind for $kind {
            type Row = Row;

            const NAME: &'static str = $name;
            const COLUMNS: &'static [Column] = COLUMNS;

            fn read(&self, cells: &mut Cells<'_>) -> Option<Row> {
                Row::read(cells)
            }

            fn about(&self, row: &Row) -> About {
                About { summary: None, reference: Some(row.key()) }
            }

            fn join(&self, row: &mut Row, next: Row) -> Option<Row> {
                row.join(next)
            }

            fn changes(&self, row: &Row) -> Option<String> {
                Some(row.key())
            }

            async fn apply(&self, target: &ImportTarget, row: Row) -> Result<Applied> {
                self.0.apply(target, row).await
            }
        }
    )+};
}

kinds! {
    AddedPreferences: "preferences";
    SetPreferences: "preferences-overwriting";
}

impl Preferences {
    async fn apply(&self, target: &ImportTarget, row: Row) -> Result<Applied> {
        let Row { user, preferences } = row;
        let imported = self.store.import_preferences(target, &user, &preferences, self.how).await?;
        let (id, is_news) = imported;
        Ok(Applied::new(
            &id,
            match (is_news, self.how) {
                (false, _) => "The preferences are as they were.",
                (true, Preferring::Also) => "The preferences were added.",
                (true, Preferring::Instead) => "The preferences were set.",
            },
        ))
    }
}

impl Row {
    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let id = cells.optional::<Uuid>("userId");
        let email = email(cells, "email");
        let numbers = |cells: &mut Cells<'_>, column| {
            let texts = cells.list::<Text<50>>(column)?;
            let numbers: Option<BTreeSet<Number>> =
                texts.iter().map(|Text(text)| text.parse().ok()).collect();
            if numbers.is_none() {
                cells.problem(column, &Reason::NotA(attesta_model::Kind::Number));
            }
            Some(numbers?.into_iter().collect::<Vec<_>>())
        };
        let commodity = numbers(cells, "commodity");
        if commodity.as_ref().is_some_and(|commodities| commodities.len() > 1) {
            cells.problem("commodity", &Reason::Rule("must be one, in a row each".to_owned()));
        }
        let grades = numbers(cells, "grades");
        let regions = cells.list::<RegionIso>("regions");
        let enabled = cells.flag("enabled");
        let user = match (id?, email) {
            (Some(id), _) => NamedUser::Id(UserId(id)),
            (None, Some(email)) => NamedUser::Email(email),
            (None, None) => {
                if cells.text("email").is_none() {
                    cells.problem("email", &Reason::Required);
                }
                return None;
            }
        };
        let regions: BTreeSet<_> = regions?.into_iter().map(|region| region.0).collect();
        let preference = Preference {
            commodity: commodity?.first().copied(),
            grades: grades?,
            regions: regions.into_iter().collect(),
            enabled: enabled?.unwrap_or(true),
        };
        Some(Self { user, preferences: vec![preference] })
    }

    /// The user as the file calls them.
    fn key(&self) -> String {
        match &self.user {
            NamedUser::Id(id) => id.to_string(),
            NamedUser::Email(email) => email.to_lowercase(),
        }
    }

    fn join(&mut self, next: Self) -> Option<Self> {
        if self.key() != next.key() {
            return Some(next);
        }
        self.preferences.extend(next.preferences);
        None
    }
}

const COLUMNS: &[Column] = &[
    Column {
        name: "email",
        required: false,
        description: "The user's e-mail address; either this or userId must be there",
        example: "ada@acme.example",
    },
    Column {
        name: "userId",
        required: false,
        description: "The user's identifier; it counts where both are there",
        example: "",
    },
    Column {
        name: "commodity",
        required: false,
        description: "What they would like to buy, by its number; anything if blank",
        example: "17",
    },
    Column {
        name: "grades",
        required: false,
        description: "Of which grades, by their numbers, semicolons between; of any if blank",
        example: "3;5",
    },
    Column {
        name: "regions",
        required: false,
        description: "From which regions, by ISO 3166-2, semicolons between; from any if blank",
        example: "GB-OXF;GB-LIN",
    },
    Column {
        name: "enabled",
        required: false,
        description: "Whether it counts: yes or no; yes if blank",
        example: "yes",
    },
];
