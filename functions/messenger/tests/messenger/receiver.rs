//! A receiver of posts: HTTPS on loopback, under a public name.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use http::{HeaderMap, Method, StatusCode, Uri};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::server::TlsStream;

/// The name that the receiver's certificate is for.
pub(crate) const HOST: &str = "hooks.example.com";

/// What a receiver was sent.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).expect(name)
    }
}

#[derive(Debug)]
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    /// What its certificate is checked with.
    pub(crate) certificate: String,
    state: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    received: Vec<Received>,
    answer: StatusCode,
    is_silent: bool,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("a configuration");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let tls = Tls { listener, acceptor: TlsAcceptor::from(Arc::new(config)) };
        let state =
            Inner { received: Vec::new(), answer: StatusCode::NO_CONTENT, is_silent: false };
        let state = Arc::new(Mutex::new(state));
        let router = Router::new().fallback(take).with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(tls, router).await });
        Self { address, certificate: made.cert.pem(), state }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://{HOST}:{}/hook?a=b", self.address.port())
    }

    /// What it answers from now on.
    pub(crate) fn answers(&self, status: u16) {
        let status = StatusCode::from_u16(status).expect("a status");
        self.state.lock().expect("not poisoned").answer = status;
    }

    /// It takes what comes, and answers nothing any more.
    pub(crate) fn falls_silent(&self) {
        self.state.lock().expect("not poisoned").is_silent = true;
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.state.lock().expect("not poisoned").received.clone()
    }
}

async fn take(
    State(state): State<Arc<Mutex<Inner>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body = String::from_utf8_lossy(&body).into_owned();
    let (answer, is_silent) = {
        let mut inner = state.lock().expect("not poisoned");
        inner.received.push(Received { method, path: uri.to_string(), headers, body });
        (inner.answer, inner.is_silent)
    };
    if is_silent {
        std::future::pending::<()>().await;
    }
    (answer, [(LOCATION, "/elsewhere")]).into_response()
}

/// Connections that speak TLS.
struct Tls {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl axum::serve::Listener for Tls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.listener.accept().await.expect("a connection");
            // A client that doesn't trust the certificate goes away here.
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}
