//! Whom an organisation would come to deal with, without anything being made:
//! found by number and name, and by the addresses of those whom it knows there.

use std::collections::BTreeSet;

use attesta_model::{Error, Organisation, OrganisationId, Result, own_mail_domain};
use tokio::task::JoinSet;

use crate::access::Home;
use crate::connecting::{Around, NewConnection, Target, can_be_dealt_with};
use crate::connections::Found;
use crate::entering::AtDomain;
use crate::table::{Query, Sort, from_item};
use crate::{Store, keys};

/// So many of those with an address in a domain are asked where they belong.
const MOST_AT_DOMAIN: usize = 20;

/// What a connection would come to.
#[derive(Debug, Clone)]
pub struct ConnectionCheck {
    /// In a word.
    pub status: ConnectionStatus,
    /// Whether it could not be made.
    pub is_blocked: bool,
    /// The organisations that may be meant, the likeliest first.
    pub organisations: Vec<Organisation>,
}

/// What a connection would come to, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionStatus {
    /// It would be with the organisation itself, or with somebody of its own.
    Own,
    /// They deal already.
    Connected,
    /// A contact is another organisation's user, or the name is another
    /// company's.
    Taken,
    /// There are organisations that may be meant.
    Match,
    /// There are none: one would be made.
    None,
}

impl ConnectionStatus {
    /// The word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Connected => "connected",
            Self::Taken => "taken",
            Self::Match => "match",
            Self::None => "none",
        }
    }
}

impl Store {
    /// What it would come to if the caller's organisation dealt with somebody.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is no organisation of the identifier that
    /// is given.
    pub async fn check_connection(
        &self,
        home: &Home,
        new: &NewConnection,
    ) -> Result<ConnectionCheck> {
        let own = home.organisation().id;
        let mut around = Around { own, new, found: Found::default() };
        let wanted = around.names();
        let (at_domains, named) =
            tokio::join!(self.at_domains(new), around.found.add(self, wanted));
        named?;
        let at_domains = at_domains?;
        let mut wanted = around.holders()?;
        for (_, entry) in &at_domains {
            wanted.extend([keys::user(entry.user_id), keys::organisation(entry.organisation_id)]);
        }
        around.found.add(self, wanted).await?;
        let by_domain = still_there(&at_domains, &around.found)?;
        let by_address: Vec<_> =
            around.users()?.into_iter().map(|user| user.organisation_id).collect();
        let others = by_address.iter().flatten().chain(&by_domain);
        let wanted: Vec<_> =
            others.flat_map(|id| [keys::organisation(*id), keys::connection(own, *id)]).collect();
        around.found.add(self, wanted).await?;
        judged(&around, &by_address, &by_domain)
    }

    /// Those with an address in a domain of a contact's, some of each.
    async fn at_domains(&self, new: &NewConnection) -> Result<Vec<(String, AtDomain)>> {
        let emails = new.contacts.iter().filter_map(|contact| contact.email.as_ref());
        let domains: BTreeSet<_> =
            emails.filter_map(|email| own_mail_domain(email.as_str())).collect();
        let mut queries = JoinSet::new();
        for domain in domains {
            let table = self.table.clone();
            queries.spawn(async move {
                let query = Query::table(keys::mail_domain(&domain), Sort::Any);
                let items = table.query_up_to(query, MOST_AT_DOMAIN).await?;
                let entries = items.into_iter().map(|item| Ok((domain.clone(), from_item(item)?)));
                entries.collect::<Result<Vec<(String, AtDomain)>>>()
            });
        }
        let mut entries = Vec::new();
        while let Some(found) = queries.join_next().await {
            entries.extend(found.map_err(Error::internal)??);
        }
        entries.sort_by_key(|(_, entry)| (entry.organisation_id, entry.user_id));
        Ok(entries)
    }
}

/// The organisations of those who still have an address in their domain.
fn still_there(entries: &[(String, AtDomain)], found: &Found) -> Result<BTreeSet<OrganisationId>> {
    let mut organisations = BTreeSet::new();
    for (domain, entry) in entries {
        let Some(user) = found.user(entry.user_id)? else { continue };
        let own = user.email.as_deref().and_then(own_mail_domain);
        if own.as_ref() == Some(domain) && user.organisation_id == Some(entry.organisation_id) {
            organisations.insert(entry.organisation_id);
        }
    }
    Ok(organisations)
}

fn judged(
    around: &Around<'_>,
    by_address: &[Option<OrganisationId>],
    by_domain: &BTreeSet<OrganisationId>,
) -> Result<ConnectionCheck> {
    let (target, is_name_taken) = match around.target() {
        Ok(Target::There(other)) => (Some(*other), false),
        Ok(Target::Shell) => (None, false),
        Err(Error::Refused(_)) => return Ok(ConnectionCheck::own()),
        Err(Error::Conflict { .. }) => (None, true),
        Err(other) => return Err(other),
    };
    if by_address.contains(&Some(around.own)) {
        return Ok(ConnectionCheck::own());
    }
    let named = target.as_ref().map(|other| other.id);
    for (at, contact) in around.new.contacts.iter().enumerate() {
        if contact.id.is_some() {
            around.contact(at, contact, named.unwrap_or(OrganisationId(uuid::Uuid::nil())))?;
        }
    }
    let is_taken = is_name_taken || by_address.iter().any(|id| id.is_none() || *id != named);
    let (mut seen, mut organisations) = (BTreeSet::from([around.own]), Vec::new());
    let others = named.iter().chain(by_address.iter().flatten()).chain(by_domain);
    for id in others.copied() {
        let other = around.found.organisation(id)?.filter(can_be_dealt_with);
        if seen.insert(id) {
            organisations.extend(other);
        }
    }
    let is_connected = |id: OrganisationId| around.found.has(&keys::connection(around.own, id));
    // What is meant is what is named, or else what the contacts are of.
    let mut meant = named.into_iter().chain(by_address.iter().copied().flatten()).take(1);
    let status = match () {
        () if meant.any(is_connected) => ConnectionStatus::Connected,
        () if is_taken => ConnectionStatus::Taken,
        () if !organisations.is_empty() => ConnectionStatus::Match,
        () => ConnectionStatus::None,
    };
    let is_blocked = matches!(status, ConnectionStatus::Connected | ConnectionStatus::Taken);
    Ok(ConnectionCheck { status, is_blocked, organisations })
}

impl ConnectionCheck {
    const fn own() -> Self {
        Self { status: ConnectionStatus::Own, is_blocked: true, organisations: Vec::new() }
    }
}
