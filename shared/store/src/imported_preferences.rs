//! What rows of an import say that users would like to buy.

use attesta_model::{Error, Preference, Result, Status, User, UserId};
use aws_sdk_dynamodb::types::AttributeValue;

use crate::access::ImportTarget;
use crate::catalogue_admin::busy;
use crate::organisation_changes::TRIES;
use crate::people::Holder;
use crate::table::{Condition, Written, from_item, stored};
use crate::user_changes::is_kept;
use crate::{Store, keys};

/// So many preferences a user has at most.
pub const MOST_PREFERENCES: usize = 500;

/// What a row calls a user by.
#[derive(Clone, PartialEq, Eq)]
pub enum NamedUser {
    /// Their identifier.
    Id(UserId),
    /// Their e-mail address.
    Email(String),
}

/// It is about somebody: printed, it says nothing.
impl std::fmt::Debug for NamedUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NamedUser")
    }
}

/// What becomes of preferences that a user had before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preferring {
    /// They stay, and what isn't among them comes to them.
    Also,
    /// They go.
    Instead,
}

impl Preferring {
    fn applied(self, before: &[Preference], said: &[Preference]) -> Vec<Preference> {
        let mut after = match self {
            Self::Also => before.to_vec(),
            Self::Instead => Vec::new(),
        };
        for one in said {
            if !after.iter().any(|other| is_same(other, one)) {
                after.push(one.clone());
            }
        }
        after
    }
}

/// Whether two are for the same things, whether or not they count.
fn is_same(one: &Preference, other: &Preference) -> bool {
    one.commodity == other.commodity && one.grades == other.grades && one.regions == other.regions
}

impl Store {
    /// Has a user want to buy these things, and yields who that is and whether
    /// they did not before. In one write where the user had no preferences, or
    /// has these, and in two otherwise; with a read before it where the user is
    /// named by their address.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such user, or they are deleted or of
    /// another organisation than is imported into; [`Error::Conflict`] where they
    /// would have too many.
    pub async fn import_preferences(
        &self,
        target: &ImportTarget,
        named: &NamedUser,
        said: &[Preference],
        how: Preferring,
    ) -> Result<(UserId, bool)> {
        let id = self.user_named(named).await?;
        // Nobody knows yet what they had: most had nothing.
        let mut before = Vec::new();
        for _ in 0..TRIES {
            let after = how.applied(&before, said);
            if after.len() > MOST_PREFERENCES {
                return Err(too_many());
            }
            let condition = condition(target, how, &before, &after)?;
            let expression = "SET #preferences = :preferences";
            match self.table.update(&keys::user(id), expression, condition).await? {
                Written::Done => return Ok((id, true)),
                Written::Refused(item) => {
                    let user: User = from_item(item.ok_or_else(Error::not_found)?)?;
                    let meant = target.organisation_id();
                    let is_meant = meant.is_none() || user.organisation_id == meant;
                    if user.status == Status::Deleted || !is_meant {
                        return Err(Error::not_found());
                    }
                    before = user.preferences;
                    if how.applied(&before, said) == before {
                        return Ok((id, false));
                    }
                }
            }
        }
        Err(busy())
    }

    async fn user_named(&self, named: &NamedUser) -> Result<UserId> {
        let email = match named {
            NamedUser::Id(id) => return Ok(*id),
            NamedUser::Email(email) => email,
        };
        let [holder] = self.table.get_many([keys::user_email(email)]).await?;
        let Holder { user_id } = from_item(holder.ok_or_else(Error::not_found)?)?;
        Ok(user_id)
    }
}

/// A user of the organisation that is imported into, if it is into one, whose
/// preferences are still these, or are others than they are to be.
fn condition(
    target: &ImportTarget,
    how: Preferring,
    before: &[Preference],
    after: &[Preference],
) -> Result<Condition> {
    let mut condition =
        is_kept()?.name("#preferences", "preferences").value(":preferences", stored(&after)?);
    let mut expression = condition.expression.take().unwrap_or_default();
    match how {
        Preferring::Instead => expression += " AND #preferences <> :preferences",
        Preferring::Also => {
            expression += " AND (attribute_not_exists(#preferences) OR #preferences = :before)";
            condition = condition.value(":before", stored(&before)?);
        }
    }
    if let Some(of) = target.organisation_id() {
        expression += " AND #organisation = :organisation";
        let of = AttributeValue::S(of.to_string());
        condition = condition.name("#organisation", "organisation_id").value(":organisation", of);
    }
    Ok(Condition { expression: Some(expression), ..condition })
}

fn too_many() -> Error {
    let message = format!("A user has at most {MOST_PREFERENCES} preferences.");
    Error::Conflict { code: "too_many_preferences", message }
}
