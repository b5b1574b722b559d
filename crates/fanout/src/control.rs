use std::sync::{Arc, OnceLock};
use std::task::Waker;

use futures::task::AtomicWaker;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A handle that stops a run, from any task or thread.
///
/// Clones stop the same run. It keeps nothing alive, and has no effect on a run that has ended.
#[derive(Debug, Clone, Default)]
pub struct Control {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    drained_at: OnceLock<Instant>,
    aborted: CancellationToken,
    run: AtomicWaker,
}

impl Control {
    /// Stops the run softly: nothing more is taken from the plan and nothing more starts.
    ///
    /// Targets that wait for their turn end as cancelled at once. Those that run have the drain grace, counted
    /// from the first call of this, and are cancelled after it.
    pub fn drain(&self) {
        self.shared.drained_at.get_or_init(Instant::now);
        self.shared.run.wake();
    }

    /// Stops the run at once: as [`drain`](Self::drain), and whatever runs is cancelled now.
    ///
    /// A job is dropped the next time it yields to the runtime; one that never does cannot be stopped from inside
    /// the process.
    pub fn abort(&self) {
        self.shared.drained_at.get_or_init(Instant::now);
        self.shared.aborted.cancel();
        self.shared.run.wake();
    }

    pub(crate) fn drained_at(&self) -> Option<Instant> {
        self.shared.drained_at.get().copied()
    }

    pub(crate) fn aborted(&self) -> &CancellationToken {
        &self.shared.aborted
    }

    pub(crate) fn register(&self, run: &Waker) {
        self.shared.run.register(run);
    }
}
