//! Everything that is kept of a user, for them to have.

use attesta_identity::UserCaller;
use attesta_model::{Connection, Error, Result};

use crate::access::{Relation, UserInSight, user_id};
use crate::api_token::ApiToken;
use crate::table::{Query, Sort, from_item};
use crate::{Store, keys};

/// Everything that is kept of a user.
#[derive(Debug)]
pub struct UserExport {
    /// Themselves, and what they may do where.
    pub user: UserInSight,
    /// What programs sign in with in their name.
    pub api_tokens: Vec<ApiToken>,
    /// The organisations to which they are known.
    pub connections: Vec<Connection>,
}

impl Store {
    /// Everything that is kept of a user, for themselves and for staff. In two
    /// rounds.
    ///
    /// # Errors
    /// Those of [`Store::user_in_sight`], and [`Error::Forbidden`] for whoever
    /// else sees them, and for programs.
    pub async fn user_export(&self, caller: &UserCaller, id: &str) -> Result<UserExport> {
        let id = user_id(id);
        let own = Sort::StartsWith(keys::api_tokens_of(id));
        let tokens = Query::index(keys::API_TOKENS.to_owned(), own);
        let (sighted, tokens) = tokio::try_join!(
            self.sight_user(caller, id, Vec::new()),
            self.table.query_all(tokens)
        )?;
        let user = sighted.person.user.clone();
        let (looked, connections) =
            tokio::try_join!(self.look_closer(sighted, &[]), self.known_by(&user))?;
        let user = looked.seen;
        let may = match user.relation {
            Relation::Oneself => caller.api_token.is_none(),
            Relation::Staff(_) => true,
            Relation::Member(_) | Relation::Service => false,
        };
        if !may {
            return Err(Error::forbidden());
        }
        let api_tokens = tokens.into_iter().map(from_item).collect::<Result<_>>()?;
        Ok(UserExport { user, api_tokens, connections })
    }
}
