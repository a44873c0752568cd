//! The key that places in lists are signed with. It is a secret of the table's
//! own: whoever reads the table could sign a place, and would gain nothing by
//! it, since a place leads nowhere but into the caller's own list.

use attesta_identity::PageKey;
use attesta_model::{Error, Result};
use serde::{Deserialize, Serialize};

use crate::table::{Condition, Item, Put, from_item, to_item};
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
        let [item] = self.table.get_many([keys::page_key()]).await?;
        if let Some(item) = item {
            return read(item);
        }
        let bytes: [u8; 32] = self.ids.random()?;
        let kept = Kept { bytes: bytes.to_vec() };
        let item = to_item(patterns::PAGE_KEY, keys::page_key(), &kept)?;
        match self.table.put(item, Condition::is_new()).await? {
            Put::Done => Ok(PageKey::new(bytes)),
            Put::Refused(item) => read(item.ok_or_else(|| Error::internal("no page key"))?),
        }
    }
}

fn read(item: Item) -> Result<PageKey> {
    let kept: Kept = from_item(item)?;
    let bytes = kept.bytes.try_into().map_err(|_| Error::internal("a page key of another size"))?;
    Ok(PageKey::new(bytes))
}
