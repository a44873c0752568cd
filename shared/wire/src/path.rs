//! Trailing slashes, which some surfaces' paths have and others have not, and
//! letter case, which counts in most and in others doesn't.

use axum::Router;
use axum::body::Body;
use http::{Request, Uri};
use tower::ServiceExt;
use tower::util::MapRequest;

/// How a surface's paths end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slash {
    /// In a slash.
    Always,
    /// Not in a slash.
    Never,
}

/// How a surface's paths are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paths {
    /// How they end.
    pub slash: Slash,
    /// Segments that are taken in any letter case, as the routes write them;
    /// whatever else stands in a path stays as it is.
    pub words: &'static [&'static str],
}

impl From<Slash> for Paths {
    fn from(slash: Slash) -> Self {
        Self { slash, words: &[] }
    }
}

/// A router that takes a path whether it ends in a slash or not, and whatever
/// the letter case of the surface's words.
pub fn with_paths(
    router: Router,
    paths: impl Into<Paths>,
) -> MapRequest<Router, impl FnMut(Request<Body>) -> Request<Body> + Clone> {
    let Paths { slash, words } = paths.into();
    router.map_request(move |mut request: Request<Body>| {
        if let Some(uri) = folded(request.uri(), words) {
            *request.uri_mut() = uri;
        }
        if let Some(uri) = ending(request.uri(), slash) {
            *request.uri_mut() = uri;
        }
        request
    })
}

/// The address with these words in their own letter case; `None` if they have
/// it already.
fn folded(uri: &Uri, words: &[&str]) -> Option<Uri> {
    let word = |segment: &&str| words.iter().find(|word| word.eq_ignore_ascii_case(segment));
    let segments = uri.path().split('/').map(|segment| *word(&segment).unwrap_or(&segment));
    with_path(uri, &segments.collect::<Vec<_>>().join("/"))
}

/// The address with another path; `None` if that is its path.
fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    if path == uri.path() || path.is_empty() {
        return None;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = format!("{path}{query}").parse().ok();
    Uri::from_parts(parts).ok()
}

/// The address with its path ending as it should; `None` if it does already.
fn ending(uri: &Uri, slash: Slash) -> Option<Uri> {
    let bare = uri.path().trim_end_matches('/');
    let wanted = match slash {
        Slash::Always => format!("{bare}/"),
        Slash::Never => bare.to_owned(),
    };
    with_path(uri, &wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_end_as_their_surface_has_it() {
        let ends = |uri: &str, slash| {
            ending(&uri.parse().expect("a URI"), slash).map(|uri| uri.to_string())
        };
        assert_eq!(ends("/a?q=1", Slash::Always).as_deref(), Some("/a/?q=1"));
        assert_eq!(ends("http://h/a//", Slash::Always).as_deref(), Some("http://h/a/"));
        assert_eq!(ends("/a/", Slash::Always), None);
        assert_eq!(ends("/a/", Slash::Never).as_deref(), Some("/a"));
        assert_eq!(ends("/a", Slash::Never), None);
        assert_eq!(ends("/", Slash::Never), None);
    }

    #[test]
    fn words_are_taken_in_any_letter_case_and_nothing_else_is() {
        let folds = |uri: &str| {
            folded(&uri.parse().expect("a URI"), &["v1", "Customers"]).map(|uri| uri.to_string())
        };
        assert_eq!(folds("/V1/customers/Ab?Q=V1").as_deref(), Some("/v1/Customers/Ab?Q=V1"));
        assert_eq!(folds("http://H/V1//CUSTOMERS/").as_deref(), Some("http://H/v1//Customers/"));
        assert_eq!(folds("/v1/Customers/AB"), None);
        assert_eq!(folds("/v12/customer"), None);
    }
}
