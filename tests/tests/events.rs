//! The sample events: each comes as its function's trigger sends it, and the function takes it.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use attesta_assurance::RedTractor;
use attesta_cognito::UserPool;
use attesta_dev::template::Function;
use attesta_messaging::{Courier, QueueUrls};
use attesta_outbound::Https;
use attesta_testing::{Cognito, World, call, stand_in};
use attesta_wire::{Paths, Slash, with_paths};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use aws_sdk_sqs::Client;
use axum::body::Body;
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::actors::world::InProcess;
use crate::deploying::{functions, root, route};

/// What comes of each: a status of the API, or a part of what the platform is told.
const OUTCOMES: [(&str, &str); 24] = [
    ("auth", "200"),
    ("business-connections", "200"),
    ("business-units", "200"),
    ("cognito-triggers-create", r#""privateChallengeParameters":{}"#),
    ("cognito-triggers-define", r#""challengeName":"CUSTOM_CHALLENGE""#),
    ("cognito-triggers-migrate", r#""finalUserStatus":"CONFIRMED""#),
    ("cognito-triggers-tokens", r#""session_version":"0""#),
    ("cognito-triggers-verify", r#""answerCorrect":false"#),
    ("directory", ALL_DONE),
    ("importer", ALL_DONE),
    ("intake", "201"),
    ("marketplace", "200"),
    ("messenger", ALL_DONE),
    ("messenger-messages", ALL_DONE),
    ("organisations", "200"),
    ("provider-admin", "200"),
    ("provider-instances", "200"),
    ("providers", "200"),
    ("relay", ALL_DONE),
    ("scheduler", r#""failed":0"#),
    ("sub-tpps", "200"),
    ("system", "200"),
    ("tokens", "200"),
    ("users", "200"),
];
const ALL_DONE: &str = r#"{"batchItemFailures":[]}"#;

/// The texts of all events by their names, which begin with their function's.
fn events() -> BTreeMap<String, String> {
    let files = fs::read_dir(root().join("events")).unwrap().map(|entry| entry.unwrap().path());
    let events = files.map(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(path).unwrap())
    });
    events.filter(|(name, _)| name != "env").collect()
}

fn function_of<'a>(functions: &'a [Function], event: &str) -> &'a Function {
    let is_named = |binary: &str| {
        let rest = event.strip_prefix(binary);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    let named = functions.iter().filter(|function| is_named(&function.binary));
    named.max_by_key(|function| function.binary.len()).expect(event)
}

#[tokio::test]
async fn each_function_takes_its_events() {
    let (events, functions) = (events(), functions());
    assert_eq!(events.keys().collect::<Vec<_>>(), OUTCOMES.each_ref().map(|(name, _)| name));
    for function in &functions {
        let mut named = events.keys().map(|name| &function_of(&functions, name).binary);
        assert!(named.any(|name| *name == function.binary), "{} has no event", function.binary);
    }
    let world = InProcess::fresh().await;
    let mut faults = Vec::new();
    for (name, outcome) in OUTCOMES {
        let text = ours(&world, name, &events[name]);
        let event: Value = serde_json::from_str(&text).unwrap();
        let found = if event["version"] == "2.0" {
            let request = lambda_http::request::from_str(&text).unwrap();
            let router = serving(&world, event["rawPath"].as_str().unwrap());
            let answer = call(&router, request.map(|body| Body::from(body.to_vec()))).await;
            format!("{} {}", answer.status.as_u16(), answer.body)
        } else {
            told(&world.seeded, &function_of(&functions, name).binary, event).await.to_string()
        };
        if !found.contains(outcome) {
            faults.push(format!("{name}: {found}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_event_comes_by_a_trigger_of_its_function() {
    let functions = functions();
    for (name, text) in events() {
        let function = function_of(&functions, &name);
        let event: Value = serde_json::from_str(&text).unwrap();
        if event["version"] == "2.0" {
            let path = event["rawPath"].as_str().unwrap();
            let (route, binary) = route(&functions, path).expect(path);
            assert_eq!(binary, function.binary, "{name}");
            let (key, context) = (json!(format!("ANY {route}")), &event["requestContext"]);
            assert_eq!([&event["routeKey"], &context["routeKey"]], [&key; 2], "{name}");
            assert_eq!(context["http"]["path"], path, "{name}");
            let prefix = route.strip_suffix("{proxy+}").expect(route);
            assert_eq!(event["pathParameters"]["proxy"], path[prefix.len()..], "{name}");
            let length = event["headers"]["content-length"].as_str().unwrap_or("0");
            let body = event["body"].as_str().unwrap_or_default();
            assert_eq!(length, body.len().to_string(), "{name}");
        }
        for record in event["Records"].as_array().into_iter().flatten() {
            if record["eventSource"] == "aws:sqs" {
                let queue = record["eventSourceARN"].as_str().unwrap().split(":attesta-").nth(1);
                assert!(function.queues.contains(queue.unwrap()), "{name}: {queue:?}");
            }
        }
    }
}

/// The function behind a path, which one of them takes in any letter case.
fn serving(world: &InProcess, path: &str) -> Router {
    let slash = if path.ends_with('/') { Slash::Always } else { Slash::Never };
    let is_in_words = path.starts_with("/V1/");
    let words = if is_in_words { &attesta_provider_instances::WORDS[..] } else { &[] };
    let paths = Paths { slash, words };
    Router::new().fallback_service(with_paths(world.serving(path).1.clone(), paths))
}

/// The event, about things and by callers that are in the world.
fn ours(world: &InProcess, name: &str, event: &str) -> String {
    let seeded = &world.seeded;
    let token = match name {
        "provider-admin" | "provider-instances" => seeded.user_token(&seeded.staff),
        "providers" => seeded.provider_token(seeded.provider),
        _ => seeded.user_token(&seeded.user),
    };
    let organisation = match name {
        "messenger" => seeded.other_organisation, // which has no webhook
        _ => seeded.organisation,
    };
    let member = world.member_key();
    let member = STANDARD.encode(format!("{}:{}", member.id, member.secret.expose()));
    let zeros = "0".repeat(49);
    let ours = [
        ("e30.e30.e30", token.clone()),
        ("eyJhbGciOiJSUzI1NiJ9.e30.AAAA", token),
        ("MDE5YWJjMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDBjOmF0Y18wMDAw", member),
        ("user@college.example", "one@example.com".to_owned()),
        ("Aa1-example-password", "Correct7horse".to_owned()),
        ("0197f0a0-0000-7000-8000-00000000000a", seeded.user.user_id.to_string()),
        ("019abc00-0000-7000-8000-000000000001", organisation.to_string()),
        ("verification/019abc00-0000-7000-8000-00000000000a", {
            format!("verification/{}", seeded.organisation)
        }),
        ("019abc00-0000-7000-8000-00000000000b", seeded.learner.0.to_string()),
        (&format!("019abc00-0000-7000-8000-00000000000c.atc_{zeros}"), {
            world.partner_key().to_owned()
        }),
        ("019abc00-0000-7000-8000-00000000000c", seeded.provider.credential_id.to_string()),
        (&format!("atp_{zeros}"), seeded.secret.expose().to_owned()),
        ("/provider/1/", format!("/provider/{}/", seeded.provider.provider_id)),
    ];
    ours.into_iter().fold(event.to_owned(), |event, (sample, ours)| event.replace(sample, &ours))
}

/// What the platform is told of an event that is no call.
async fn told(world: &World, function: &str, event: Value) -> Value {
    let queues = Client::new(&world.aws.queues_config());
    let url = |name: &str| format!("https://sqs.example.com/1/attesta-{name}");
    let courier = || {
        let [events, messages, directory, imports] =
            ["events", "messages", "directory", "imports"].map(|name| world.aws.queues.url(name));
        let urls = QueueUrls { events, messages, directory, imports };
        Courier::new(world.store.clone(), queues.clone(), urls)
    };
    match function {
        "cognito-triggers" => {
            let pool = Arc::new(pool(&una().await));
            let app = attesta_cognito_triggers::App {
                store: world.store.clone(),
                marketplace: Some(pool),
            };
            let event = serde_json::from_value(event).unwrap();
            json!(attesta_cognito_triggers::handle(&app, event).await.unwrap())
        }
        "directory" => {
            let pool = Arc::new(pool(&Cognito::start().await));
            let app = attesta_directory::App { store: world.store.clone(), pool };
            batch(attesta_directory::handle(&app, messages(event)).await)
        }
        "importer" => {
            let red_tractor = RedTractor::new(&world.aws.queues_config(), None, "red-tractor");
            let worker = attesta_importer::worker(&world.store, world.objects.clone(), red_tractor);
            let app = attesta_importer::App { worker, queues, queue_url: url("imports") };
            batch(attesta_importer::handle(&app, messages(event)).await)
        }
        "messenger" => {
            let sent = || async { Json(json!({"MessageId": "1"})) };
            let post = stand_in(Router::new().fallback(sent)).await;
            let sender = Some("no-reply@attesta.example".to_owned());
            let app = attesta_messenger::App {
                store: world.store.clone(),
                poster: attesta_messenger::Poster::default(),
                channels: attesta_messenger::Channels::new(&post, Https::default(), "s", sender),
                queues,
                urls: attesta_messenger::Urls { events: url("events"), messages: url("messages") },
            };
            json!(attesta_messenger::handle(&app, messages(event)).await.unwrap().answer)
        }
        "relay" => {
            let app = attesta_relay::App { store: world.store.clone(), courier: courier() };
            let event = serde_json::from_value(event).unwrap();
            json!(attesta_relay::handle(&app, event).await.unwrap().answer)
        }
        "scheduler" => {
            let (store, objects) = (&world.store, &world.objects);
            let ran = attesta_scheduler::run(store, &courier(), &queues, objects, "attesta").await;
            json!(ran.unwrap().answer)
        }
        other => panic!("nobody drives {other}"),
    }
}

fn messages(event: Value) -> SqsEvent {
    serde_json::from_value(event).unwrap()
}

fn batch(told: attesta_model::Result<SqsBatchResponse>) -> Value {
    json!(told.unwrap())
}

fn pool(cognito: &Cognito) -> UserPool {
    UserPool::new(&cognito.config(), "pool".to_owned(), "client".to_owned())
}

/// A pool that lets anybody in, as one who hasn't moved yet.
async fn una() -> Cognito {
    let cognito = Cognito::start().await;
    let tokens = json!({"AccessToken": "a", "IdToken": "i", "ExpiresIn": 3600});
    cognito.set("AdminInitiateAuth", json!({"AuthenticationResult": tokens}));
    let attributes = [
        ("sub", "5f2c0f52-7a5e-4a4e-9f2e-0f5d3a1b2c3d"),
        ("email", "una@example.com"),
        ("email_verified", "true"),
    ];
    let attributes = attributes.map(|(name, value)| json!({"Name": name, "Value": value}));
    let user = json!({"Username": "una", "Enabled": true, "UserStatus": "CONFIRMED",
        "UserAttributes": attributes});
    cognito.set("AdminGetUser", user);
    cognito
}
