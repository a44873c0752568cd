//! Trailing slashes, which some surfaces' paths have and others have not.

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

/// A router that takes a path whether it ends in a slash or not.
pub fn with_slashes(
    router: Router,
    slash: Slash,
) -> MapRequest<Router, impl FnMut(Request<Body>) -> Request<Body> + Clone> {
    router.map_request(move |mut request: Request<Body>| {
        if let Some(uri) = ending(request.uri(), slash) {
            *request.uri_mut() = uri;
        }
        request
    })
}

/// The address with its path ending as it should; `None` if it does already.
fn ending(uri: &Uri, slash: Slash) -> Option<Uri> {
    let path = uri.path();
    let bare = path.trim_end_matches('/');
    let wanted = match slash {
        Slash::Always => format!("{bare}/"),
        Slash::Never => bare.to_owned(),
    };
    if wanted == path || wanted.is_empty() {
        return None;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = format!("{wanted}{query}").parse().ok();
    Uri::from_parts(parts).ok()
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
}
