use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Waker, ready};

use aws_smithy_runtime_api::client::interceptors::context::{Error, Output};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::ser_de::DeserializeResponse;
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::RawError;
use crate::cut_off::is_cut_off;

/// An answer to a [`RawRequest`](crate::RawRequest), whole.
pub struct RawAnswer<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Bytes,
    headers: &'a Headers,
}

impl RawAnswer<'_> {
    /// The first value of a header; none for one that is absent or not text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)
    }

    /// Every header, in no order of names; its values in the order of arrival.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter()
    }

    /// Whether the status says that the operation was done.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether its body is a document in XML or JSON that ends before what it begins with is closed, told by its two
    /// ends: one that was cut off where something inside it closed may not be noticed.
    #[must_use]
    pub fn is_cut_off(&self) -> bool {
        is_cut_off(&self.body)
    }
}

/// Nothing of what was answered: it may be a secret.
impl fmt::Debug for RawAnswer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.body.len();
        f.debug_struct("RawAnswer").field("status", &self.status).field("length", &length).finish()
    }
}

/// What was read from an answer, kept from the SDK's traces.
pub(super) struct Opaque<T>(T);

impl<T> Opaque<T> {
    pub(super) fn into_inner(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Opaque<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer")
    }
}

/// Reads answers of up to a size with a function of the caller's.
pub(super) struct Reader<F> {
    largest: usize,
    read: F,
    /// The answer under way has turned out larger.
    is_too_large: Arc<AtomicBool>,
}

impl<F> Reader<F> {
    pub(super) fn new(largest: usize, read: F) -> Self {
        Self { largest, read, is_too_large: Arc::default() }
    }
}

impl<T, F> DeserializeResponse for Reader<F>
where
    T: Send + Sync + 'static,
    F: Fn(RawAnswer<'_>) -> Result<T, RawError> + Send + Sync,
{
    /// Does not read, but sees that what follows does not read more than it may.
    fn deserialize_streaming(
        &self,
        response: &mut HttpResponse,
    ) -> Option<Result<Output, OrchestratorError<Error>>> {
        self.is_too_large.store(false, Relaxed);
        let length = response.headers().get("content-length").and_then(|length| length.parse::<u64>().ok());
        if length.is_some_and(|length| length > self.largest as u64) {
            return Some(Err(failed(RawError::too_large(self.largest))));
        }
        let inner = std::mem::replace(response.body_mut(), SdkBody::taken());
        let is_too_large = self.is_too_large.clone();
        *response.body_mut() =
            SdkBody::from_body_1_x(Capped { inner: Some(inner), left: self.largest, is_too_large });
        None
    }

    fn deserialize_nonstreaming(&self, response: &HttpResponse) -> Result<Output, OrchestratorError<Error>> {
        if self.is_too_large.load(Relaxed) {
            return Err(failed(RawError::too_large(self.largest)));
        }
        let answer = RawAnswer {
            status: response.status().as_u16(),
            body: whole(response.body()),
            headers: response.headers(),
        };
        (self.read)(answer).map(|read| Output::erase(Opaque(read))).map_err(failed)
    }
}

fn failed(error: RawError) -> OrchestratorError<Error> {
    OrchestratorError::operation(Error::erase(error))
}

/// The bytes of a body that is in memory, shared with it.
fn whole(body: &SdkBody) -> Bytes {
    let mut context = Context::from_waker(Waker::noop());
    if let Some(mut shared) = body.try_clone()
        && let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut shared).poll_frame(&mut context)
        && let Ok(data) = frame.into_data()
        && body.bytes().is_some_and(|bytes| bytes.len() == data.len())
    {
        return data;
    }
    body.bytes().map(Bytes::copy_from_slice).unwrap_or_default()
}

impl<F> fmt::Debug for Reader<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

pin_project! {
    /// A body that ends where it becomes too large, and leaves word of it.
    ///
    /// As an error it would be tried again.
    struct Capped {
        #[pin]
        inner: Option<SdkBody>,
        left: usize,
        is_too_large: Arc<AtomicBool>,
    }
}

impl Body for Capped {
    type Data = Bytes;
    type Error = aws_smithy_types::body::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let mut this = self.project();
        let Some(inner) = this.inner.as_mut().as_pin_mut() else { return Poll::Ready(None) };
        let frame = ready!(inner.poll_frame(cx));
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            let Some(left) = this.left.checked_sub(data.len()) else {
                this.is_too_large.store(true, Relaxed);
                // With the body the connection goes: what is left of the answer is not fetched.
                this.inner.set(None);
                return Poll::Ready(None);
            };
            *this.left = left;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}
