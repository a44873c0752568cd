//! Whoever is to be given tokens, as the user pool's triggers ask for them.

use attesta_model::{ApiTokenId, Result, User, UserId};
use aws_sdk_dynamodb::types::AttributeValue;
use uuid::Uuid;

use crate::api_token::ApiToken;
use crate::table::{Condition, from_item};
use crate::{Store, keys};

/// Somebody who may be given tokens.
#[derive(Debug, Clone)]
pub struct SigningIn {
    /// The user.
    pub user: User,
    /// The API token in whose name they are given, if one is.
    pub api_token: Option<ApiToken>,
}

impl Store {
    /// A user who may be given tokens, in the name of an API token if one is
    /// named; none where the user is not there or not active, or where the API
    /// token is not theirs, counts no more, or would stand for staff.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn signing_in(
        &self,
        id: UserId,
        api_token: Option<ApiTokenId>,
    ) -> Result<Option<SigningIn>> {
        let of_token = api_token.map(keys::api_token);
        let wanted: Vec<_> = [keys::user(id)].into_iter().chain(of_token.clone()).collect();
        let mut found = self.table.get_all(&wanted).await?;
        let Some(user) = found.remove(&wanted[0]) else { return Ok(None) };
        let user: User = from_item(user)?;
        let api_token: Option<ApiToken> =
            of_token.and_then(|key| found.remove(&key)).map(from_item).transpose()?;
        let counts = |token: &ApiToken| {
            token.user_id == id && token.is_live(self.ids.now()) && user.staff.is_none()
        };
        let is_good =
            user.status.is_live() && (wanted.len() == 1 || api_token.as_ref().is_some_and(counts));
        Ok(is_good.then_some(SigningIn { user, api_token }))
    }

    /// Keeps what the user pool calls a user, where it is not known yet.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn note_subject(&self, id: UserId, subject: Uuid) -> Result<()> {
        let is_unknown = "attribute_exists(pk) AND attribute_type(#s, :null)";
        let condition =
            Condition { expression: Some(is_unknown.to_owned()), ..Condition::default() }
                .name("#s", "subject")
                .value(":null", AttributeValue::S("NULL".to_owned()))
                .value(":s", AttributeValue::S(subject.to_string()));
        self.table.note(&keys::user(id), "SET #s = :s", condition).await.map(drop)
    }
}
