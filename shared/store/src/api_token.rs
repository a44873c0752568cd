//! API tokens: each stands for a user, within some of their roles, until it
//! runs out or is taken back.

use std::collections::BTreeSet;

use attesta_identity::{Secret, SecretHash, UserCaller};
use attesta_model::{ApiTokenId, Error, Result, UserId};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::{CanChange, CanRead, Managed, StaffRight, staff_handle};
use crate::idempotency::{Idempotency, Replay};
use crate::people::{Person, UserWithProfiles};
use crate::table::{Condition, Item, Query, Sort, from_item, indexed, to_item};
use crate::{Store, keys, patterns};

/// So many are in a page at most.
const PAGE: i32 = 100;

/// What a program signs in with in a user's name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApiToken {
    /// Its identifier; follows from its secret.
    pub id: ApiTokenId,
    /// Whom it stands for.
    pub user_id: UserId,
    /// The roles that it has, in every organisation where its user has them.
    pub roles: Vec<String>,
    /// The hash of its secret.
    pub secret_hash: SecretHash,
    /// Who of the staff made it.
    pub created_by: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it counts no more.
    pub expires_at: Timestamp,
    /// When it was taken back; it counts no more then.
    pub revoked_at: Option<Timestamp>,
}

impl ApiToken {
    /// The start of every API token.
    pub const PREFIX: &'static str = "att";

    /// Whether it counts at a time.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    fn item(&self) -> Result<Item> {
        let item = to_item(patterns::API_TOKEN, keys::api_token(self.id), self)?;
        let place = keys::api_token_in_list(self.user_id, self.created_at, self.id);
        Ok(indexed(item, keys::API_TOKENS.to_owned(), place))
    }
}

/// A page of API tokens.
#[derive(Debug, Clone)]
pub struct ApiTokenPage {
    /// The tokens, by user and age.
    pub tokens: Vec<ApiToken>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

impl Store {
    /// A user whom an API token is to stand for, unless the same call came
    /// before.
    ///
    /// # Errors
    /// Those of [`Store::staff`], [`Error::NotFound`] where there is no such
    /// user, [`Error::Forbidden`] where they are staff, whom nobody stands for,
    /// and [`Error::Conflict`] where they may do nothing, or where the call's
    /// key was used before.
    pub async fn token_subject(
        &self,
        caller: &UserCaller,
        user: &str,
        idempotency: Option<&Idempotency>,
    ) -> Result<Managed<Person, CanChange>> {
        // An id that can't be one is looked up as one that isn't there.
        let pattern = UserWithProfiles(user.parse().unwrap_or(UserId(uuid::Uuid::nil())));
        let own = keys::user(caller.user_id);
        let wanted: Vec<_> =
            std::iter::once(own.clone()).chain(idempotency.map(Idempotency::key)).collect();
        let (mut found, items) =
            tokio::try_join!(self.table.get_all(&wanted), self.table.query_all(pattern.query()))?;
        let staff = staff_handle(caller, found.remove(&own))?;
        if let Some(call) = idempotency
            && let Replay::Same(id) = call.replay(found.remove(&call.key()), self.ids.now())?
        {
            return Err(made_before(&id));
        }
        let person = pattern.fold(items)?.ok_or_else(Error::not_found)?;
        if person.user.staff.is_some() {
            return Err(Error::Forbidden("No API token can stand for staff."));
        }
        if !person.user.status.is_live() {
            let message = "The user is not active.".to_owned();
            return Err(Error::Conflict { code: "user_inactive", message });
        }
        Ok(Managed::new(person, &staff))
    }

