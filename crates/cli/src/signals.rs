use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use futures::stream::{self, Stream, StreamExt};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::exit::Exit;

/// The signals that stop a run, and which came first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Signals(Arc<AtomicU8>);

impl Signals {
    /// Follows these from now on: `first` is called at the first one, `again` at each one after it.
    pub(crate) fn follow(
        arriving: impl Stream<Item = Exit> + Send + 'static,
        first: impl Fn() + Send + 'static,
        again: impl Fn() + Send + 'static,
    ) -> Self {
        let signals = Self::default();
        let seen = signals.clone();
        tokio::spawn(async move {
            let mut arriving = pin!(arriving);
            let Some(exit) = arriving.next().await else { return };
            seen.0.store(exit.code(), Relaxed);
            first();
            while arriving.next().await.is_some() {
                again();
            }
        });
        signals
    }

    /// How the process ends because of the first signal, if one came.
    pub(crate) fn exit(&self) -> Option<Exit> {
        [Exit::Interrupted, Exit::Terminated].into_iter().find(|exit| exit.code() == self.0.load(Relaxed))
    }
}

/// Every SIGINT and SIGTERM from now on: none is missed before it is asked for the first.
pub(crate) fn arriving() -> impl Stream<Item = Exit> + Send {
    stream::unfold(Both::register(), async |mut both| Some((both.next().await, both)))
}

/// Ends with the first signal: for commands that have nothing to finish.
pub(crate) async fn first() -> Exit {
    Both::register().next().await
}

struct Both {
    interrupt: Option<Signal>,
    terminate: Option<Signal>,
}

impl Both {
    fn register() -> Self {
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
        }
    }

    async fn next(&mut self) -> Exit {
        tokio::select! {
            () = arrives(&mut self.interrupt) => Exit::Interrupted,
            () = arrives(&mut self.terminate) => Exit::Terminated,
        }
    }
}

/// Never ends where the signal cannot be listened for: the system then ends the process by itself.
async fn arrives(signal: &mut Option<Signal>) {
    if let Some(signal) = signal
        && signal.recv().await.is_some()
    {
        return;
    }
    std::future::pending().await
}
