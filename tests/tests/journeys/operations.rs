//! What operators and browsers rely on.

use std::time::{Duration, Instant};

use attesta_dev::redrive::{self, Dead, Letters, Options};
use attesta_reference_provider::http::{Client as Http, Response};
use aws_sdk_sqs::Client;
use http::{Method, Request};

use super::Stack;
use super::own_provider::OwnProvider;

const PATIENCE: Duration = Duration::from_secs(30);
/// What a worker chokes on.
const POISON: &str = "no task at all";

async fn dead(letters: &Letters, queue: &str) -> Dead {
    let all = letters.dead().await.expect("listed");
    all.into_iter().find(|dead| dead.queue == queue).expect("a queue of dead letters")
}

/// Has a queue show a message again and again, until it gives it up.
async fn choke_on(queues: &Client, url: &str, letters: &Letters, queue: &str) {
    let start = Instant::now();
    while dead(letters, queue).await.count == 0 {
        assert!(start.elapsed() < PATIENCE, "it is still shown");
        let receive = queues.receive_message().queue_url(url).wait_time_seconds(0);
        receive.visibility_timeout(0).send().await.expect("received");
    }
}

#[tokio::test]
#[ignore = "needs a running stack"]
async fn a_poison_message_dies_and_comes_back_once_its_reader_is_mended() {
    let stack = Stack::running();
    let provider = OwnProvider::new(&stack, false).await;
    let queue = format!("provider-{}", provider.id);
    let queues = Client::new(&stack.aws());
    let url = queues.get_queue_url().queue_name(format!("attesta-{queue}")).send().await;
    let url = url.expect("a queue").queue_url.expect("its address");
    queues.send_message().queue_url(&url).message_body(POISON).send().await.expect("sent");

    let named = Options { queues: vec![queue.clone()], ..Options::default() };
    let letters = Letters::of(&stack.file, &named).await.expect("a stack");
    choke_on(&queues, &url, &letters, &queue).await;
    let found = dead(&letters, &queue).await;
    assert_eq!(found.count, 1);
    assert!(found.oldest.is_some_and(|age| age.as_secs() < 120), "{found:?}");

    let looking = Options { dry_run: true, ..named.clone() };
    redrive::run(&stack.file, &looking).await.expect("listed");
    assert_eq!(dead(&letters, &queue).await.count, 1, "looking changes nothing");

    redrive::run(&stack.file, &named).await.expect("put back");
    assert_eq!(dead(&letters, &queue).await.count, 0);
    let receive = queues.receive_message().queue_url(&url).wait_time_seconds(5);
    let received = receive.send().await.expect("received").messages.unwrap_or_default();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].body.as_deref(), Some(POISON));
    let done = queues.delete_message().queue_url(&url);
    done.set_receipt_handle(received[0].receipt_handle.clone()).send().await.expect("done");
}

#[tokio::test]
#[ignore = "needs a running stack"]
async fn pages_of_allowed_origins_may_call_from_a_browser_and_no_others() {
    let stack = Stack::running();
    let url = format!("{}/customers/organisations", stack.text("/baseUrl"));
    let ask = async |method: Method, origin: &str| {
        let request = Request::builder().method(method).uri(&url).header("origin", origin);
        let request = request
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type");
        Http::new().send(&request.body(Vec::new()).expect("a request")).await.expect("an answer")
    };
    let header =
        |answer: &Response, name: &str| answer.header(name).unwrap_or_default().to_lowercase();
    let ours = "http://localhost:3000";
    let preflight = ask(Method::OPTIONS, ours).await;
    assert!(preflight.is_success(), "{}", preflight.summary());
    assert_eq!(header(&preflight, "access-control-allow-origin"), ours);
    let headers = header(&preflight, "access-control-allow-headers");
    for needed in ["authorization", "content-type", "idempotency-key", "x-api-key"] {
        assert!(headers.split(',').any(|one| one == needed), "{needed} in {headers}");
    }
    let methods = header(&preflight, "access-control-allow-methods");
    for needed in ["get", "post", "put", "patch", "delete"] {
        assert!(methods.split(',').any(|one| one == needed), "{needed} in {methods}");
    }

    let refused = ask(Method::GET, ours).await;
    assert_eq!(refused.status, 401, "nobody signed in");
    assert_eq!(header(&refused, "access-control-allow-origin"), ours);
    let exposed = header(&refused, "access-control-expose-headers");
    for needed in ["link", "x-request-id"] {
        assert!(exposed.split(',').any(|one| one == needed), "{needed} in {exposed}");
    }

    for method in [Method::OPTIONS, Method::GET] {
        let foreign = ask(method, "https://elsewhere.example").await;
        assert_eq!(header(&foreign, "access-control-allow-origin"), "", "{}", foreign.summary());
    }
}
