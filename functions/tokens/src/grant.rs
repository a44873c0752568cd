//! What a client asks for at `POST /oauth2/token`, as RFC 6749 has it, and how
//! it is refused.

use std::collections::HashMap;

use attesta_identity::MachineKey;
use attesta_model::{Error, Scopes};
use attesta_wire::Cause;
use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::FromRequest;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// The largest form that is taken.
const MAX_FORM: usize = 8 * 1024;

/// A client's request for a token.
#[derive(Debug)]
pub(crate) struct Grant {
    /// What the client proves to be itself with.
    pub(crate) key: MachineKey,
    scope: Option<String>,
}

impl Grant {
    /// The scopes that the token is to have: those asked for, or else all that
    /// the client has.
    pub(crate) fn scopes(&self, held: Scopes) -> Result<Scopes, Refusal> {
        let Some(scope) = &self.scope else { return Ok(held) };
        let asked = scope.parse::<Scopes>().ok().filter(|asked| !asked.is_empty());
        asked.filter(|asked| asked.are_within(&held)).ok_or_else(|| {
            Refusal::new("invalid_scope", "The client has no such scope, or not all of them.")
        })
    }

    fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        let mut form = Form::read(body)?;
        match form.take("grant_type").as_deref() {
            Some("client_credentials") => {}
            None => return Err(Refusal::invalid("grant_type is missing.")),
            Some(_) => {
                let text = "The only grant is client_credentials.";
                return Err(Refusal::new("unsupported_grant_type", text));
            }
        }
        let key = key(headers, &mut form)?;
        Ok(Self { key, scope: form.take("scope") })
    }
}

/// What the client shows: in the header or in the form, but not in both.
fn key(headers: &HeaderMap, form: &mut Form) -> Result<MachineKey, Refusal> {
    const NOBODY: Error = Error::Unauthenticated("Client authentication is missing.");
    const INVALID: Error = Error::Unauthenticated("Invalid credentials");
    let (id, secret) = (form.take("client_id"), form.take("client_secret"));
    let mut shown = headers.get_all(AUTHORIZATION).iter();
    let Some(header) = shown.next() else {
        let (id, secret) = id.zip(secret).ok_or(NOBODY)?;
        return Ok(MachineKey::new(&id, &secret).ok_or(INVALID)?);
    };
    if shown.next().is_some() || secret.is_some() {
        return Err(Refusal::invalid("The client authenticates in more than one way."));
    }
    let basic = header.to_str().ok().and_then(|header| header.split_once(' '));
    let basic = basic.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    let key = basic.and_then(|(_, encoded)| MachineKey::from_basic(encoded.trim()));
    let key = key.ok_or(INVALID)?;
    if id.is_some_and(|id| id.parse() != Ok(key.id)) {
        return Err(Refusal::invalid("client_id is another than that of the header."));
    }
    Ok(key)
}

/// The parameters of a form; those without a value are as good as not there.
#[derive(Debug)]
struct Form(HashMap<String, String>);

impl Form {
    fn read(body: &[u8]) -> Result<Self, Refusal> {
        let mut form = HashMap::new();
        for (name, value) in form_urlencoded::parse(body).into_owned() {
            if !value.is_empty() && form.insert(name, value).is_some() {
                return Err(Refusal::invalid("A parameter comes twice."));
            }
        }
        Ok(Self(form))
    }

    fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }
}

impl<S: Send + Sync> FromRequest<S> for Grant {
    type Rejection = Refusal;

    async fn from_request(request: Request<Body>, _: &S) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let media = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media = media.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
        if !media.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Error::UnsupportedMediaType.into());
        }
        let body = to_bytes(body, MAX_FORM).await.map_err(|_| Error::TooLarge)?;
        Self::read(&parts.headers, &body)
    }
}

/// What a client is refused with.
#[derive(Debug)]
pub(crate) struct Refusal {
    code: &'static str,
    error: Error,
}

/// An error, in the words of RFC 6749.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TokenError)]
pub(crate) struct RefusalBody {
    /// For machines.
    error: &'static str,
    /// For people.
    error_description: String,
}

/// The errors that may be answered where a token is asked for.
#[derive(Debug, IntoResponses)]
#[expect(dead_code, reason = "told to the document alone")]
pub(crate) enum Refusals {
    /// not a request that can be granted
    #[response(status = 400)]
    BadRequest(RefusalBody),
    /// not a client that counts
    #[response(status = 401)]
    Unauthorized(RefusalBody),
    /// form over 8 KiB
    #[response(status = 413)]
    TooLarge(RefusalBody),
    /// too many failing tries; see Retry-After
    #[response(status = 429)]
    TooManyRequests(RefusalBody),
}

impl Refusal {
    fn new(code: &'static str, text: &str) -> Self {
        Self { code, error: Error::Refused(text.to_owned()) }
    }

    fn invalid(text: &str) -> Self {
        Self::new("invalid_request", text)
    }

    fn status(&self) -> StatusCode {
        match &self.error {
            Error::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
            Error::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Error::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
            Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    fn description(&self) -> String {
        let text = match &self.error {
            Error::Refused(text) => text,
            Error::Unauthenticated(text) | Error::Forbidden(text) => *text,
            Error::UnsupportedMediaType => "The body must be a form.",
            Error::TooLarge => "The form is larger than eight kibibytes.",
            Error::Throttled { .. } => "Too many failing tries; wait a little.",
            Error::Internal(_) => "Something went wrong with us.",
            _ => "The request is not valid.",
        };
        text.to_owned()
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::Unauthenticated(_) => "invalid_client",
            Error::Forbidden(_) => "unauthorized_client",
            Error::Throttled { .. } => "temporarily_unavailable",
            Error::Internal(_) => "server_error",
            _ => "invalid_request",
        };
        Self { code, error }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = RefusalBody { error: self.code, error_description: self.description() };
        let mut response = (self.status(), Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match &self.error {
            Error::Unauthenticated(_) => {
                let scheme = HeaderValue::from_static("Basic realm=\"oauth2\"");
                headers.insert(WWW_AUTHENTICATE, scheme);
            }
            Error::Throttled { retry_after_seconds } => {
                headers.insert(RETRY_AFTER, HeaderValue::from(*retry_after_seconds));
            }
            _ => {}
        }
        response.extensions_mut().insert(Cause(self.error));
        response
    }
}
