//! `/lapi/v1/verification/{organisation_id}/{learner_id}/`.

mod cancel;
mod create;
mod idempotency;
mod read;
