use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use futures::Stream;
use orgwide_fanout::Control;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::exit::Exit;
use crate::printer;
use crate::signals::{self, Signals};

/// Signals, and how long what is left to write may take once one came.
#[derive(Debug, Default)]
pub(crate) struct Stopping {
    signals: Signals,
    heard: Arc<Heard>,
    /// Whether the last writing goes over the network.
    uploads: bool,
}

#[derive(Debug, Default)]
struct Heard {
    /// Signals that came.
    count: watch::Sender<u32>,
    /// When the first of them did.
    first: OnceLock<Instant>,
}

/// Within which time after the first signal the last upload ends, for the command to end within 10 s.
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
        let heard = Arc::new(Heard::default());
        let (drain, abort) = (control.clone(), control.clone());
        let (hears, hears_again) = (Arc::clone(&heard), Arc::clone(&heard));
        let first = move || {
            hears.note();
            tell();
            drain.drain();
        };
        let again = move || {
            hears_again.note();
            abort.abort();
        };
        Self { signals: Signals::follow(arriving, first, again), heard, uploads: false }
    }

    /// Lets the last writing take what is left of the 10 s, where it goes over the network.
    pub(crate) fn for_uploads(self, uploads: bool) -> Self {
        Self { uploads, ..self }
    }

    /// How the process ends because of a signal, if one came.
    pub(crate) fn exit(&self) -> Option<Exit> {
        self.signals.exit()
    }

    /// Waits for the last writing, as long as the user is patient; none when that was not long enough.
    pub(crate) async fn wait_for<T>(&self, writing: impl Future<Output = T>) -> Option<T> {
        let mut writing = pin!(writing);
        if self.exit().is_none() {
            // What only this machine has a part in ends by itself.
            tokio::select! {
                written = &mut writing => return Some(written),
                () = self.heard.signals(1), if self.uploads => {}
            }
        }
        tokio::select! {
            written = timeout(self.patience(), &mut writing) => return written.ok(),
            () = self.heard.signals(2) => {}
        }
        timeout(Duration::from_millis(300), writing).await.ok()
    }

    /// How long the last writing may take after one signal.
    fn patience(&self) -> Duration {
        let since = self.heard.first.get().filter(|_| self.uploads).map(Instant::elapsed);
        let left = since.map_or(Duration::ZERO, |since| WITHIN.saturating_sub(since));
        left.max(Duration::from_millis(700))
    }
}

impl Heard {
    fn note(&self) {
        self.first.get_or_init(Instant::now);
        self.count.send_modify(|count| *count += 1);
    }

    /// Waits until so many signals have come.
    async fn signals(&self, count: u32) {
        // The sender is here: it does not go before the wait ends.
        self.count.subscribe().wait_for(|come| *come >= count).await.ok();
    }
}
