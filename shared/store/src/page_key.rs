//! The key that places in lists are signed with, and addresses hashed. It is a
//! secret of the table's own: whoever reads the table could sign a place, and
//! would gain nothing by it, since a place leads nowhere but into the caller's
//! own list. They could try addresses, too; whoever has the rows of the audit
//! log from elsewhere can't.

use attesta_identity::PageKey;
use attesta_model::{Error, Result};
use serde::{Deserialize, Serialize};

use crate::table::{Condition, Item, Table, Written, from_item, to_item};
use crate::{Store, keys, patterns};

#[derive(Serialize, Deserialize)]
struct Kept {
    bytes: Vec<u8>,
}

impl Store {
    /// The key, the same for all instances of all functions: whoever wants it
    /// first makes it.
    ///
    /// # Errors
    /// When the table can't be read or written.
    pub async fn page_key(&self) -> Result<PageKey> {
        self.table.page_key().await
    }
}

impl Table {
    pub(crate) async fn page_key(&self) -> Result<PageKey> {
        let [item] = self.get_many([keys::page_key()]).await?;
        if let Some(item) = item {
            return read(item);
        }
        let bytes: [u8; 32] = self.auditor.ids.random()?;
        let kept = Kept { bytes: bytes.to_vec() };
        let item = to_item(patterns::PAGE_KEY, keys::page_key(), &kept)?;
        match self.put_quietly(item, Condition::is_new()).await? {
            Written::Done => Ok(PageKey::new(bytes)),
            Written::Refused(item) => read(item.ok_or_else(|| Error::internal("no page key"))?),
        }
    }
}

pub(crate) fn read(item: Item) -> Result<PageKey> {
    let kept: Kept = from_item(item)?;
    let bytes = kept.bytes.try_into().map_err(|_| Error::internal("a page key of another size"))?;
    Ok(PageKey::new(bytes))
}
