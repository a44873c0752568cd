//! Erasing a learner: all that is kept of them goes, objects first, so that
//! nothing is left that the table no longer speaks of.

use std::time::Instant;

use attesta_model::{LearnerId, Result};
use attesta_objects::Objects;
use attesta_store::Store;
use jiff::{SignedDuration, Timestamp};

/// After this no form to upload with is good any more, nor is any request still
/// being made that was begun before the mark.
pub const LAST_LOOK: SignedDuration = SignedDuration::from_mins(30);
/// What was not finished goes on after this.
const SHORTLY: SignedDuration = SignedDuration::from_mins(1);

/// Erases what there is of a learner until the time is over; when to go on, if
/// it is not done for good. It is once a look after [`LAST_LOOK`] finds nothing.
///
/// # Errors
/// When the table or the bucket can't be read or written.
pub(crate) async fn erase(
    store: &Store,
    objects: &Objects,
    id: LearnerId,
    until: Instant,
) -> Result<Option<Timestamp>> {
    let now = store.ids().now();
    let Some(learner) = store.to_be_erased(id).await? else { return Ok(None) };
    let last_look = learner.erasing_at.unwrap_or(now) + LAST_LOOK;
    let mut found = 0;
    let is_over = || Instant::now() >= until;
    loop {
        let requests = store.requests_of(id).await?;
        for request in &requests {
            objects.erase_evidence(*request).await?;
            store.erase_request(*request).await?;
        }
        found += requests.len();
        if is_over() {
            return Ok(Some(now + SHORTLY));
        }
        if requests.is_empty() {
            break;
        }
    }
    for entry in store.catalogue().await? {
        loop {
            let samples = store.samples_of(id, entry.instrument.id).await?;
            for sample in &samples {
                objects.erase_validations(*sample).await?;
                store.erase_sample(*sample).await?;
            }
            found += samples.len();
            if is_over() {
                return Ok(Some(now + SHORTLY));
            }
            if samples.is_empty() {
                break;
            }
        }
    }
    found += store.erase_enrolments(id).await?;
    found += objects.erase_learner(learner.organisation_id, id).await?;
    if now < last_look {
        return Ok(Some(last_look));
    }
    if found > 0 {
        return Ok(Some(now + SHORTLY));
    }
    store.finish_erasure(id).await?;
    tracing::info!("a learner is erased");
    Ok(None)
}
