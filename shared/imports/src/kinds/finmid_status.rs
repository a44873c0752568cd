//! What the financier said of organisations.

use attesta_model::{OrganisationId, Reason, Result};
use attesta_store::access::ImportTarget;
use attesta_store::{NamedOrganisation, Store};
use uuid::Uuid;

use super::text;
use crate::{About, Applied, Cells, Column, Kind};

/// Whether the financier agreed that organisations are paid in advance.
#[derive(Debug, Clone)]
pub struct FinMidStatus {
    store: Store,
}

/// What was said of one.
#[derive(Debug)]
pub struct Row {
    organisation: NamedOrganisation,
    status: bool,
}

impl FinMidStatus {
    /// Over a table.
    #[must_use]
    pub const fn new(store: Store) -> Self {
        Self { store }
    }
}

impl Row {
    /// The organisation as the file calls it.
    fn key(&self) -> String {
        match &self.organisation {
            NamedOrganisation::Id(id) => id.to_string(),
            NamedOrganisation::Number(number) => number.clone(),
        }
    }
}

impl Kind for FinMidStatus {
    type Row = Row;

    const NAME: &'static str = "finmid-status";
    const COLUMNS: &'static [Column] = COLUMNS;

    fn read(&self, cells: &mut Cells<'_>) -> Option<Row> {
        let id = cells.optional::<Uuid>("organisationId");
        let number = text::<50>(cells, "companyNumber");
        let status = cells.flag("status");
        if status == Some(None) {
            cells.problem("status", &Reason::Required);
        }
        let organisation = match (id?, number) {
            (Some(id), _) => NamedOrganisation::Id(OrganisationId(id)),
            (None, Some(number)) => NamedOrganisation::Number(number),
            (None, None) => {
                if cells.text("companyNumber").is_none() {
                    cells.problem("organisationId", &Reason::Required);
                }
                return None;
            }
        };
        Some(Row { organisation, status: status?? })
    }

    fn about(&self, row: &Row) -> About {
        About { summary: None, reference: Some(row.key()) }
    }

    fn changes(&self, row: &Row) -> Option<String> {
        Some(row.key())
    }

    async fn apply(&self, target: &ImportTarget, row: Row) -> Result<Applied> {
        let Row { organisation, status } = row;
        let imported = self.store.import_advance_pay_status(target, &organisation, status).await?;
        let (id, is_news) = imported;
        let became = if is_news { "The status was set." } else { "The status is as it was." };
        Ok(Applied::new(&id, became))
    }
}

const COLUMNS: &[Column] = &[
    Column {
        name: "organisationId",
        required: false,
        description: "The organisation's identifier; either this or companyNumber must be there",
        example: "",
    },
    Column {
        name: "companyNumber",
        required: false,
        description: "The number that its company is registered by",
        example: "01234567",
    },
    Column {
        name: "status",
        required: true,
        description: "Whether the financier agreed: true or false, or as well yes or no",
        example: "true",
    },
];
