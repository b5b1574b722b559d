use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use futures::Stream;
use orgwide_fanout::Control;

use crate::exit::Exit;
use crate::printer;
use crate::signals::{self, Signals};

/// Signals, and how long what is left to write may take once one came.
#[derive(Debug, Default)]
pub(crate) struct Stopping {
    signals: Signals,
    aborted: Arc<AtomicBool>,
}

impl Stopping {
    /// Listens to the system from now on, and tells the user what a signal does.
    pub(crate) fn listen(control: &Control) -> Self {
        Self::follow(control, signals::arriving(), || {
            printer::note("stopping: what runs may finish within 10 s; press Ctrl-C again to stop now");
        })
    }

    /// Follows these signals from now on: the first drains the run, the next one ends it. At the first, `tell` is
    /// called.
    pub(crate) fn follow(
        control: &Control,
        arriving: impl Stream<Item = Exit> + Send + 'static,
        tell: impl Fn() + Send + 'static,
    ) -> Self {
        let aborted = Arc::new(AtomicBool::new(false));
        let (drain, abort, flag) = (control.clone(), control.clone(), aborted.clone());
        let first = move || {
            tell();
            drain.drain();
        };
        let again = move || {
            flag.store(true, Relaxed);
            abort.abort();
        };
        Self { signals: Signals::follow(arriving, first, again), aborted }
    }

    /// How the process ends because of a signal, if one came.
    pub(crate) fn exit(&self) -> Option<Exit> {
        self.signals.exit()
    }

    /// Waits for the last writing, as long as the user is patient; none when that was not long enough.
    pub(crate) async fn wait_for<T>(&self, writing: impl Future<Output = T>) -> Option<T> {
        match (self.signals.exit(), self.aborted.load(Relaxed)) {
            (None, _) => Some(writing.await),
            (Some(_), false) => tokio::time::timeout(Duration::from_millis(700), writing).await.ok(),
            (Some(_), true) => tokio::time::timeout(Duration::from_millis(300), writing).await.ok(),
        }
    }
}
