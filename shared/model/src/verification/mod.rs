//! Verification: what a provider may answer and what the answers add up to.

mod patience;
mod result;
mod summary;
mod validation;

pub use patience::{Patience, VALIDATION_PATIENCE};
pub use result::{BINS, ResultChange, ResultState, bin};
pub use summary::{InstrumentSummary, ProviderVerdict, request_status, summarise};
pub use validation::{ValidationChange, ValidationState, Verdicts};

use crate::integer_enum::integer_enum;

integer_enum! {
    /// Where one provider's answer stands.
    ResultStatus {
        /// Not begun.
        Pending = 0,
        /// Answered.
        Processed = 1,
        /// Failed.
        Error = 2,
        /// Not answered in time.
        Timeout = 3,
        /// Nobody implements the instrument.
        MissingProvider = 4,
        /// The learner is not enrolled with this provider.
        MissingEnrolment = 5,
        /// Being worked on.
        Processing = 6,
        /// Waiting for a service beyond the provider.
        WaitingExternalService = 7,
    }
}

impl ResultStatus {
    /// Whether an answer is still to come.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Processing | Self::WaitingExternalService)
    }
}

integer_enum! {
    /// What an answer means.
    ResultCode {
        /// Not known yet.
        Pending = 0,
        /// Nothing to see.
        Ok = 1,
        /// Worth a look.
        Warning = 2,
        /// Calls for a look.
        Alert = 3,
    }
}

integer_enum! {
    /// Where a request stands as a whole.
    RequestStatus {
        /// Stored.
        Stored = 0,
        /// About to be sent.
        Scheduled = 1,
        /// Providers are at it.
        Processing = 2,
        /// Done.
        Processed = 3,
        /// Failed.
        Error = 4,
        /// Not answered in time.
        Timeout = 5,
        /// Nobody implements an instrument it asked for.
        MissingProvider = 6,
    }
}

integer_enum! {
    /// What has become of a sample.
    SampleStatus {
        /// Stored, and not judged yet.
        Stored = 0,
        /// Every provider that judged it found it good.
        Valid = 1,
        /// A provider found it bad.
        Error = 2,
        /// A provider did not judge it in time.
        Timeout = 3,
        /// Nobody judges samples of its instrument.
        MissingValidator = 4,
    }
}

integer_enum! {
    /// Where one provider's verdict on a sample stands.
    ValidationStatus {
        /// Not there yet.
        Validating = 0,
        /// The sample is good.
        Valid = 1,
        /// The sample is bad, or could not be judged.
        Error = 2,
        /// Not given in time.
        Timeout = 3,
        /// Waiting for a service beyond the provider.
        WaitingExternalService = 4,
    }
}

impl ValidationStatus {
    /// Whether a verdict is still to come.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Validating | Self::WaitingExternalService)
    }
}
