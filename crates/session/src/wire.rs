//! The HTTP client every session shares, wrapped so that the end of every request is seen, and what its answer says
//! of the rate: the permit goes back at the one, the limiter learns from the other.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

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

use crate::attempt::Attempt;
use crate::calls::{Counters, TakenOff};
use crate::error_body::bare;
use crate::expired_answer::ExpiredAnswer;
use crate::handover::Handover;
use crate::judge::Judge;
use crate::retry_after::retry_after;
use crate::transport::explained;

#[derive(Debug)]
pub(crate) struct Wire {
    inner: SharedHttpClient,
    counters: Arc<Counters>,
    handover: Arc<Handover>,
}

impl Wire {
    pub(crate) fn new(inner: SharedHttpClient, counters: Arc<Counters>, handover: Arc<Handover>) -> Self {
        Self { inner, counters, handover }
    }
}

impl HttpClient for Wire {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        // None for what passed no gate of ours: a client with credentials of its own.
        let attempt = self.handover.take(Handover::address(components));
        SharedHttpConnector::new(WireConnector { inner, counters: self.counters.clone(), attempt })
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.inner.connector_metadata()
    }
}

#[derive(Debug)]
struct WireConnector {
    inner: SharedHttpConnector,
    counters: Arc<Counters>,
    attempt: Option<Arc<Attempt>>,
}

impl HttpConnector for WireConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let host = host_of(&request);
        let sent = self.inner.call(request);
        let mut flight = Flight {
            _counted: self.counters.take_off(),
            counters: self.counters.clone(),
            attempt: self.attempt.clone(),
            judge: None,
        };
        HttpConnectorFuture::new(async move {
            let mut response = sent.await.map_err(|error| explained(error, host.as_deref()))?;
            let status = response.status().as_u16();
            if status < 400 {
                flight.succeeded();
            } else {
                let service = flight.attempt.as_ref().map(|attempt| attempt.service().clone());
                let (code, retry_after) = (code_in_headers(&response), retry_after(response.headers()));
                let judge = Judge::new(service, status, code, retry_after);
                // The head of the answer may say it all; its body may be long in coming.
                if judge.finds_throttle() {
                    flight.throttled(retry_after);
                } else {
                    flight.judge = Some(judge);
                }
            }
            // An event stream stays open as long as its user likes, and the SDK's signer keeps its identity.
            let is_endless = status < 400 && is_event_stream(&response);
            let inner = std::mem::replace(response.body_mut(), SdkBody::taken());
            let flight = (!is_endless).then_some(flight);
            *response.body_mut() = SdkBody::from_body_1_x(Watched { inner, flight });
            Ok(response)
        })
    }
}

/// A request in flight. It is over when this is dropped: with it the connection is free, and the permit goes back.
struct Flight {
    _counted: TakenOff,
    counters: Arc<Counters>,
    attempt: Option<Arc<Attempt>>,
    /// Of an answer that is an error, until it is known what it says.
    judge: Option<Judge>,
}

impl Flight {
    /// The answer has been read to its end. Returns what is to be told in the place of that, so that it is tried
    /// again.
    fn land(mut self) -> Option<ExpiredAnswer> {
        let judge = self.judge.take()?;
        if judge.finds_throttle() {
            self.throttled(judge.retry_after());
            return None;
        }
        self.succeeded();
        let expired = judge.finds_expired();
        expired.filter(|_| self.attempt.as_ref().is_some_and(|attempt| attempt.expired()))
    }

    fn throttled(&self, retry_after: Option<Duration>) {
        self.counters.throttle();
        if let Some(attempt) = &self.attempt {
            attempt.permit().throttled(retry_after);
        }
    }

    fn succeeded(&self) {
        if let Some(attempt) = &self.attempt {
            attempt.permit().succeeded();
        }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        // Of an answer that was cut off the beginning may say it; if it does not, nothing is known.
        if let Some(judge) = self.judge.take()
            && judge.finds_throttle()
        {
            self.throttled(judge.retry_after());
        }
        if let Some(attempt) = &self.attempt {
            attempt.permit().release();
        }
    }
}

fn host_of(request: &HttpRequest) -> Option<String> {
    let uri: http::Uri = request.uri().parse().ok()?;
    uri.host().map(str::to_owned)
}

fn is_event_stream(response: &HttpResponse) -> bool {
    response.headers().get("content-type") == Some("application/vnd.amazon.eventstream")
}

fn code_in_headers(response: &HttpResponse) -> Option<String> {
    let headers = response.headers();
    headers
        .get("x-amzn-errortype")
        .or_else(|| headers.get("x-amzn-query-error"))
        .map(|code| bare(code).to_owned())
}

pin_project! {
    /// A body on its way to the SDK. The request is in flight until its end, its error, or its drop.
    struct Watched {
        #[pin]
        inner: SdkBody,
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
                let judge = this.flight.as_mut().and_then(|flight| flight.judge.as_mut());
                if let (Some(judge), Some(data)) = (judge, frame.data_ref()) {
                    judge.see(data);
                }
            }
            Some(Err(_)) => *this.flight = None,
            None => {
                if let Some(expired) = this.flight.take().and_then(Flight::land) {
                    return Poll::Ready(Some(Err(expired.into())));
                }
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        // The end has to be polled to be judged; a hint of it would let readers leave early.
        let is_judged = self.flight.as_ref().is_none_or(|flight| flight.judge.is_none());
        is_judged && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        Body::size_hint(&self.inner)
    }
}
