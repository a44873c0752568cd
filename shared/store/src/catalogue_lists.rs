//! Instruments and providers, as staff list them. All are read, and ordered
//! and searched here: a catalogue is small.

use std::cmp::Ordering;

use attesta_identity::UserCaller;
use attesta_model::{Error, Instrument, Provider, Result};
use serde::Deserialize;
use tokio::try_join;

use crate::access::{self, CanRead};
use crate::listing::{Compare, ListPage, ListQuery, Row, Sortable, page_of_all};
use crate::patterns::CatalogueEntry;
use crate::table::from_item;
use crate::{Store, keys};

/// A provider with the instrument that it implements.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CatalogueProvider {
    /// The instrument.
    pub instrument: Instrument,
    /// The provider.
    pub provider: Provider,
}

impl Store {
    /// Every instrument.
    ///
    /// # Errors
    /// Those of [`Store::staff`].
    pub async fn staff_instruments(
        &self,
        caller: &UserCaller,
        query: &ListQuery,
    ) -> Result<ListPage<Instrument>> {
        let (_, entries) = try_join!(self.staff::<CanRead>(caller), self.catalogue())?;
        page_of_all(entries.into_iter().map(|entry| entry.instrument).collect(), query)
    }

    /// Every provider, whatever it implements.
    ///
    /// # Errors
    /// Those of [`Store::staff`].
    pub async fn staff_providers(
        &self,
        caller: &UserCaller,
        query: &ListQuery,
    ) -> Result<ListPage<CatalogueProvider>> {
        let (_, entries) = try_join!(self.staff::<CanRead>(caller), self.catalogue())?;
        page_of_all(entries.into_iter().flat_map(providers).collect(), query)
    }

    /// Every provider of an instrument.
    ///
    /// # Errors
    /// Those of [`Store::staff`], and [`Error::NotFound`] where there is no
    /// such instrument.
    pub async fn staff_providers_of(
        &self,
        caller: &UserCaller,
        instrument: &str,
        query: &ListQuery,
    ) -> Result<ListPage<CatalogueProvider>> {
        let id = access::instrument_id(instrument)?;
        let (_, entry) = try_join!(self.staff::<CanRead>(caller), self.catalogue_of(id))?;
        page_of_all(providers(entry.ok_or_else(Error::not_found)?).collect(), query)
    }

    /// A provider, whatever it implements.
    ///
    /// # Errors
    /// Those of [`Store::staff`], and [`Error::NotFound`].
    pub async fn staff_provider(&self, caller: &UserCaller, id: &str) -> Result<CatalogueProvider> {
        let wanted = [keys::user(caller.user_id), keys::provider(access::provider_id(id)?)];
        let [user, provider] = self.table.get_many(wanted).await?;
        access::staff_handle::<CanRead>(caller, user)?;
        let provider: Provider = from_item(provider.ok_or_else(Error::not_found)?)?;
        if provider.deleted_at.is_some() {
            return Err(Error::not_found());
        }
        let instrument = self.instrument(provider.instrument_id).await?;
        Ok(CatalogueProvider { instrument, provider })
    }
}

fn providers(entry: CatalogueEntry) -> impl Iterator<Item = CatalogueProvider> {
    let CatalogueEntry { instrument, providers } = entry;
    let with = move |provider| CatalogueProvider { instrument: instrument.clone(), provider };
    providers.into_iter().map(with)
}

impl Row for Instrument {
    fn number(&self) -> u64 {
        self.id.get()
    }
}

impl Sortable for Instrument {
    const FIELDS: &'static [(&'static str, Compare<Self>)] = &[
        ("name", |a, b| a.name.cmp(&b.name)),
        ("acronym", |a, b| a.acronym.cmp(&b.acronym)),
        ("queue", |a, b| a.queue.cmp(&b.queue)),
        ("enabled", |a, b| a.enabled.cmp(&b.enabled)),
        ("requires_enrolment", |a, b| a.requires_enrolment.cmp(&b.requires_enrolment)),
        ("description", |a, b| a.description.cmp(&b.description)),
        ("identity", |a, b| a.identity.cmp(&b.identity)),
        ("originality", |a, b| a.originality.cmp(&b.originality)),
        ("authorship", |a, b| a.authorship.cmp(&b.authorship)),
        ("integrity", |a, b| a.integrity.cmp(&b.integrity)),
        ("created_at", |a, b| a.created_at.cmp(&b.created_at)),
        ("updated_at", |a, b| a.updated_at.cmp(&b.updated_at)),
    ];

    fn texts(&self) -> Vec<String> {
        vec![self.name.clone(), self.acronym.clone()]
    }
}

impl Row for CatalogueProvider {
    fn number(&self) -> u64 {
        self.provider.id.get()
    }
}

impl Sortable for CatalogueProvider {
    const FIELDS: &'static [(&'static str, Compare<Self>)] = &[
        ("name", |a, b| a.provider.name.cmp(&b.provider.name)),
        ("acronym", |a, b| a.provider.acronym.cmp(&b.provider.acronym)),
        ("queue", |a, b| a.provider.queue.cmp(&b.provider.queue)),
        ("description", |a, b| a.provider.description.cmp(&b.provider.description)),
        ("url", |a, b| a.provider.url.cmp(&b.provider.url)),
        ("version", |a, b| a.provider.version.cmp(&b.provider.version)),
        ("image", |a, b| a.provider.image.cmp(&b.provider.image)),
        ("enabled", |a, b| a.provider.enabled.cmp(&b.provider.enabled)),
        ("allow_validation", |a, b| a.provider.allow_validation.cmp(&b.provider.allow_validation)),
        ("validation_active", |a, b| {
            a.provider.validation_active.cmp(&b.provider.validation_active)
        }),
        ("has_service", |a, b| a.provider.has_service.cmp(&b.provider.has_service)),
        ("service_port", |a, b| a.provider.service_port.cmp(&b.provider.service_port)),
        ("warning_below", |a, b| {
            let (a, b) = (a.provider.thresholds, b.provider.thresholds);
            numbers(a.warning_below, b.warning_below)
        }),
        ("alert_below", |a, b| {
            let (a, b) = (a.provider.thresholds, b.provider.thresholds);
            numbers(a.alert_below, b.alert_below)
        }),
    ];

    fn texts(&self) -> Vec<String> {
        vec![self.provider.name.clone(), self.provider.acronym.clone()]
    }
}

/// None comes first.
fn numbers(a: Option<f64>, b: Option<f64>) -> Ordering {
    let number = |one: Option<f64>| one.unwrap_or(f64::NEG_INFINITY);
    number(a).total_cmp(&number(b))
}
