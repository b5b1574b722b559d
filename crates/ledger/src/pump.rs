//! The thread of a writer: takes what has queued, commits it at once, delivers it.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::line::Parcel;
use crate::writer::Writer;

/// How long what came first waits for company: a commit is a sync of the disk, whatever is in it.
const LINGER: Duration = Duration::from_millis(20);
/// Bytes that need no more company.
const ENOUGH: usize = 4 << 20;
/// How often files that follow are made durable.
const SETTLE: Duration = Duration::from_secs(1);

/// Runs until the run ends, fails, or nobody can say anything any more.
pub(crate) fn run(mut writer: Writer, arriving: &Receiver<Parcel>) {
    let mut settled = Instant::now();
    loop {
        let first = if writer.is_unsettled() {
            match arriving.recv_timeout(SETTLE.saturating_sub(settled.elapsed())) {
                Err(RecvTimeoutError::Timeout) => None,
                Ok(parcel) => Some(parcel),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        } else {
            match arriving.recv() {
                Ok(parcel) => Some(parcel),
                Err(_) => break,
            }
        };
        if let Some(first) = first {
            match batch(writer, first, arriving) {
                Some(going_on) => writer = going_on,
                None => return,
            }
        }
        if settled.elapsed() >= SETTLE {
            if let Err(trouble) = writer.settle_sinks() {
                return writer.fail(trouble);
            }
            settled = Instant::now();
        }
    }
    writer.leave();
}

/// One transaction. None: the writer is done.
fn batch(mut writer: Writer, first: Parcel, arriving: &Receiver<Parcel>) -> Option<Writer> {
    let until = Instant::now() + LINGER;
    let mut bytes = 0;
    let mut next = Some(first);
    while let Some((message, room)) = next {
        if message.is_last() {
            return writer.last(message);
        }
        bytes += message.bytes();
        if let Err(trouble) = writer.apply(message) {
            writer.fail(trouble);
            return None;
        }
        drop(room);
        let left =
            if bytes < ENOUGH { until.saturating_duration_since(Instant::now()) } else { Duration::ZERO };
        next = if left.is_zero() { None } else { arriving.recv_timeout(left).ok() };
    }
    match writer.flush() {
        Ok(()) => Some(writer),
        Err(trouble) => {
            writer.fail(trouble);
            None
        }
    }
}
