//! Rows of the audit log, written along with what they tell of.

use std::sync::Arc;
use std::time::Duration;

use attesta_identity::PageKey;
use attesta_model::{IdFactory, Result};
use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::SignedDuration;
use tokio::sync::OnceCell;

use super::context::{self, Deed};
use super::things::{Thing, Touched};
use super::{Actor, AuditRow};
use crate::catalogue_admin::busy;
use crate::keys::{self, Key};
use crate::patterns;
use crate::table::{Cancelled, Condition, Item, Table, Written, indexed, to_item};

/// So long rows are kept where nothing else is said.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 400);
/// So often one write is tried where other transactions are in the way.
const TRIES: u32 = 5;

/// What rows are made with.
#[derive(Debug, Clone)]
pub(crate) struct Auditor {
    pub(crate) ids: IdFactory,
    /// How long they are kept.
    pub(crate) kept: SignedDuration,
    /// What addresses are hashed with, once it is known.
    pub(crate) key: Arc<OnceCell<PageKey>>,
}

impl Auditor {
    pub(crate) fn new(ids: IdFactory) -> Self {
        Self { ids, kept: KEPT, key: Arc::default() }
    }

    fn row(&self, deed: Deed, touched: Touched, source: String) -> Result<Item> {
        let Deed { origin, actor, home, organisation } = deed;
        let now = self.ids.now();
        let row = AuditRow {
            id: self.ids.uuid()?,
            at: now,
            actor,
            operation: origin.operation,
            things: touched.things,
            organisation_id: organisation.or(touched.organisation).or(home),
            correlation_id: origin.correlation_id,
            source,
            ttl: (now + self.kept).as_second(),
        };
        let key = keys::audit(row.organisation_id, row.at, row.id);
        let place = key.sk.clone();
        let item = to_item(patterns::AUDIT, key, &row)?;
        Ok(indexed(item, keys::audit_shard_of(row.id), place))
    }
}

impl Table {
    /// Whether a write under a key is one that somebody answers for.
    pub(crate) fn is_audited(&self, key: Option<&Key>) -> bool {
        context::is_deed() && key.and_then(Thing::of).is_some()
    }

    /// The row that tells of these writes, where somebody answers for them.
    pub(crate) async fn audit_of(
        &self,
        writes: &[TransactWriteItem],
    ) -> Result<Option<TransactWriteItem>> {
        let Some(deed) = context::deed() else { return Ok(None) };
        let touched = Touched::by(writes);
        if touched.things.is_empty() {
            return Ok(None);
        }
        let source = self.hashed(&deed.origin.address).await?;
        self.put_new(self.auditor.row(deed, touched, source)?).map(Some)
    }

    /// Writes a row that tells of what was done to things elsewhere.
    pub(crate) async fn audit_alone(&self, things: Vec<Thing>) -> Result<()> {
        let Some(deed) = context::deed() else { return Ok(()) };
        let source = self.hashed(&deed.origin.address).await?;
        let touched = Touched { things, organisation: None };
        let row = self.auditor.row(deed, touched, source)?;
        self.put_quietly(row, Condition::is_new()).await.map(drop)
    }

    /// A write that was to stand alone, with its row.
    pub(crate) async fn transact_one(&self, write: TransactWriteItem) -> Result<Written> {
        for attempt in 0..TRIES {
            if attempt > 0 {
                tokio::time::sleep(Duration::from_millis(10 << attempt)).await;
            }
            match self.transact(vec![write.clone()]).await? {
                Ok(()) => return Ok(Written::Done),
                Err(Cancelled { at: Some(0), item }) => return Ok(Written::Refused(item)),
                Err(_) => {}
            }
        }
        Err(busy())
    }

    /// An address as the log has it: the same for the same address of this
    /// deployment, and of no use without its key.
    async fn hashed(&self, address: &str) -> Result<String> {
        let key = self.auditor.key.get_or_try_init(|| self.page_key()).await?;
        Ok(key.pseudonym(b"audit", address.as_bytes()))
    }
}

impl Actor {
    /// Whether it is this one, by its kind or an identifier.
    pub(super) fn is(self, wanted: &str) -> bool {
        let ids = [self.id(), self.user_id().map(|id| id.0)];
        self.kind() == wanted || ids.iter().flatten().any(|id| id.to_string() == wanted)
    }
}
