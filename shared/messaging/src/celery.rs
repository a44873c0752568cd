//! Tasks as Celery workers read them: message protocol 2, the way kombu puts
//! it on SQS. JSON alone; nothing is ever pickled.

use attesta_store::Task;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// The message body for a task.
///
/// The worker dies of a message without `headers.id` or `content-type`, and
/// can't put one back that lacks `delivery_info`.
#[must_use]
pub fn message(task: &Task) -> String {
    let args: Value = serde_json::from_str(&task.args).unwrap_or_else(|_| json!([]));
    let embed = json!({"callbacks": null, "errbacks": null, "chain": null, "chord": null});
    let body = STANDARD.encode(json!([args, {}, embed]).to_string());
    let envelope = json!({
        "body": body,
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {
            "lang": "rust",
            "task": task.name,
            "id": task.id,
            "root_id": task.id,
            "parent_id": null,
            "group": null,
            "shadow": null,
            "eta": null,
            "expires": null,
            "retries": 0,
            "timelimit": [null, null],
            "argsrepr": task.args,
            "kwargsrepr": "{}",
            "origin": "attesta",
            "ignore_result": true,
        },
        "properties": {
            "correlation_id": task.id,
            "reply_to": "",
            "delivery_mode": 2,
            "delivery_info": {"exchange": "", "routing_key": task.queue},
            "priority": 0,
            "body_encoding": "base64",
            "delivery_tag": task.id,
        },
    });
    STANDARD.encode(envelope.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> Value {
        let bytes = STANDARD.decode(text).expect("base 64");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    #[test]
    fn a_worker_finds_task_arguments_and_the_way_back() {
        let task = Task {
            id: "0197f0a0-0000-7000-8000-000000000000".to_owned(),
            name: "tesla_ce.tasks.requests.verification.verify_request".to_owned(),
            queue: "plag_1".to_owned(),
            queue_url: "http://localhost/plag_1".to_owned(),
            args: "[41,42]".to_owned(),
        };
        let envelope = decoded(&message(&task));
        assert_eq!(envelope["headers"]["task"], task.name.as_str());
        assert_eq!(envelope["headers"]["id"], task.id.as_str());
        assert_eq!(envelope["properties"]["correlation_id"], task.id.as_str());
        assert_eq!(envelope["properties"]["delivery_info"]["routing_key"], "plag_1");
        assert_eq!(envelope["content-type"], "application/json");
        let body = decoded(envelope["body"].as_str().expect("a text"));
        assert_eq!(body[0], json!([41, 42]));
        assert_eq!(body[1], json!({}));
        assert!(body[2].get("callbacks").is_some_and(Value::is_null));
    }
}
