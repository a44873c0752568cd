//! What each function is given to do.

use anyhow::{Context, Result};
use attesta_testing::World;
use axum::body::Bytes;
use serde_json::{Value, json};

use crate::HELLO;
use crate::aws::Aws;

/// An event for a function, and a part of the answer to it.
#[derive(Debug)]
pub(crate) struct Load {
    pub(crate) function: &'static str,
    pub(crate) event: Bytes,
    pub(crate) answer: &'static str,
}

const OK: &str = r#""statusCode":200"#;

/// The load of a function: what it is there for.
pub(crate) fn of(function: &str, aws: &Aws) -> Result<Load> {
    let all = [
        hello(aws),
        auth(),
        users(aws),
        organisations(aws),
        business_units(aws),
        business_connections(aws),
        cognito_triggers(aws),
        tokens(aws),
        providers(aws),
        provider_admin(aws),
        provider_instances(aws),
        intake(aws),
        sub_tpps(aws),
        marketplace(aws),
        system(),
        relay(),
        scheduler(),
        messenger(),
        directory(),
        importer(),
    ];
    let load = all.into_iter().find(|load| load.function == function);
    load.with_context(|| format!("nothing to do for {function}"))
}

/// The same event as the providers', so that the difference isn't in its size.
fn hello(aws: &Aws) -> Load {
    Load { function: HELLO, ..providers(aws) }
}

