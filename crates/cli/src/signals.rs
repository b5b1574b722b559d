use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::exit::Exit;

/// The signals that stop a run, and which came first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Signals(Arc<AtomicU8>);

impl Signals {
    /// Listens from now on: `first` is called at the first SIGINT or SIGTERM, `again` at each one after it.
    pub(crate) fn listen(first: impl Fn() + Send + 'static, again: impl Fn() + Send + 'static) -> Self {
        let signals = Self::default();
        let seen = signals.clone();
        // Registered before the task runs, so that none is missed.
        let mut both = Both::register();
        tokio::spawn(async move {
            let exit = both.next().await;
            seen.0.store(exit.code(), Relaxed);
            first();
            loop {
                both.next().await;
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
