//! Places in a member's list as texts that nobody else can make.

use attesta_identity::PageKey;
use attesta_model::{Error, OrganisationId, Reason, Result, SubTppId};
use attesta_store::{Store, SubTppFilter, SubTppPlace};
use tokio::sync::OnceCell;
use uuid::Uuid;

/// The name of the parameter.
pub(crate) const OFFSET: &str = "page.offset";

/// Signs places in lists, with a key that is read once.
#[derive(Debug)]
pub struct Offsets {
    store: Store,
    key: OnceCell<PageKey>,
}

impl Offsets {
    /// The key is in this table; nothing is read yet.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store, key: OnceCell::new() }
    }

    /// Reads the key ahead of the first request.
    ///
    /// # Errors
    /// When the table can't be read or written.
    pub async fn ready(&self) -> Result<()> {
        self.key().await.map(drop)
    }

    pub(crate) async fn key(&self) -> Result<&PageKey> {
        self.key.get_or_try_init(|| self.store.page_key()).await
    }
}

/// What a member asked of its list: its places are of no other question.
pub(crate) struct Question<'a> {
    pub(crate) member: OrganisationId,
    pub(crate) filter: &'a SubTppFilter,
}

const FROM: u8 = 0;
const AFTER: u8 = 1;

impl Question<'_> {
    fn as_bytes(&self) -> Result<Vec<u8>> {
        let SubTppFilter { names, days } = self.filter;
        let question = ("sub-tpps", self.member, names, days);
        serde_json::to_vec(&question).map_err(Error::internal)
    }

    /// The place where the page of this one begins.
    pub(crate) fn beginning_with(&self, key: &PageKey, id: SubTppId) -> Result<String> {
        self.signed(key, FROM, id)
    }

    /// The place right behind this one.
    pub(crate) fn after(&self, key: &PageKey, id: SubTppId) -> Result<String> {
        self.signed(key, AFTER, id)
    }

    fn signed(&self, key: &PageKey, kind: u8, id: SubTppId) -> Result<String> {
        let place = [&[kind], id.0.as_bytes().as_slice()].concat();
        Ok(key.sign(&self.as_bytes()?, &place))
    }

    /// The place that an offset names.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it was not answered to this question.
    pub(crate) fn place(&self, key: &PageKey, offset: &str) -> Result<SubTppPlace> {
        let place = key.read(&self.as_bytes()?, offset);
        let id = |bytes: &[u8]| Uuid::from_slice(bytes).ok().map(SubTppId);
        let place = place.as_deref().and_then(|place| match place {
            [FROM, rest @ ..] => id(rest).map(SubTppPlace::From),
            [AFTER, rest @ ..] => id(rest).map(SubTppPlace::After),
            _ => None,
        });
        let rule = || Reason::Rule("is none that was answered to this question".to_owned());
        place.ok_or_else(|| Error::field(OFFSET, rule()))
    }
}
