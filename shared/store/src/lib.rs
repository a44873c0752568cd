//! The single table: keys, entities, access patterns, and the lookups that make
//! handles.
//!
//! Whoever wants to read or write something of somebody's needs a handle to it
//! ([`access`]); handles come from lookups that check the caller against the
//! table, in the same round of reads that brings the thing itself. What each
//! lookup costs stands in `ACCESS-PATTERNS.md`.

pub mod access;
mod addresses;
mod advance_pay;
mod api_token;
mod attempts;
mod available;
mod batch;
mod business_units;
mod catalogue;
mod catalogue_admin;
mod catalogue_lists;
mod changes;
mod clients;
mod completion;
mod connections;
mod credential;
mod customer_instances;
mod customers;
mod directory;
mod due;
mod enrolled;
mod enrolment;
mod entering;
mod erasure;
mod histograms;
mod idempotency;
mod issuer;
pub mod keys;
mod learner;
mod links;
mod listing;
mod marketplace;
mod members;
mod meter;
mod names;
mod new_staff;
mod newcomers;
mod notices;
mod notifications;
mod organisation_changes;
mod organisation_names;
mod organisation_owner;
mod organisation_people;
mod organisation_views;
mod organisations;
mod outbox;
mod page_key;
mod patterns;
mod people;
mod provider_credentials;
mod provider_instances;
mod reads;
mod resellers;
mod results;
mod sample;
mod sample_intake;
mod seed;
mod sessions;
mod sign_in;
mod slices;
mod sub_tpp;
mod sub_tpp_approvals;
mod sub_tpp_lists;
mod submission;
mod table;
mod tenants;
mod used;
mod validation;
mod waiting;
mod webhook;
mod writes;

use std::sync::Arc;

use attesta_model::{IdFactory, Result, Source};
use aws_sdk_dynamodb::Client;

pub use addresses::Addresses;
pub use api_token::{ApiToken, ApiTokenPage};
pub use catalogue_admin::{NewInstrument, NewProvider};
pub use catalogue_lists::CatalogueProvider;
pub use clients::{ClientFilter, ClientPage, ClientPlace, ClientPlan, NewClient};
pub use completion::Event;
pub use credential::{Credential, CredentialKind, FormerHash, SignedIn};
pub use customer_instances::{InstanceOfCustomer, NewCustomerInstance, OwnCustomerInstance};
pub use customers::NewCustomer;
pub use directory::PeoplePage;
pub use due::{Due, DuePage, DueRow};
pub use enrolled::{Enrolled, ProviderEnrolled};
pub use enrolment::{EnrolmentRow, ModelChange, Replaced};
pub use histograms::{Bins, Histogram, ProviderHistogram};
pub use idempotency::{Idempotency, Planned};
pub use links::{Asked, LINK_PREFIX};
pub use listing::{ListPage, ListQuery, Order, Position, Row};
pub use marketplace::{
    Approval, ApprovalOfStaff, ApprovedPage, ClosedPartner, Document, Listing, ListingFields,
    ListingPage, NewListing, NewPartner, Partner, PartnerOfStaff, PartnerPage,
};
pub use members::{Member, MemberOfStaff, MemberPage, MemberPlan, MemberWanted};
pub use meter::{Call, Meter};
pub use names::Names;
pub use new_staff::NewStaff;
pub use newcomers::Newcomer;
pub use organisation_people::Settling;
pub use organisation_views::{ConnectedTo, OrganisationView, Surroundings};
pub use organisations::{NewContact, NewOrganisation};
pub use outbox::{OutboxPage, OutboxRow, Tally, Task};
pub use patterns::{
    CatalogueEntry, RequestAggregate, RequestHeader, RequestedInstrument, ResultRow,
    SampleAggregate,
};
pub use people::{OwnProfile, Person};
pub use provider_instances::NewProviderInstance;
pub use resellers::NewReseller;
pub use sample::{SampleCount, SampleRow};
pub use sample_intake::SamplePlan;
pub use seed::Seed;
pub use sign_in::SigningIn;
pub use slices::{Slice, Sliced};
pub use sub_tpp::{MadeSubTpp, NewSubTpp, SubTpp, SubTppPlan};
pub use sub_tpp_approvals::{ApprovalPage, Decision};
pub use sub_tpp_lists::{SubTppFilter, SubTppPage, SubTppPlace};
pub use submission::{NewRequest, Plan};
pub use table::{Item, Table};
pub use tenants::NewTenant;
pub use used::{MOST_SHOWN, UsedSamples};
pub use validation::{Changed, ValidationRow, there_already};
pub use webhook::Webhook;

/// The table and the identifiers that go into it.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
    ids: IdFactory,
}

impl Store {
    /// A store over a table.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>, source: Arc<dyn Source>) -> Self {
        let table = Table { client, name: table.into(), meter: Meter::default() };
        Self { table, ids: IdFactory::new(source) }
    }

    /// Time, identifiers and randomness.
    #[must_use]
    pub const fn ids(&self) -> &IdFactory {
        &self.ids
    }

    /// Opens the way to the table ahead of the first request, by reading
    /// something small that any function may read.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn warm_up(&self) -> Result<()> {
        self.table.get_many([keys::issuer_key("")]).await.map(drop)
    }

    /// Waits before another try, longer each time and never in step with those
    /// who wait for the same.
    pub(crate) async fn pause(&self, attempt: u32) -> Result<()> {
        const AT_MOST: u64 = 128;
        let most = AT_MOST.min(8 << attempt);
        let [random] = self.ids.random::<1>()?;
        let wait = most * u64::from(random) / u64::from(u8::MAX);
        tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
        Ok(())
    }

    /// What the calls to the table cost.
    #[must_use]
    pub const fn meter(&self) -> &Meter {
        &self.table.meter
    }
}