    /// Makes an API token. Its secret is in the answer and nowhere else, so that
    /// the same call again is a conflict which names the token.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a role that the user hasn't, [`Error::Conflict`]
    /// where the call's key was used meanwhile.
    pub async fn create_api_token(
        &self,
        subject: &Managed<Person, CanChange>,
        created_by: UserId,
        roles: BTreeSet<String>,
        lifetime: SignedDuration,
        idempotency: Option<&Idempotency>,
    ) -> Result<(ApiToken, Secret)> {
        let Person { user, profiles } = subject.get();
        let is_held = |role: &String| profiles.iter().any(|profile| profile.roles.contains(role));
        if !roles.iter().all(is_held) {
            return Err(Error::Forbidden("The user does not have every one of these roles."));
        }
        let secret = Secret::new(ApiToken::PREFIX, &self.ids.random()?);
        let now = self.ids.now();
        let token = ApiToken {
            id: ApiTokenId(secret.lookup_id()),
            user_id: user.id,
            roles: roles.into_iter().collect(),
            secret_hash: secret.hash(),
            created_by,
            created_at: now,
            expires_at: now + lifetime,
            revoked_at: None,
        };
        let own = token.id.to_string();
        let made = self.write_once(idempotency, |_| {
            Ok((vec![self.table.put_new(token.item()?)?], own.clone()))
        });
        let made = made.await?;
        if made == own { Ok((token, secret)) } else { Err(made_before(&made)) }
    }

    /// The API token of a secret, if it counts now.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn api_token(&self, secret: &Secret) -> Result<Option<ApiToken>> {
        let [item] = self.table.get_many([keys::api_token(ApiTokenId(secret.lookup_id()))]).await?;
        let token: Option<ApiToken> = item.map(from_item).transpose()?;
        let hash =
            token.as_ref().map_or_else(SecretHash::of_nothing, |token| token.secret_hash.clone());
        let is_good = hash.matches(secret);
        Ok(token.filter(|token| is_good && token.is_live(self.ids.now())))
    }

    /// One API token, whatever has become of it.
    ///
    /// # Errors
    /// Those of [`Store::staff`], and [`Error::NotFound`].
    pub async fn managed_api_token<R: StaffRight>(
        &self,
        caller: &UserCaller,
        id: &str,
    ) -> Result<Managed<ApiToken, R>> {
        let id = id.parse().unwrap_or(ApiTokenId(uuid::Uuid::nil()));
        let wanted = [keys::user(caller.user_id), keys::api_token(id)];
        let [user, token] = self.table.get_many(wanted).await?;
        let staff = staff_handle(caller, user)?;
        Ok(Managed::new(from_item(token.ok_or_else(Error::not_found)?)?, &staff))
    }

    /// A page of all API tokens, or of a user's, with those that count no more.
    ///
    /// # Errors
    /// Those of [`Store::staff`].
    pub async fn api_tokens(
        &self,
        caller: &UserCaller,
        of: Option<UserId>,
        after: Option<&str>,
    ) -> Result<ApiTokenPage> {
        let of = of.map(keys::api_tokens_of).unwrap_or_default();
        let (start, end) = (format!("{of}!"), format!("{of}~"));
        // Whatever a caller says a page begins after, it holds nobody else's.
        let first = after.map(|place| format!("{place}!").clamp(start.clone(), end.clone()));
        let sort = Sort::Between(first.unwrap_or(start), end);
        let query = Query::index(keys::API_TOKENS.to_owned(), sort);
        let (_, page) = tokio::try_join!(
            self.staff::<CanRead>(caller),
            self.table.query(Query { limit: Some(PAGE), ..query })
        )?;
        let tokens: Vec<ApiToken> = page.items.into_iter().map(from_item).collect::<Result<_>>()?;
        let place =
            |token: &ApiToken| keys::api_token_in_list(token.user_id, token.created_at, token.id);
        let next = page.last.and_then(|_| tokens.last().map(place));
        Ok(ApiTokenPage { tokens, next })
    }

    /// Takes an API token back, at once. Taken back before, it stays so.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn revoke_api_token(&self, managed: &Managed<ApiToken, CanChange>) -> Result<()> {
        let token = managed.get();
        if token.revoked_at.is_some() {
            return Ok(());
        }
        let now = AttributeValue::S(self.ids.now().to_string());
        let condition = Condition::is_there().value(":now", now);
        let key = keys::api_token(token.id);
        self.table.update(&key, "SET revoked_at = :now", condition).await.map(drop)
    }
}

fn made_before(id: &str) -> Error {
    Error::Conflict {
        code: "made_before",
        message: format!("This call made the API token {id}; its secret is shown once alone."),
    }
}
