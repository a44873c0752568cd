//! A bucket that keeps what it is given.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, Uri};

use crate::aws::serve;

type Objects = Arc<Mutex<BTreeMap<String, Bytes>>>;

/// Takes PUT, GET, DELETE, lists, copies and objects in parts; signatures are not looked at.
#[derive(Debug, Clone)]
pub struct Bucket {
    pub(crate) address: SocketAddr,
    state: Kept,
}

#[derive(Debug, Clone, Default)]
struct Kept {
    objects: Objects,
    is_down: Arc<AtomicBool>,
}

impl Bucket {
    pub(crate) async fn start() -> Self {
        let state = Kept::default();
        let router = Router::new().fallback(object).layer(DefaultBodyLimit::disable());
        let router = router.with_state(state.clone());
        Self { address: serve(router).await, state }
    }

    /// The keys of all objects, the bucket's name before each.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.state.objects.lock().expect("not poisoned").keys().cloned().collect()
    }

    /// Puts an object there, as an upload would.
    pub fn put(&self, key: &str, bytes: &'static [u8]) {
        let mut objects = self.state.objects.lock().expect("not poisoned");
        objects.insert(format!("data/{key}"), Bytes::from_static(bytes));
    }

    /// The same with what was made for the occasion.
    pub fn put_bytes(&self, key: &str, bytes: impl Into<Bytes>) {
        let mut objects = self.state.objects.lock().expect("not poisoned");
        objects.insert(format!("data/{key}"), bytes.into());
    }

    /// What an object holds, by its key or by a link to it.
    #[must_use]
    pub fn get(&self, key_or_link: &str) -> Option<Bytes> {
        let path = match key_or_link.parse::<Uri>() {
            Ok(uri) if uri.host().is_some() => uri.path().trim_start_matches('/').to_owned(),
            _ => format!("data/{key_or_link}"),
        };
        self.state.objects.lock().expect("not poisoned").get(&path).cloned()
    }

    /// From now on every call fails, or none does.
    pub fn set_down(&self, is_down: bool) {
        self.state.is_down.store(is_down, Ordering::Relaxed);
    }
}

async fn object(
    State(kept): State<Kept>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if kept.is_down.load(Ordering::Relaxed) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let key = uri.path().trim_start_matches('/').to_owned();
    let mut objects = kept.objects.lock().expect("not poisoned");
    if uri.query().is_some_and(|query| query.contains("list-type=2")) {
        return listed(&objects, &key, &uri);
    }
    if let Some(answer) = in_parts(&mut objects, &method, &key, &uri, &body) {
        return answer;
    }
    let source = headers.get("x-amz-copy-source").and_then(|source| source.to_str().ok());
    match (method, source) {
        (Method::PUT, Some(source)) => match objects.get(source.trim_start_matches('/')).cloned() {
            Some(bytes) => {
                objects.insert(key, bytes);
                "<CopyObjectResult><ETag>\"e\"</ETag></CopyObjectResult>".into_response()
            }
            None => no_such_key(),
        },
        (Method::PUT, None) => {
            objects.insert(key, body);
            StatusCode::OK.into_response()
        }
        (Method::DELETE, _) => {
            objects.remove(&key);
            StatusCode::NO_CONTENT.into_response()
        }
        (Method::GET, _) => {
            let range = headers.get("range").and_then(|range| range.to_str().ok());
            objects.get(&key).map_or_else(no_such_key, |bytes| ranged(bytes, range))
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

/// An object, or what a range of the form `bytes=<first>-` has of it.
fn ranged(bytes: &Bytes, range: Option<&str>) -> Response {
    let Some(range) = range else { return bytes.clone().into_response() };
    let first = range.strip_prefix("bytes=").and_then(|range| range.strip_suffix('-'));
    let first: usize = first.and_then(|first| first.parse().ok()).expect("a range");
    if first >= bytes.len() {
        let body = "<Error><Code>InvalidRange</Code><Message>none</Message></Error>";
        return (StatusCode::RANGE_NOT_SATISFIABLE, body).into_response();
    }
    (StatusCode::PARTIAL_CONTENT, bytes.slice(first..)).into_response()
}

/// The three calls that make an object of parts; each part but the last has the
/// size that S3 wants.
fn in_parts(
    objects: &mut BTreeMap<String, Bytes>,
    method: &Method,
    key: &str,
    uri: &Uri,
    body: &Bytes,
) -> Option<Response> {
    let query = uri.query().unwrap_or_default();
    let value = |name: &str| {
        let values = query.split('&').filter_map(|pair| pair.split_once('='));
        values.into_iter().find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
    };
    if *method == Method::POST
        && query.split('&').any(|pair| pair.trim_end_matches('=') == "uploads")
    {
        let begun = "<InitiateMultipartUploadResult><UploadId>u</UploadId>\
                     </InitiateMultipartUploadResult>";
        return Some(begun.into_response());
    }
    value("uploadId")?;
    if let Some(number) = value("partNumber") {
        objects.insert(format!("{key}?{number:0>5}"), body.clone());
        return Some((StatusCode::OK, [("etag", "\"e\"")]).into_response());
    }
    let mut parts = objects.split_off(&format!("{key}?"));
    let mut others = parts.split_off(&format!("{key}@"));
    objects.append(&mut others);
    let sizes: Vec<_> = parts.values().map(Bytes::len).collect();
    let too_small = sizes.iter().rev().skip(1).any(|size| *size < 5 * 1024 * 1024);
    assert!(!too_small, "S3 takes no such parts: {sizes:?}");
    objects.insert(key.to_owned(), parts.into_values().flatten().collect());
    Some("<CompleteMultipartUploadResult></CompleteMultipartUploadResult>".into_response())
}

/// The first two objects whose keys begin as asked: a short page, so that
/// whoever reads pages has to.
fn listed(objects: &BTreeMap<String, Bytes>, bucket: &str, uri: &Uri) -> Response {
    let bucket = bucket.trim_end_matches('/');
    let query = uri.query().unwrap_or_default();
    let prefix = query.split('&').find_map(|pair| pair.strip_prefix("prefix="));
    let prefix = prefix.unwrap_or_default().replace("%2F", "/");
    let under = format!("{bucket}/{prefix}");
    let found = objects.keys().filter(|key| key.starts_with(&under)).take(2);
    let found: String = found
        .filter_map(|key| key.strip_prefix(bucket)?.strip_prefix('/'))
        .map(|key| format!("<Contents><Key>{key}</Key></Contents>"))
        .collect();
    format!("<ListBucketResult>{found}</ListBucketResult>").into_response()
}

fn no_such_key() -> Response {
    let body = "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>";
    (StatusCode::NOT_FOUND, body).into_response()
}
