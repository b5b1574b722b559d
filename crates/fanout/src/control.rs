use std::sync::{Arc, OnceLock};
use std::task::Waker;

use futures::task::AtomicWaker;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::StopReason;

/// A handle that stops a run, from any task or thread.
///
/// Clones stop the same run. It keeps nothing alive, and has no effect on a run that has ended.
#[derive(Debug, Clone, Default)]
pub struct Control {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    stopped: OnceLock<(Instant, StopReason)>,
    aborted: CancellationToken,
    run: AtomicWaker,
}

impl Control {
    /// Stops the run softly: nothing more is taken from the plan and nothing more starts.
    ///
    /// Targets that wait for their turn end as cancelled at once, those that wait to be run again as failed. Those
    /// that run have the drain grace, counted from the first call of this, and are cancelled after it.
    pub fn drain(&self) {
        self.stop(Instant::now(), StopReason::Requested);
    }

    /// Stops the run at once: as [`drain`](Self::drain), and whatever runs is cancelled now.
    ///
    /// A job is dropped the next time it yields to the runtime; one that never does cannot be stopped from inside
    /// the process.
    pub fn abort(&self) {
        self.shared.aborted.cancel();
        self.stop(Instant::now(), StopReason::Requested);
    }

    /// Drains for this reason, with the grace counted from `at`, unless the run is being stopped already.
    pub(crate) fn stop(&self, at: Instant, reason: StopReason) {
        self.shared.stopped.get_or_init(|| (at, reason));
        self.wake();
    }

    /// Since when the run is to stop, and why.
    pub(crate) fn stopped(&self) -> Option<(Instant, StopReason)> {
        self.shared.stopped.get().copied()
    }

    pub(crate) fn aborted(&self) -> &CancellationToken {
        &self.shared.aborted
    }

    pub(crate) fn register(&self, run: &Waker) {
        self.shared.run.register(run);
    }

    /// Has the run polled again.
    pub(crate) fn wake(&self) {
        self.shared.run.wake();
    }
}
