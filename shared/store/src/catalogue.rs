//! Instruments and providers, as requests and lists need them.

use attesta_model::{Error, Instrument, InstrumentId, Result};

use crate::patterns::{Catalogue, CatalogueEntry};
use crate::table::from_item;
use crate::{Store, keys};

impl Store {
    /// An instrument.
    pub(crate) async fn instrument(&self, id: InstrumentId) -> Result<Instrument> {
        let [item] = self.table.get_many([keys::instrument(id)]).await?;
        item.map(from_item).transpose()?.ok_or_else(|| Error::internal("no such instrument"))
    }

    /// Every instrument with its providers.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn catalogue(&self) -> Result<Vec<CatalogueEntry>> {
        let pattern = Catalogue::Whole;
        pattern.fold(self.table.query_all(pattern.query()).await?)
    }

    /// One instrument with its providers, if there is such an instrument.
    pub(crate) async fn catalogue_of(&self, id: InstrumentId) -> Result<Option<CatalogueEntry>> {
        let pattern = Catalogue::Of(id);
        Ok(pattern.fold(self.table.query_all(pattern.query()).await?)?.pop())
    }
}
