//! The body of an answer, on its way.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// How a body comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// At once.
    Whole,
    /// Half of it, as if it were all.
    CutOff,
    /// Half of it, then the connection is gone.
    Reset,
    /// Byte by byte, each after this time.
    Drip(Duration),
    /// With blanks behind it, up to this length.
    Oversized(u64),
}

/// What follows a document and means nothing, in XML and in JSON; one piece of it.
static BLANKS: [u8; 64 << 10] = [b' '; 64 << 10];

/// A body on its way.
#[derive(Debug)]
pub(crate) struct Body {
    rest: Bytes,
    /// Blanks still to come.
    blanks: u64,
    /// Bytes that were announced and will not come.
    missing: u64,
    pause: Option<Duration>,
    timer: Option<Pin<Box<Sleep>>>,
    has_waited: bool,
}

impl Body {
    pub(crate) fn new(mut bytes: Bytes, delivery: Delivery) -> Self {
        let (whole, half) = (bytes.len() as u64, bytes.len() / 2);
        if matches!(delivery, Delivery::CutOff | Delivery::Reset) {
            bytes.truncate(half);
        }
        Self {
            blanks: match delivery {
                Delivery::Oversized(length) => length.saturating_sub(whole),
                _ => 0,
            },
            // Of a body without a byte the announced one is missing.
            missing: if delivery == Delivery::Reset { (whole - half as u64).max(1) } else { 0 },
            pause: match delivery {
                Delivery::Drip(pause) => Some(pause),
                _ => None,
            },
            rest: bytes,
            timer: None,
            has_waited: false,
        }
    }

    /// All of it, if it is nothing but bytes.
    pub(crate) fn into_whole(self) -> Result<Bytes, Self> {
        if self.blanks == 0 && self.missing == 0 && self.pause.is_none() { Ok(self.rest) } else { Err(self) }
    }

    /// The bytes that are announced and have not come.
    pub(crate) fn announced(&self) -> u64 {
        self.rest.len() as u64 + self.blanks + self.missing
    }

    fn next(&mut self) -> Option<Bytes> {
        if !self.rest.is_empty() {
            let length = if self.pause.is_some() { 1 } else { self.rest.len() };
            return Some(self.rest.split_to(length));
        }
        let length = self.blanks.min(BLANKS.len() as u64);
        self.blanks -= length;
        (length > 0).then(|| Bytes::from_static(&BLANKS[..length as usize]))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = self.get_mut();
        if let Some(pause) = this.pause.filter(|_| !this.rest.is_empty()) {
            ready!(this.timer.get_or_insert_with(|| Box::pin(sleep(pause))).as_mut().poll(cx));
            this.timer = None;
        }
        if let Some(bytes) = this.next() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        if this.missing == 0 {
            return Poll::Ready(None);
        }
        if !this.has_waited {
            // A server that is told at once throws away what it has not sent yet.
            this.has_waited = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::new(
            io::ErrorKind::ConnectionReset,
            "connection closed in the middle of an answer",
        ))))
    }

    fn is_end_stream(&self) -> bool {
        self.announced() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced())
    }
}
