//! An HTTP client that answers some requests itself, in ways the simulator does not, and passes the rest on.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use futures::future::BoxFuture;
use http_body::{Body, Frame};
use tokio::time::{Instant, Sleep, sleep};

pub(crate) type Answered = BoxFuture<'static, Result<HttpResponse, ConnectorError>>;

/// Says how the request of this number, from 0, is answered; none: by the client behind.
type Script = dyn Fn(usize, &HttpRequest) -> Option<Answered> + Send + Sync;

#[derive(Clone)]
pub(crate) struct Scripted {
    behind: SharedHttpClient,
    script: Arc<Script>,
    number: Arc<AtomicUsize>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

/// A request that went through: which attempt of its call it was, and when it was sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent {
    pub(crate) attempt: u32,
    pub(crate) at: Instant,
}

impl Scripted {
    pub(crate) fn new(
        behind: SharedHttpClient,
        script: impl Fn(usize, &HttpRequest) -> Option<Answered> + Send + Sync + 'static,
    ) -> Self {
        Self { behind, script: Arc::new(script), number: Arc::default(), sent: Arc::default() }
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }
}

impl HttpClient for Scripted {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        parts: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let behind = self.behind.http_connector(settings, parts);
        SharedHttpConnector::new(ScriptedConnector { behind, client: self.clone() })
    }
}

#[derive(Debug)]
struct ScriptedConnector {
    behind: SharedHttpConnector,
    client: Scripted,
}

impl HttpConnector for ScriptedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Scripted { script, number, sent, .. } = &self.client;
        let attempt = request.headers().get("amz-sdk-request").and_then(|header| {
            header.split(';').find_map(|field| field.trim().strip_prefix("attempt="))?.parse().ok()
        });
        sent.lock().unwrap().push(Sent { attempt: attempt.unwrap_or(1), at: Instant::now() });
        match script(number.fetch_add(1, SeqCst), &request) {
            Some(answered) => HttpConnectorFuture::new(answered),
            None => self.behind.call(request),
        }
    }
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scripted")
    }
}

pub(crate) fn response(status: u16, headers: &[(&'static str, &str)], body: SdkBody) -> HttpResponse {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    HttpResponse::try_from(response.body(body).unwrap()).unwrap()
}

pub(crate) fn answers(response: HttpResponse) -> Answered {
    Box::pin(std::future::ready(Ok(response)))
}

pub(crate) fn fails(error: ConnectorError) -> Answered {
    Box::pin(std::future::ready(Err(error)))
}

pub(crate) fn io_error(kind: io::ErrorKind) -> ConnectorError {
    ConnectorError::io(io::Error::from(kind).into())
}

/// How a body ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    /// As it should.
    Whole,
    /// The connection breaks.
    Cut,
    /// Not at all.
    Never,
}

/// A body whose beginning is there at once and whose end comes later.
pub(crate) fn body(beginning: &str, later: Duration, end: End) -> SdkBody {
    let chunks = beginning.as_bytes().chunks(1000).map(Bytes::copy_from_slice).collect();
    SdkBody::from_body_1_x(Slow { chunks, pause: Box::pin(sleep(later)), end })
}

struct Slow {
    chunks: VecDeque<Bytes>,
    pause: Pin<Box<Sleep>>,
    end: End,
}

impl Body for Slow {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(chunk) = self.chunks.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(chunk))));
        }
        ready!(self.pause.as_mut().poll(cx));
        match self.end {
            End::Whole => Poll::Ready(None),
            End::Cut => Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into()))),
            End::Never => Poll::Pending,
        }
    }
}
