//! The HTTP client every session shares, wrapped so that throttle answers of every client are seen.

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

use crate::calls::Counters;
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
        let counters = self.counters.clone();
        HttpConnectorFuture::new(async move {
            let mut response = sent.await?;
            let status = response.status().as_u16();
            if status >= 400 {
                let code = code_in_headers(&response);
                if code.is_some() || status == 429 {
                    if is_throttle(None, Some(status), code.as_deref(), "") {
                        counters.throttle();
                    }
                } else {
                    let inner = std::mem::replace(response.body_mut(), SdkBody::taken());
                    let judged = Judged { inner, status, seen: Vec::new(), counters: Some(counters) };
                    *response.body_mut() = SdkBody::from_body_1_x(judged);
                }
            }
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

pin_project! {
    /// An error's body on its way to the SDK; its first bytes are kept and judged once, at its end.
    struct Judged {
        #[pin]
        inner: SdkBody,
        status: u16,
        seen: Vec<u8>,
        counters: Option<Arc<Counters>>,
    }
}

impl Body for Judged {
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
                if let Some(data) = frame.data_ref() {
                    let room = PEEK - this.seen.len();
                    this.seen.extend_from_slice(&data[..data.len().min(room)]);
                }
            }
            Some(Err(_)) => *this.counters = None,
            None => {
                if let Some(counters) = this.counters.take() {
                    let text = String::from_utf8_lossy(this.seen);
                    if is_throttle(None, Some(*this.status), code_in(&text), &text) {
                        counters.throttle();
                    }
                }
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        // The end has to be polled to be judged; a hint of it would let readers leave early.
        false
    }

    fn size_hint(&self) -> SizeHint {
        Body::size_hint(&self.inner)
    }
}