fn auth() -> Load {
    let body = json!({"username": "ada@example.com", "password": "correct horse battery"});
    let event = http("POST", "/customers/auth/login", "", Some(&body));
    // After some attempts it answers 429, at much the same cost.
    Load { function: "auth", event, answer: r#""statusCode":"# }
}

/// Somebody asks whether all is well: one round to the table.
fn system() -> Load {
    let event = http("GET", "/customers/system/health", "", None);
    Load { function: "system", event, answer: OK }
}

/// A user reads their own profile: two rounds to the table.
fn users(aws: &Aws) -> Load {
    aws.catch_up();
    let token = aws.world.user_token(&aws.world.user);
    let event = http("GET", "/customers/users/profile", &token, None);
    Load { function: "users", event, answer: OK }
}

/// A member reads their organisation: one round.
fn organisations(aws: &Aws) -> Load {
    let path = format!("/customers/organisations/{}", aws.world.organisation);
    read_by_user("organisations", aws, &path)
}

/// A member reads what units their organisation has: a round and a query.
fn business_units(aws: &Aws) -> Load {
    let organisation = aws.world.organisation;
    let path = format!("/customers/business-units/organisations/{organisation}/summary");
    read_by_user("business-units", aws, &path)
}

/// A member asks whether another organisation deals with theirs: three rounds.
fn business_connections(aws: &Aws) -> Load {
    aws.catch_up();
    let token = aws.world.user_token(&aws.world.user);
    let body = json!({"organisationId": aws.world.other_organisation});
    let path = "/customers/business-connections/check-network";
    let event = http("POST", path, &token, Some(&body));
    Load { function: "business-connections", event, answer: OK }
}

fn read_by_user(function: &'static str, aws: &Aws, path: &str) -> Load {
    aws.catch_up();
    let token = aws.world.user_token(&aws.world.user);
    Load { function, event: http("GET", path, &token, None), answer: OK }
}

/// A user signs in: what their tokens say.
fn cognito_triggers(aws: &Aws) -> Load {
    let event = include_str!("../../../events/cognito-triggers-tokens.json");
    let user = aws.world.user.user_id.to_string();
    let event = event.replace("0197f0a0-0000-7000-8000-00000000000a", &user);
    Load { function: "cognito-triggers", event: event.into(), answer: r#""session_version":"0""# }
}

fn tokens(aws: &Aws) -> Load {
    let role_id = aws.world.provider.credential_id.to_string();
    let body = json!({"role_id": role_id, "secret_id": aws.world.secret.expose()});
    let event = http("POST", "/api/v2/auth/approle", "", Some(&body));
    Load { function: "tokens", event, answer: OK }
}

/// A provider reads a request: one round to the table.
fn providers(aws: &Aws) -> Load {
    aws.catch_up();
    let caller = aws.world.provider;
    let path = format!("/api/v2/provider/{}/request/{}/", caller.provider_id, aws.request);
    let event = http("GET", &path, &aws.world.provider_token(caller), None);
    Load { function: "providers", event, answer: OK }
}

/// Staff read an instrument.
fn provider_admin(aws: &Aws) -> Load {
    aws.catch_up();
    let world = &aws.world;
    let path = format!("/api/v2/admin/instrument/{}/", World::PLAGIARISM);
    let event = http("GET", &path, &world.user_token(&world.staff), None);
    Load { function: "provider-admin", event, answer: OK }
}

/// Staff list tenants, of which there are none.
fn provider_instances(aws: &Aws) -> Load {
    aws.catch_up();
    let world = &aws.world;
    let event = http("GET", "/v1/Tenants", &world.user_token(&world.staff), None);
    Load { function: "provider-instances", event, answer: OK }
}

fn intake(aws: &Aws) -> Load {
    aws.catch_up();
    let world = &aws.world;
    let path = format!("/lapi/v1/learner/{}/{}/", world.organisation.0, world.learner.0);
    let event = http("PUT", &path, &world.user_token(&world.user), None);
    Load { function: "intake", event, answer: OK }
}

/// Staff list the members, of whom there are none.
fn sub_tpps(aws: &Aws) -> Load {
    aws.catch_up();
    let world = &aws.world;
    let event = http("GET", "/member/admin/members", &world.user_token(&world.staff), None);
    Load { function: "sub-tpps", event, answer: OK }
}

/// Staff list the providers of the marketplace.
fn marketplace(aws: &Aws) -> Load {
    aws.catch_up();
    let token = aws.world.user_token(&aws.world.staff);
    let event = http("GET", "/tpp/admin/providers", &token, None);
    Load { function: "marketplace", event, answer: OK }
}

/// A row that was delivered before: the message goes out, the row is gone.
fn relay() -> Load {
    let event = json!({"Records": [{
        "eventID": "1",
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-1",
        "eventSourceARN": "arn:aws:dynamodb:eu-west-1:1:table/attesta/stream/1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_763_798_400,
            "Keys": {"pk": {"S": "OUTBOX#1"}, "sk": {"S": "1"}},
            "NewImage": {
                "type": {"S": "OUTBOX"},
                "id": {"N": "1"},
                "created_at": {"S": "2025-11-22T08:00:00Z"},
                "tallies": {"L": [{"M": {
                    "pk": {"S": "PROVIDER#1"},
                    "sk": {"S": "COUNT#01"},
                    "attribute": {"S": "count"},
                }}]},
                "tasks": {"L": [{"M": {
                    "id": {"S": "0199e0a0-0000-7000-8000-000000000000"},
                    "name": {"S": "tesla_ce.tasks.requests.verification.verify_request"},
                    "queue": {"S": "queue_1"},
                    "queue_url": {"S": "http://127.0.0.1/000000000000/queue_1"},
                    "args": {"S": "[1, 2]"},
                }}]},
            },
            "SequenceNumber": "1",
            "SizeBytes": 400,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }]});
    Load { function: "relay", event: bytes(&event), answer: r#""batchItemFailures":[]"# }
}

fn scheduler() -> Load {
    Load { function: "scheduler", event: bytes(&json!({})), answer: r#""failed":0"# }
}

/// An event for an organisation that wants to be told nothing.
fn messenger() -> Load {
    let event = Bytes::from_static(include_bytes!("../../../events/messenger.json"));
    Load { function: "messenger", event, answer: r#""batchItemFailures":[]"# }
}

/// A job for a user who is not there.
/// An import that is none any more.
fn importer() -> Load {
    let event = Bytes::from_static(include_bytes!("../../../events/importer.json"));
    Load { function: "importer", event, answer: r#""batchItemFailures":[]"# }
}

fn directory() -> Load {
    let event = Bytes::from_static(include_bytes!("../../../events/directory.json"));
    Load { function: "directory", event, answer: r#""batchItemFailures":[]"# }
}

/// An event of an HTTP API, payload format 2.0.
fn http(method: &str, path: &str, token: &str, body: Option<&Value>) -> Bytes {
    let mut headers = json!({
        "accept": "application/json",
        "accept-encoding": "gzip",
        "content-type": "application/json",
        "host": "api.example.com",
        "user-agent": "bench",
        "x-amzn-trace-id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700",
        "x-forwarded-for": "192.0.2.1",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    });
    if !token.is_empty() {
        headers["authorization"] = json!(format!("Bearer {token}"));
    }
    bytes(&json!({
        "version": "2.0",
        "routeKey": "ANY /{proxy+}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "api",
            "domainName": "api.example.com",
            "domainPrefix": "api",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "bench",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "ANY /{proxy+}",
            "stage": "$default",
            "time": "22/Nov/2025:08:00:00 +0000",
            "timeEpoch": 1_763_798_400_000_u64,
        },
        "body": body.map(Value::to_string),
        "isBase64Encoded": false,
    }))
}

fn bytes(event: &Value) -> Bytes {
    Bytes::from(event.to_string())
}
