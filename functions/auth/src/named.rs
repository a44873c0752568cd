//! Whoever a stranger names.

use attesta_model::{Result, User, UserId};

use crate::App;

/// Whom a name may be of. A stranger must not learn whether it is anybody's:
/// what is done about it has to be the same.
#[derive(Debug)]
pub(crate) struct Named {
    name: String,
    nobody: UserId,
    pub(crate) user: Option<User>,
}

impl Named {
    /// What the user pool calls them; an identifier that is nobody's, where the
    /// name is.
    pub(crate) fn in_pool(&self) -> String {
        self.user.as_ref().map_or(self.nobody, |user| user.id).to_string()
    }

    /// The same, but nobody's too where they may not act.
    pub(crate) fn live_in_pool(&self) -> String {
        let live = self.user.as_ref().filter(|user| user.status.is_live());
        live.map_or(self.nobody, |user| user.id).to_string()
    }

    /// What tries at them are counted by, whichever of their names was said.
    pub(crate) fn counted(&self) -> String {
        self.user.as_ref().map_or_else(|| self.name.clone(), |user| user.id.to_string())
    }
}

impl App {
    /// Looks a name up.
    pub(crate) async fn named(&self, name: String) -> Result<Named> {
        let user = self.store.user_by_name(&name).await?;
        Ok(Named { name, nobody: UserId(self.store.ids().uuid()?), user })
    }
}
