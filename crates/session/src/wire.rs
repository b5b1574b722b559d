//! The HTTP client every session shares, wrapped so that what every client has in flight, and the answers that
//! mean throttling, are seen.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::calls::{Counters, Flight};
use crate::throttle::{bare, code_in, is_throttle};

/// The longest beginning of an error's body that is looked at; AWS's error bodies are shorter.
const PEEK: usize = 4096;

#[derive(Debug)]
pub(crate) struct Wire {
    inner: SharedHttpClient,
    counters: Arc<Counters>,
}

impl Wire {
    pub(crate) fn new(inner: SharedHttpClient, counters: Arc<Counters>) -> Self {
        Self { inner, counters }
    }
}

impl HttpClient for Wire {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(WireConnector { inner, counters: self.counters.clone() })
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.inner.connector_metadata()
    }
}

#[derive(Debug)]
struct WireConnector {
    inner: SharedHttpConnector,
    counters: Arc<Counters>,
}

impl HttpConnector for WireConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let sent = self.inner.call(request);
        let flight = self.counters.take_off();
        HttpConnectorFuture::new(async move {
            let mut response = sent.await?;
            let status = response.status().as_u16();
            let mut judge = None;
            if status >= 400 {
                let code = code_in_headers(&response);
                if code.is_none() && status != 429 {
                    judge = Some(Judge { status, seen: Vec::new() });
                } else if is_throttle(None, Some(status), code.as_deref(), "") {
                    flight.throttled();
                }
            }
            let inner = std::mem::replace(response.body_mut(), SdkBody::taken());
            let watched = Watched { inner, judge, flight: Some(flight) };
            *response.body_mut() = SdkBody::from_body_1_x(watched);
            Ok(response)
        })
    }
}

fn code_in_headers(response: &HttpResponse) -> Option<String> {
    let headers = response.headers();
    headers
        .get("x-amzn-errortype")
        .or_else(|| headers.get("x-amzn-query-error"))
        .map(|code| bare(code).to_owned())
}

/// Looks at the beginning of an error's body for a code that means throttling.
struct Judge {
    status: u16,
    seen: Vec<u8>,
}

impl Judge {
    fn see(&mut self, data: &[u8]) {
        let room = PEEK - self.seen.len();
        self.seen.extend_from_slice(&data[..data.len().min(room)]);
    }

    fn finds_throttle(&self) -> bool {
        let text = String::from_utf8_lossy(&self.seen);
        is_throttle(None, Some(self.status), code_in(&text), &text)
    }
}

pin_project! {
    /// A body on its way to the SDK. The request is in flight until its end, its error, or its drop.
    struct Watched {
        #[pin]
        inner: SdkBody,
        judge: Option<Judge>,
        flight: Option<Flight>,
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = aws_smithy_types::body::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let this = self.project();
        let frame = ready!(this.inner.poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                if let (Some(judge), Some(data)) = (this.judge, frame.data_ref()) {
                    judge.see(data);
                }
            }
            Some(Err(_)) => *this.flight = None,
            None => {
                if let Some(flight) = this.flight.take()
                    && this.judge.as_ref().is_some_and(Judge::finds_throttle)
                {
                    flight.throttled();
                }
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        // The end has to be polled to be judged; a hint of it would let readers leave early.
        self.judge.is_none() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        Body::size_hint(&self.inner)
    }
}
