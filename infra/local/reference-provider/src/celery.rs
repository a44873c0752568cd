//! Celery's task messages (protocol 2) as kombu's SQS transport writes them: base64 of a JSON
//! envelope, whose `body` is base64 of the JSON list `[args, kwargs, embed]`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The task that asks a provider to verify a request.
pub const VERIFY_REQUEST: &str = "tesla_ce.tasks.requests.verification.verify_request";

/// Why a message can't be understood. It will not be better next time.
#[derive(Debug, thiserror::Error)]
pub enum Malformed {
    /// The envelope or the body is not base64.
    #[error("not base64: {0}")]
    Base64(#[from] base64::DecodeError),
    /// The envelope or the body is not the JSON it should be.
    #[error("not the JSON it should be: {0}")]
    Json(#[from] serde_json::Error),
    /// The body is in a form other than JSON in base64.
    #[error("the body is {0}, not JSON in base64")]
    Encoding(String),
    /// Nobody here knows the task.
    #[error("unknown task {0}")]
    Task(String),
    /// An argument of the task is missing or of the wrong type.
    #[error("no valid argument {0}")]
    Argument(&'static str),
}

/// A task.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// The id of the task.
    pub id: String,
    /// The full name of the task.
    pub name: String,
    args: Vec<Value>,
    kwargs: Map<String, Value>,
}

#[derive(Deserialize)]
struct Envelope {
    body: String,
    #[serde(rename = "content-type")]
    content_type: String,
    headers: Headers,
    properties: Properties,
}

#[derive(Deserialize)]
struct Headers {
    id: String,
    task: String,
}

#[derive(Deserialize)]
struct Properties {
    body_encoding: String,
}

impl Task {
    /// Reads the body of a queue message.
    ///
    /// # Errors
    /// See [`Malformed`].
    pub fn decode(message: &str) -> Result<Self, Malformed> {
        let envelope: Envelope = from_base64(message)?;
        let encoding = &envelope.properties.body_encoding;
        if envelope.content_type != "application/json" || encoding != "base64" {
            return Err(Malformed::Encoding(format!("{} in {encoding}", envelope.content_type)));
        }
        let (args, kwargs, _embed): (_, _, Value) = from_base64(&envelope.body)?;
        let Headers { id, task: name } = envelope.headers;
        Ok(Self { id, name, args, kwargs })
    }

    fn number(&self, position: usize, name: &'static str) -> Result<u64, Malformed> {
        let value = self.args.get(position).or_else(|| self.kwargs.get(name));
        value.and_then(Value::as_u64).ok_or(Malformed::Argument(name))
    }
}

/// The arguments of [`VERIFY_REQUEST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifyRequest {
    /// The request to verify.
    pub request_id: u64,
    /// The row that the provider's answer goes to.
    pub result_id: u64,
}

impl TryFrom<&Task> for VerifyRequest {
    type Error = Malformed;

    fn try_from(task: &Task) -> Result<Self, Malformed> {
        if task.name != VERIFY_REQUEST {
            return Err(Malformed::Task(task.name.clone()));
        }
        Ok(Self {
            request_id: task.number(0, "request_id")?,
            result_id: task.number(1, "result_id")?,
        })
    }
}

fn from_base64<T: DeserializeOwned>(text: &str) -> Result<T, Malformed> {
    Ok(serde_json::from_slice(&STANDARD.decode(text)?)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn message(name: &str, args: &Value, kwargs: &Value) -> String {
        let embed = json!({"callbacks": null, "errbacks": null, "chain": null, "chord": null});
        let body = STANDARD.encode(json!([args, kwargs, embed]).to_string());
        let envelope = json!({
            "body": body,
            "content-encoding": "utf-8",
            "content-type": "application/json",
            "headers": {"lang": "py", "task": name, "id": "7e1c", "retries": 0, "eta": null},
            "properties": {"correlation_id": "7e1c", "body_encoding": "base64", "priority": 0},
        });
        STANDARD.encode(envelope.to_string())
    }

    fn decoded(name: &str, args: &Value, kwargs: &Value) -> Result<VerifyRequest, Malformed> {
        VerifyRequest::try_from(&Task::decode(&message(name, args, kwargs))?)
    }

    #[test]
    fn arguments_come_by_position_or_by_name() {
        let expected = VerifyRequest { request_id: 11, result_id: 22 };
        let named = json!({"request_id": 11, "result_id": 22});
        assert_eq!(decoded(VERIFY_REQUEST, &json!([11, 22]), &json!({})).unwrap(), expected);
        assert_eq!(decoded(VERIFY_REQUEST, &json!([]), &named).unwrap(), expected);
        assert_eq!(decoded(VERIFY_REQUEST, &json!([11]), &named).unwrap(), expected);
    }

    #[test]
    fn what_is_missing_is_named() {
        let outcome = decoded(VERIFY_REQUEST, &json!([11]), &json!({}));
        assert!(matches!(outcome, Err(Malformed::Argument("result_id"))));
        let outcome = decoded(VERIFY_REQUEST, &json!(["11", 22]), &json!({}));
        assert!(matches!(outcome, Err(Malformed::Argument("request_id"))));
        let outcome = decoded("some.other.task", &json!([11, 22]), &json!({}));
        assert!(matches!(outcome, Err(Malformed::Task(name)) if name == "some.other.task"));
    }

    proptest! {
        #[test]
        fn no_message_makes_it_panic(text in "\\PC{0,80}") {
            prop_assert!(Task::decode(&text).is_err());
            prop_assert!(Task::decode(&STANDARD.encode(&text)).is_err());
        }
    }
}
