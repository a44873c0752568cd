//! A partner's customers, as a listing's provider is shown them.

use std::collections::HashMap;

use attesta_model::marketplace::{Customer, CustomerChange, CustomerKey};
use attesta_model::{Error, ListingId, OrganisationId, Reason, Result};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::{PartnerCaller, approved_handle, approved_keys, listing_id};
use crate::catalogue_admin::busy;
use crate::idempotency::{Idempotency, Planned, Replay, Wrote};
use crate::keys::{self, Key};
use crate::table::{Condition, Item, from_item, to_item};
use crate::{Store, patterns};

/// How often a change is drawn up again that others were in the way of.
const TRIES: u32 = 5;

/// A customer at rest. Whatever is said of them is in one text, which prints
/// nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct CustomerRow {
    id: Uuid,
    #[serde(with = "text")]
    customer: Customer,
    version: u32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// Whose a key is.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    holder: Uuid,
}

/// Whose customers, with which listing.
#[derive(Debug, Clone, Copy)]
struct Place {
    partner: OrganisationId,
    listing: ListingId,
}

impl Place {
    fn key(self, (field, key): &(CustomerKey, String)) -> Key {
        keys::partner_customer_key(self.partner, self.listing, *field, key)
    }
}

/// Where a change is to be made, and the customer as they stand.
#[derive(Debug)]
struct Found {
    place: Place,
    old: Option<CustomerRow>,
}

impl Store {
    /// Makes a partner's customer with a listing, or changes what is said of
    /// them; the answer is all that is known of them then, as JSON text. They
    /// are found by the first of the given keys that is somebody's.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller's organisation is no partner any
    /// more, [`Error::NotFound`] where it may not see the listing or none of
    /// its deployments has it, [`Error::Invalid`] where the keys are those of
    /// several customers, [`Error::Conflict`] where the call's key was used
    /// with another body.
    pub async fn put_customer(
        &self,
        caller: &PartnerCaller,
        listing: &str,
        change: &CustomerChange,
        idempotency: Option<&Idempotency>,
    ) -> Result<String> {
        let listing = listing_id(listing);
        for attempt in 0..TRIES {
            let found = match self.find_customer(caller, listing, change, idempotency).await? {
                Planned::New(found) => found,
                Planned::Same(answer) => return Ok(answer),
            };
            let (writes, answer) = self.customer_writes(&found, change)?;
            match self.write_first(idempotency, writes, &answer).await? {
                Wrote::Done => return Ok(answer),
                Wrote::Same(answer) => return Ok(answer),
                Wrote::Refused(_) => self.pause(attempt).await?,
            }
        }
        Err(busy())
    }

    /// The caller's right and whose the keys are, in one round, and that
    /// customer in another.
    async fn find_customer(
        &self,
        caller: &PartnerCaller,
        listing: ListingId,
        change: &CustomerChange,
        idempotency: Option<&Idempotency>,
    ) -> Result<Planned<Found>> {
        let place = Place { partner: caller.organisation_id(), listing };
        let given = change.keys();
        let mut wanted = approved_keys(caller, listing);
        wanted.extend(given.iter().map(|key| place.key(key)));
        wanted.extend(idempotency.map(Idempotency::key));
        let mut found = self.table.get_all(&wanted).await?;
        approved_handle(caller, listing, &mut found)?.check_enabled()?;
        if let Some(call) = idempotency
            && let Replay::Same(answer) = call.replay(found.remove(&call.key()), self.ids.now())?
        {
            return Ok(Planned::Same(answer));
        }
        let Some((by, id)) = holder(place, &given, &mut found)? else {
            return Ok(Planned::New(Found { place, old: None }));
        };
        let [row] =
            self.table.get_many([keys::partner_customer(place.partner, listing, id)]).await?;
        // Gone between the rounds, they are looked for again when the write fails.
        let row: Option<CustomerRow> = row.map(from_item).transpose()?;
        if let Some(row) = &row {
            check_own(&given, by, &row.customer)?;
        }
        Ok(Planned::New(Found { place, old: row }))
    }

    fn customer_writes(
        &self,
        Found { place, old }: &Found,
        change: &CustomerChange,
    ) -> Result<(Vec<TransactWriteItem>, String)> {
        let now = self.ids.now();
        let before = old.as_ref().map(|row| row.customer.clone()).unwrap_or_default();
        let row = CustomerRow {
            id: old.as_ref().map_or_else(|| self.ids.uuid(), |row| Ok(row.id))?,
            customer: before.changed(change),
            version: old.as_ref().map_or(1, |row| row.version + 1),
            created_at: old.as_ref().map_or(now, |row| row.created_at),
            updated_at: now,
        };
        let condition = match old {
            Some(row) => Condition::version(row.version),
            None => Condition::is_new(),
        };
        let key = keys::partner_customer(place.partner, place.listing, row.id);
        let mut writes =
            vec![self.table.put_if(to_item(patterns::PARTNER_CUSTOMER, key, &row)?, condition)?];
        let (before, after) = (before.keys(), row.customer.keys());
        for key in after.iter().filter(|key| !before.contains(key)) {
            let holder = Holder { holder: row.id };
            let item = to_item(patterns::CUSTOMER_KEY, place.key(key), &holder)?;
            writes.push(self.table.put_new(item)?);
        }
        for key in before.iter().filter(|key| !after.contains(key)) {
            writes.push(self.table.delete_if(&place.key(key), held_by(row.id))?);
        }
        Ok((writes, row.customer.to_json()))
    }
}

/// Whose the keys are, if anybody's, and which of them comes first that is.
fn holder(
    place: Place,
    given: &[(CustomerKey, String)],
    found: &mut HashMap<Key, Item>,
) -> Result<Option<(CustomerKey, Uuid)>> {
    let mut first: Option<(CustomerKey, Uuid)> = None;
    for key in given {
        let Some(item) = found.remove(&place.key(key)) else { continue };
        let Holder { holder } = from_item(item)?;
        match first {
            None => first = Some((key.0, holder)),
            Some((by, id)) if id != holder => return Err(anothers(key.0, by)),
            Some(_) => {}
        }
    }
    Ok(first)
}

/// A key that counts before the one that found a customer, and is nobody's, may
/// not be another than they have.
fn check_own(given: &[(CustomerKey, String)], by: CustomerKey, customer: &Customer) -> Result<()> {
    let has: Vec<_> = customer.keys().into_iter().map(|(field, _)| field).collect();
    let before = given.iter().take_while(|(field, _)| *field != by);
    match before.map(|(field, _)| *field).find(|field| has.contains(field)) {
        Some(field) => Err(anothers(by, field)),
        None => Ok(()),
    }
}

fn anothers(one: CustomerKey, other: CustomerKey) -> Error {
    let text = format!("belongs to another customer than {}", other.name());
    Error::field(one.name(), Reason::Rule(text))
}

fn held_by(id: Uuid) -> Condition {
    Condition::with("holder = :own").value(":own", AttributeValue::S(id.to_string()))
}

mod text {
    use attesta_model::marketplace::Customer;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(
        customer: &Customer,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&customer.to_json())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Customer, D::Error> {
        Customer::from_json(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
