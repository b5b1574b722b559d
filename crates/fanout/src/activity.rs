use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

tokio::task_local! {
    static CURRENT: Activity;
}

/// The clock of one target: it tells work from waiting.
///
/// Whoever makes a target wait, such as a rate limiter, takes it with [`current`](Self::current) and holds a
/// [`Waiting`] meanwhile. That time does not count against the item timeout. Clones are the same clock.
#[derive(Clone)]
pub struct Activity {
    shared: Arc<Shared>,
}

/// The target waits as long as this lives.
///
/// Several may live at once, in one task or in many: the target works again when the last one is dropped.
#[must_use = "the target waits only as long as this lives"]
#[derive(Debug)]
pub struct Waiting {
    activity: Activity,
}

struct Shared {
    clock: Mutex<Clock>,
    /// Told when the target begins or ends to wait; only the deadline listens.
    changed: Notify,
}

struct Clock {
    waiting: usize,
    since: Instant,
    worked: Duration,
    waited: Duration,
}

impl Activity {
    pub(crate) fn start() -> Self {
        let clock =
            Clock { waiting: 0, since: Instant::now(), worked: Duration::ZERO, waited: Duration::ZERO };
        Self { shared: Arc::new(Shared { clock: Mutex::new(clock), changed: Notify::new() }) }
    }

    /// The clock of the target whose job is running here; `None` outside of a job.
    ///
    /// A task that the job spawned is outside, unless it runs in [`scope`](Self::scope).
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Makes this the [`current`](Self::current) clock while the future runs: for tasks that the job spawns.
    pub fn scope<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        CURRENT.scope(self.clone(), future)
    }

    /// Says that the target waits until the answer is dropped.
    pub fn waiting(&self) -> Waiting {
        self.change(|waiting| waiting + 1);
        Waiting { activity: self.clone() }
    }

    /// How long the target has worked and how long it has waited, up to now.
    pub(crate) fn times(&self) -> (Duration, Duration) {
        let mut clock = self.clock();
        clock.settle();
        (clock.worked, clock.waited)
    }

    /// Ends when the target has worked for `limit`. Must not run twice at the same time for one target.
    pub(crate) async fn deadline(&self, limit: Duration) {
        loop {
            // A change from here on leaves its mark in `changed`, so none is missed before it is awaited.
            match self.work_left(limit) {
                Some(Duration::ZERO) => return,
                Some(left) => tokio::select! {
                    biased;
                    () = self.shared.changed.notified() => {}
                    () = tokio::time::sleep(left) => {}
                },
                None => self.shared.changed.notified().await,
            }
        }
    }

    /// What is left of the working time; `None` while the target waits, when it does not shrink.
    fn work_left(&self, limit: Duration) -> Option<Duration> {
        let mut clock = self.clock();
        clock.settle();
        (clock.waiting == 0).then(|| limit.saturating_sub(clock.worked))
    }

    fn change(&self, to: impl FnOnce(usize) -> usize) {
        let mut clock = self.clock();
        clock.settle();
        let before = clock.waiting;
        clock.waiting = to(before);
        let turned = (before == 0) != (clock.waiting == 0);
        drop(clock);
        if turned {
            self.shared.changed.notify_one();
        }
    }

    fn clock(&self) -> MutexGuard<'_, Clock> {
        // No code of others runs under this lock: the state is whole even if a panic crossed it.
        self.shared.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock {
    /// Books the time since the last change.
    fn settle(&mut self) {
        let now = Instant::now();
        let passed = now.saturating_duration_since(self.since);
        *if self.waiting == 0 { &mut self.worked } else { &mut self.waited } += passed;
        self.since = now;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.activity.change(|waiting| waiting.saturating_sub(1));
    }
}

impl fmt::Debug for Activity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (worked, waited) = self.times();
        f.debug_struct("Activity").field("worked", &worked).field("waited", &waited).finish()
    }
}
