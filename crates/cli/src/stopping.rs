use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use futures::Stream;
use orgwide_fanout::Control;
use tokio::sync::Notify;

use crate::exit::Exit;
use crate::printer;
use crate::signals::{self, Signals};

/// Signals, and how long what is left to write may take once one came.
#[derive(Debug, Default)]
pub(crate) struct Stopping {
    signals: Signals,
    aborted: Aborted,
    /// Whether the last writing goes over the network.
    uploads: bool,
}

/// That a second signal came.
#[derive(Debug, Clone, Default)]
struct Aborted {
    is_so: Arc<AtomicBool>,
    told: Arc<Notify>,
    /// When the first one came.
    first: Arc<OnceLock<Instant>>,
}

/// Within which time after the first signal all is over.
const WITHIN: Duration = Duration::from_millis(9_700);

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
        let aborted = Aborted::default();
        let (drain, abort, flag, clock) =
            (control.clone(), control.clone(), aborted.clone(), aborted.clone());
        let first = move || {
            clock.first.get_or_init(Instant::now);
            tell();
            drain.drain();
        };
        let again = move || {
            flag.is_so.store(true, Relaxed);
            flag.told.notify_one();
            abort.abort();
        };
        Self { signals: Signals::follow(arriving, first, again), aborted, uploads: false }
    }

    /// Has the last writing take what is left of the 10 s, where it goes over the network.
    pub(crate) fn for_uploads(self, uploads: bool) -> Self {
        Self { uploads, ..self }
    }

    /// How the process ends because of a signal, if one came.
    pub(crate) fn exit(&self) -> Option<Exit> {
        self.signals.exit()
    }

    /// Waits for the last writing, as long as the user is patient; none when that was not long enough.
    pub(crate) async fn wait_for<T>(&self, writing: impl Future<Output = T>) -> Option<T> {
        match (self.signals.exit(), self.aborted.is_so.load(Relaxed)) {
            (None, _) => Some(writing.await),
            (Some(_), false) => {
                let patience = self.left().max(Duration::from_millis(700));
                tokio::select! {
                    written = tokio::time::timeout(patience, writing) => written.ok(),
                    () = self.aborted.told.notified(), if self.uploads => None,
                }
            }
            (Some(_), true) => tokio::time::timeout(Duration::from_millis(300), writing).await.ok(),
        }
    }

    /// How long uploads may still take after the first signal.
    fn left(&self) -> Duration {
        let since = self.aborted.first.get().filter(|_| self.uploads).map(Instant::elapsed);
        since.map_or(Duration::ZERO, |since| WITHIN.saturating_sub(since))
    }
}
