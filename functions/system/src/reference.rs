//! `/docs` and `/openapi`: the API reference, for whoever integrates with the
//! platform. It is the same for everybody, so nobody has to sign in for it.

use std::io::Read;

use attesta_model::Error;
use attesta_wire::customer::{Failure, Missing};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use flate2::read::GzDecoder;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json";

/// The page runs what it was deployed with and talks to where it came from, and
/// nothing else. Swagger UI draws its arrows from `data:` URLs.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";
/// A deploy shows after five minutes at most.
const CACHING: &str = "public, max-age=300";

/// A file, compressed when the function was built.
#[derive(Debug)]
struct File {
    name: &'static str,
    media: &'static str,
    gzip: &'static [u8],
}

/// A file that the build left.
macro_rules! file {
    ($name:literal, $media:expr) => {
        File {
            name: $name,
            media: $media,
            gzip: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz")),
        }
    };
}

static PAGE: File = file!("index.html", HTML);

/// What the page consists of besides.
static PARTS: [File; 5] = [
    file!("page.css", CSS),
    file!("page.js", JAVASCRIPT),
    file!("swagger-ui.css", CSS),
    file!("swagger-ui-bundle.js", JAVASCRIPT),
    file!("favicon-32x32.png", "image/png"),
];

/// A document for each surface, and the platform's own.
static DOCUMENTS: [File; 6] = [
    file!("customer.json", JSON),
    file!("provider.json", JSON),
    file!("marketplace.json", JSON),
    file!("sub-tpp.json", JSON),
    file!("provider-instances.json", JSON),
    file!("platform.json", JSON),
];

/// Show the API reference
///
/// One page for all surfaces: what each operation takes and answers, with examples,
/// and a form to try it.
#[utoipa::path(get, path = "/docs", operation_id = "showReference", tag = "reference", security(()),
    responses((status = 200, description = "The page", body = String, content_type = "text/html")))]
pub(crate) async fn page(headers: HeaderMap) -> Response {
    PAGE.served(&headers)
}

/// Read a part of the API reference's page
#[utoipa::path(get, path = "/docs/{part}", operation_id = "readReferencePart", tag = "reference",
    security(()),
    params(("part" = String, Path, description = "A style sheet, a script or an icon")),
    responses(
        (status = 200, description = "The part", body = String, content_type = "text/css"),
        Missing))]
pub(crate) async fn part(
    Path(part): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    Ok(found(&PARTS, &part)?.served(&headers))
}

/// Read the OpenAPI document of a surface
///
/// `customer.json`, `provider.json`, `marketplace.json`, `sub-tpp.json`,
/// `provider-instances.json`, and `platform.json` for what belongs to no surface.
#[utoipa::path(get, path = "/openapi/{document}", operation_id = "readOpenApi", tag = "reference",
    security(()),
    params(("document" = String, Path, description = "The surface's name and `.json`")),
    responses((status = 200, description = "An OpenAPI 3.1 document", body = Object), Missing))]
pub(crate) async fn document(
    Path(document): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    Ok(found(&DOCUMENTS, &document)?.served(&headers))
}

fn found(files: &'static [File], name: &str) -> Result<&'static File, Failure> {
    let file = files.iter().find(|file| file.name == name);
    file.ok_or_else(|| Error::not_found().into())
}

impl File {
    /// The answer to a request with these headers.
    fn served(&self, request: &HeaderMap) -> Response {
        let tag = self.tag();
        let is_known =
            listed(request, IF_NONE_MATCH.as_str()).any(|known| known == "*" || known == tag);
        let takes_gzip = listed(request, ACCEPT_ENCODING.as_str()).any(is_gzip);
        let mut response = match (is_known, takes_gzip) {
            (true, _) => StatusCode::NOT_MODIFIED.into_response(),
            (false, true) => self.gzip.into_response(),
            (false, false) => self.plain().into_response(),
        };
        let headers = response.headers_mut();
        let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
        set(CACHE_CONTROL, CACHING);
        set(VARY, "accept-encoding");
        set(CONTENT_SECURITY_POLICY, POLICY);
        set(X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(REFERRER_POLICY, "no-referrer");
        set(CONTENT_TYPE, self.media);
        if takes_gzip && !is_known {
            set(CONTENT_ENCODING, "gzip");
        }
        headers.extend(HeaderValue::from_str(&tag).ok().map(|tag| (ETAG, tag)));
        response
    }

    /// What changes with the content: the checksum and the length that the
    /// compressed file ends in.
    fn tag(&self) -> String {
        let end = self.gzip.iter().rev().take(8).map(|byte| format!("{byte:02x}"));
        format!("W/\"{}\"", end.collect::<String>())
    }

    fn plain(&self) -> Vec<u8> {
        let mut plain = Vec::new();
        // What the build compressed can be read.
        let _ = GzDecoder::new(self.gzip).read_to_end(&mut plain);
        plain
    }
}

/// What a header lists.
fn listed<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}

/// Whether a member of `Accept-Encoding` lets gzip be sent.
fn is_gzip(member: &str) -> bool {
    let mut parts = member.split(';').map(str::trim);
    let is_named =
        parts.next().is_some_and(|name| name == "*" || name.eq_ignore_ascii_case("gzip"));
    let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok());
    is_named && weight.is_none_or(|weight| weight > 0.0)
}
