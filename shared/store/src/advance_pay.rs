//! Where organisations are paid in advance.

use attesta_model::{AdvancePay, Result};
use aws_sdk_dynamodb::types::AttributeValue;

use crate::access::ManagedOrganisation;
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
}
