//! What a page of a list that grows costs, from a thousand organisations on.

use std::time::Instant;

use anyhow::Result;
use attesta_model::{Organisation, OrganisationId, Words};
use attesta_store::access::{CanRead, StaffMember};
use attesta_store::{EntryListing, ListedBy, OrganisationsWanted, Place, Seed, Store};
use attesta_testing::World;

use crate::report::Figure;

const CROWDS: [usize; 3] = [1_000, 10_000, 100_000];
const PAGE: usize = 50;
/// So many are written at once.
const BATCH: usize = 500;

/// Read units of a page of fifty, and of what is searched and counted, among so many at most.
pub(crate) async fn measure(most: usize) -> Result<Vec<Figure>> {
    let world = World::start().await;
    let store = &world.store;
    let staff = store.staff::<CanRead>(&world.staff).await?;
    let (mut figures, mut written) = (Vec::new(), 0);
    for crowd in CROWDS.into_iter().filter(|crowd| *crowd <= most) {
        while written < crowd {
            let batch = (written..written + BATCH).map(|number| organisation(store, number));
            Seed(store).listed_organisations(&batch.collect::<Result<Vec<_>>>()?).await?;
            written += BATCH;
        }
        figures.extend(of_a_crowd(store, &staff, crowd).await?);
    }
    Ok(figures)
}

/// No two have the same name, and neighbours in the list are of any age.
fn organisation(store: &Store, number: usize) -> Result<Organisation> {
    let id = OrganisationId(store.ids().uuid()?);
    let shuffled = (number * 7_919) % 1_000_003;
    Ok(Organisation::new(id, format!("Farm {shuffled:06} of Hill {number}"), store.ids().now()))
}

async fn of_a_crowd(
    store: &Store,
    staff: &StaffMember<CanRead>,
    crowd: usize,
) -> Result<Vec<Figure>> {
    let all = OrganisationsWanted::default();
    let one = OrganisationsWanted { words: Words::new("farm 000000"), ..all.clone() };
    let first = EntryListing { limit: PAGE, by: ListedBy::default(), place: Place::default() };
    let halfway = Place::After("farm 500000".to_owned());
    let middle = EntryListing { place: halfway, ..first.clone() };
    let mut figures = Vec::new();
    for (what, wanted, listing) in [
        ("first page", &all, &first),
        ("a page halfway", &all, &middle),
        ("a search", &one, &first),
    ] {
        let _ = store.meter().take();
        let start = Instant::now();
        store.organisations_listed(staff, wanted, listing).await?;
        figures.push(figure(store, crowd, what, start));
    }
    let _ = store.meter().take();
    let start = Instant::now();
    store.organisations_counted(staff, &all).await?;
    figures.push(figure(store, crowd, "a count", start));
    Ok(figures)
}

fn figure(store: &Store, crowd: usize, what: &str, start: Instant) -> Figure {
    let took = start.elapsed();
    let calls = store.meter().take();
    let units: f64 = calls.iter().map(|call| call.read).sum();
    let note = format!("{} calls, {:.1} ms", calls.len(), took.as_secs_f64() * 1e3);
    Figure { subject: format!("{crowd}: {what}"), value: units, note }
}
