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
mod assurance;
mod attempts;
pub mod audit;
mod available;
mod batch;
mod business_units;
mod catalogue;
mod catalogue_admin;
mod catalogue_lists;
mod changes;
mod clients;
mod completion;
mod connecting;
mod connection_check;
mod connection_contacts;
mod connections;
mod credential;
mod customer_instances;
mod customers;
mod directory;
mod due;
mod enrolled;
mod enrolment;
mod entering;
mod entries;
mod erasure;
mod histograms;
mod idempotency;
mod imported_organisations;
mod imported_preferences;
mod imported_units;
mod imports;
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
mod new_users;
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
mod settings;
mod short_users;
mod sign_in;
mod slices;
mod sub_tpp;
mod sub_tpp_approvals;
mod sub_tpp_lists;
mod submission;
mod table;
mod tenants;
mod used;
mod user_changes;
mod user_erasure;
mod user_export;
mod validation;
mod waiting;
mod webhook;
mod writes;

use std::sync::Arc;

use attesta_model::{IdFactory, Result, Source};
use aws_sdk_dynamodb::Client;
use jiff::SignedDuration;

use crate::audit::Auditor;

pub use addresses::Addresses;
pub use api_token::{ApiToken, ApiTokenPage};
pub use business_units::{MOST_UNITS, NewBusinessUnit, UnitPlan, unit_as_answered};
pub use catalogue_admin::{NewInstrument, NewProvider};
pub use catalogue_lists::CatalogueProvider;
pub use clients::{ClientFilter, ClientPage, ClientPlace, ClientPlan, NewClient};
pub use completion::Event;
pub use connecting::{NewConnection, NewContact};
pub use connection_check::{ConnectionCheck, ConnectionStatus};
pub use connection_contacts::ContactOfConnection;
pub use connections::{Connected, ConnectionPage, ConnectionQuery};
pub use credential::{Credential, CredentialKind, FormerHash, SignedIn};
pub use customer_instances::{InstanceOfCustomer, NewCustomerInstance, OwnCustomerInstance};
pub use customers::NewCustomer;
pub use directory::PeoplePage;
pub use due::{Due, DuePage, DueRow};
pub use enrolled::{Enrolled, ProviderEnrolled};
pub use enrolment::{EnrolmentRow, ModelChange, Replaced};
pub use entries::{
    Indexed, Listed, ListedBy, Listing as EntryListing, OrganisationOrder, OrganisationsWanted,
    PeopleOrder, PeopleWanted, Place, PreferenceWanted, RolesWanted,
};
pub use histograms::{Bins, Histogram, ProviderHistogram};
pub use idempotency::{Idempotency, Planned};
pub use imported_organisations::{ImportedOrganisation, NamedOrganisation};
pub use imported_preferences::{MOST_PREFERENCES, NamedUser, Preferring};
pub use imported_units::ImportedUnit;
pub use imports::{
    Claimed, ImportCounts, ImportJob, ImportPlace, ImportProgress, ImportRun, ImportStatus,
};
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
pub use new_users::{NewUser, UserPlan};
pub use newcomers::Newcomer;
pub use organisation_people::Settling;
pub use organisation_views::{OrganisationView, Surroundings};
pub use organisations::{NewOrganisation, NewPerson};
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
pub use settings::SystemSettings;
pub use short_users::ShortUser;
pub use sign_in::SigningIn;
pub use slices::{Slice, Sliced};
pub use sub_tpp::{MadeSubTpp, NewSubTpp, SubTpp, SubTppPlan};
pub use sub_tpp_approvals::{ApprovalPage, Decision};
pub use sub_tpp_lists::{SubTppFilter, SubTppPage, SubTppPlace};
pub use submission::{NewRequest, Plan};
pub use table::{Item, Table};
pub use tenants::NewTenant;
pub use used::{MOST_SHOWN, UsedSamples};
pub use user_changes::{UserChange, UserToChange};
pub use user_erasure::UserToErase;
pub use user_export::UserExport;
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
        let ids = IdFactory::new(source);
        let auditor = Auditor::new(ids.clone());
        let table = Table { client, name: table.into(), meter: Meter::default(), auditor };
        Self { table, ids }
    }

    /// The same that keeps rows of the audit log so long.
    #[must_use]
    pub fn keeping_audit(mut self, kept: SignedDuration) -> Self {
        self.table.auditor.kept = kept;
        self
    }

    /// The same with a meter of its own, for what goes on beside requests.
    #[must_use]
    pub fn beside(&self) -> Self {
        let table = Table { meter: Meter::default(), ..self.table.clone() };
        Self { table, ids: self.ids.clone() }
    }

    /// Time, identifiers and randomness.
    #[must_use]
    pub const fn ids(&self) -> &IdFactory {
        &self.ids
    }

    /// Opens the way to the table ahead of the first request, by reading
    /// something small that is wanted anyway: what addresses are hashed with.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn warm_up(&self) -> Result<()> {
        let [item] = self.table.get_many([keys::page_key()]).await?;
        if let Some(item) = item {
            // Whoever was faster found the same.
            let _ = self.table.auditor.key.set(page_key::read(item)?);
        }
        Ok(())
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
