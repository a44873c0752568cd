//! How a sign-in by a secret goes on: one question, one answer.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::event::nullable;

/// The name of the one question.
const QUESTION: &str = "CUSTOM_CHALLENGE";

/// How far a sign-in is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SoFar {
    #[serde(default, deserialize_with = "nullable")]
    session: Vec<Round>,
    #[serde(default, deserialize_with = "nullable")]
    user_not_found: bool,
}

/// What was asked, and whether the answer was good.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Round {
    challenge_name: String,
    #[serde(default, deserialize_with = "nullable")]
    challenge_result: bool,
}

/// How it goes on.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Next {
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge_name: Option<&'static str>,
    issue_tokens: bool,
    fail_authentication: bool,
}

/// Whoever answers right the first time is in. Nobody is asked twice.
pub(crate) fn define(so_far: &SoFar) -> Next {
    let (is_asked, is_in) = match &so_far.session[..] {
        _ if so_far.user_not_found => (false, false),
        [] => (true, false),
        [round] => (false, round.challenge_name == QUESTION && round.challenge_result),
        _ => (false, false),
    };
    Next {
        challenge_name: is_asked.then_some(QUESTION),
        issue_tokens: is_in,
        fail_authentication: !is_asked && !is_in,
    }
}

/// The question itself.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Question {
    public_challenge_parameters: Map<String, Value>,
    private_challenge_parameters: Map<String, Value>,
}

/// It tells nothing, and holds nothing that an answer is compared with.
pub(crate) fn create() -> Question {
    Question { public_challenge_parameters: Map::new(), private_challenge_parameters: Map::new() }
}
