//! The domain: types and rules, no I/O.
//!
//! Everything here can be tested without a network, a table or a clock: time,
//! identifiers and randomness come from a [`Source`].

mod assurance;
mod business_unit;
mod catalogue;
mod certificate;
mod company;
mod connection;
mod directory;
mod domain;
mod email;
mod enrolment;
mod error;
mod ids;
mod integer_enum;
mod logging;
mod logo;
mod machine;
mod mail_hosts;
pub mod margin;
pub mod marketplace;
mod microsoft;
mod notice;
mod notification;
mod number;
mod organisation;
mod organisation_change;
mod phone;
mod place;
mod principal;
mod redirect;
mod rights;
mod source;
mod stored;
mod sub_tpp;
mod tenancy;
mod user;
pub mod verification;
mod webhook;
mod words;

pub use assurance::CertificateQuery;
pub use business_unit::{Business, BusinessUnit, BusinessUnitKind};
pub use catalogue::{Instrument, Polarity, Provider, Thresholds};
pub use certificate::{
    Certificate, CertificateEnterprise, CertificateStatus, CertifiedSite, SiteIdentifier,
};
pub use company::{
    Assurance, AssuranceScheme, Billing, Company, DocumentRef, Period, Price, SettlementContact,
    Sqc,
};
pub use connection::{Connection, Relationship};
pub use directory::{DirectoryJob, Welcome};
pub use domain::{Domain, NotADomain};
pub use email::{Email, NotAnEmail};
pub use enrolment::{LOCK_LIFETIME, Lock, MOST_USED, Percentage};
pub use error::{Error, Kind, Problem, Reason, Result};
pub use ids::{
    ApiTokenId, BusinessUnitId, CredentialId, CustomerId, EnrolmentId, ImportJobId, InstrumentId,
    LearnerId, ListingId, NotificationId, OrganisationId, ProviderId, ProviderInstanceId,
    RequestId, ResultId, SampleId, SubTppId, TaskId, UploadId, UserId, ValidationId,
};
pub use logging::{Directive, LogFilter, LogLevel, Logging, NotAFilter, NotALevel};
pub use logo::{Logo, LogoKind, MAX_LOGO, NotALogo};
pub use machine::{Machine, MachineKind, NotKnown, Scope, Scopes};
pub use mail_hosts::own_mail_domain;
pub use notice::{AccountKind, AccountRequest, Message, ModuleRequest, Notice};
pub use notification::{NewNotification, Notification, NotificationChange, REPEATED, moment};
pub use number::{NotANumber, Number};
pub use organisation::{AdvancePay, Learner, Module, Organisation, Status};
pub use organisation_change::OrganisationChange;
pub use phone::{NotAPhone, Phone};
pub use place::{Address, Coordinates, HomeCountry, Location};
pub use principal::{NotAPrincipal, Principal};
pub use redirect::{NotAPlace, Redirect, Redirects};
pub use rights::{Access, Area, ReadWrite, can_be_given, roles_of_module, roles_of_owner};
pub use source::{IdFactory, Source, SystemSource};
pub use stored::{ObjectChange, StoredObject};
pub use sub_tpp::{Country, MOST_CHILDREN, MOST_LEVELS, Merchant, SubTppStatus};
pub use tenancy::{
    Customer, CustomerInstance, ProviderInstance, Reseller, Tenant, check_customer_data,
};
pub use user::{OWNER, Preference, Profile, Settings, Staff, User};
pub use webhook::{NotAWebhookUrl, WebhookUrl, is_public};
pub use words::{Words, folded, words_of};
