//! Where organisations are paid in advance.

use attesta_model::{AdvancePay, Error, OrganisationId, Result, Status};
use aws_sdk_dynamodb::types::AttributeValue;

use crate::access::{ImportTarget, ManagedOrganisation};
use crate::imported_organisations::NamedOrganisation;
use crate::table::{Condition, stored};
use crate::{Store, keys, patterns};

impl Store {
    /// Has an organisation be paid in advance elsewhere, in one write. What the
    /// financier said stays, where nothing is said of it.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn set_advance_pay(&self, of: &ManagedOrganisation, pay: &AdvancePay) -> Result<()> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let change = Condition::default()
            .name("#type", "type")
            .value(":type", text(patterns::ADVANCE_PAY))
            .value(":name", text(&pay.account_name))
            .value(":code", text(&pay.sort_code))
            .value(":number", text(&pay.account_number));
        let account =
            "SET #type = :type, account_name = :name, sort_code = :code, account_number = :number";
        let key = keys::advance_pay(of.get().id);
        match pay.status {
            None => self.table.update(&key, account, change).await.map(drop),
            status => {
                let change = change.name("#status", "status").value(":status", stored(&status)?);
                let both = format!("{account}, #status = :status");
                self.table.update(&key, &both, change).await.map(drop)
            }
        }
    }
    /// Notes what the financier said of an organisation, and yields which that is
    /// and whether it was news. One transaction, and a read before it where the
    /// organisation is named by its number.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such organisation, the import is
    /// into another, or it is deleted; [`Error::Conflict`] where it has no
    /// account.
    pub async fn import_advance_pay_status(
        &self,
        target: &ImportTarget,
        named: &NamedOrganisation,
        status: bool,
    ) -> Result<(OrganisationId, bool)> {
        const ORGANISATION: usize = 0;
        const TRIES: u32 = 5;
        let id = self.organisation_named(target, named).await?;
        for attempt in 0..TRIES {
            let is_kept = Condition::with("attribute_exists(pk) AND #status <> :deleted")
                .name("#status", "status")
                .value(":deleted", stored(&Status::Deleted)?);
            let is_news = Condition::with(
                "attribute_exists(pk) AND (attribute_not_exists(#status) OR #status <> :status)",
            )
            .name("#status", "status")
            .value(":status", AttributeValue::Bool(status));
            let writes = vec![
                self.table.check(&keys::organisation(id), is_kept)?,
                self.table.update_if(&keys::advance_pay(id), "SET #status = :status", is_news)?,
            ];
            let Err(cancelled) = self.table.transact(writes).await? else {
                return Ok((id, true));
            };
            match cancelled.at {
                Some(ORGANISATION) => return Err(Error::not_found()),
                // The account says so already, if there is one.
                Some(_) => return cancelled.item.map(|_| (id, false)).ok_or_else(no_account),
                None => self.pause(attempt).await?,
            }
        }
        Err(Error::internal("an advance-pay status could not be noted in five tries"))
    }
}

fn no_account() -> Error {
    let message = "The organisation has no account to be paid in advance on.".to_owned();
    Error::Conflict { code: "no_account", message }
}
