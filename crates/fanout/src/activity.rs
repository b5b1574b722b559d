use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::Waits;
use crate::clock::{Clock, Times};
use crate::lanes::LaneId;
use crate::parking::{Parking, Standing};

tokio::task_local! {
    static CURRENT: Activity;
}

/// The clock of one target: it tells work from waiting.
///
/// Whoever makes a target wait, such as a rate limiter, takes it with [`current`](Self::current) and holds a
/// [`Waiting`] meanwhile. That time does not count against the item timeout, and a lane that waits does not take the
/// slots from one that could work. Clones are the same clock; each attempt has its own.
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
    key: Option<Arc<str>>,
}

struct Shared {
    state: Mutex<State>,
    /// Told when the target begins or ends to wait; only the deadline listens.
    changed: Notify,
    attempt: u32,
    lane: LaneId,
    run: Arc<Board>,
}

/// What the targets of a run tell it while they run.
pub(crate) struct Board {
    pub(crate) parking: Parking,
    pub(crate) waits: Waits,
}

struct State {
    clock: Clock,
    stage: Stage,
    /// What is waited for, each with the number of its waits.
    keys: Vec<(Arc<str>, usize)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The job has not been polled: nobody knows whether it will wait.
    New,
    Going,
    /// The attempt is over; who still holds the clock changes nothing any more.
    Over,
}

impl Activity {
    /// The clock of an attempt that begins now; the target is new until [`begun`](Self::begun).
    pub(crate) fn start(run: Arc<Board>, lane: LaneId, attempt: u32) -> Self {
        // The run is here itself: it need not be told to look.
        let _ = run.parking.turn(lane, Standing::Free, Standing::New);
        let state = State { clock: Clock::start(), stage: Stage::New, keys: Vec::new() };
        Self {
            shared: Arc::new(Shared { state: Mutex::new(state), changed: Notify::new(), attempt, lane, run }),
        }
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

    /// Which attempt at its target this is, from 1.
    pub fn attempt(&self) -> u32 {
        self.shared.attempt
    }

    /// Says that the target waits until the answer is dropped.
    pub fn waiting(&self) -> Waiting {
        self.wait(None)
    }

    /// As [`waiting`](Self::waiting), and says what for, such as the name of a rate limit: [`Waits`] tells what the
    /// targets of the run wait for most.
    pub fn waiting_for(&self, key: impl Into<Arc<str>>) -> Waiting {
        self.wait(Some(key.into()))
    }

    fn wait(&self, key: Option<Arc<str>>) -> Waiting {
        self.change(|state, waits| {
            state.clock.enter();
            if let Some(key) = &key {
                state.enter(key, waits);
            }
        });
        Waiting { activity: self.clone(), key }
    }

    /// The job has been polled and goes on.
    pub(crate) fn begun(&self) {
        self.change(|state, _| state.stage = Stage::Going);
    }

    /// The attempt is over: how long it has worked and waited.
    pub(crate) fn end(&self) -> Times {
        self.change(|state, waits| {
            state.clock.settle();
            for (key, _) in state.keys.drain(..) {
                waits.leave(&key);
            }
            state.stage = Stage::Over;
        });
        self.state().times()
    }

    /// Completes when the target has worked for `limit`.
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
        let mut state = self.state();
        let times = state.clock.settle();
        (!state.clock.is_waiting()).then(|| limit.saturating_sub(times.working))
    }

    fn change(&self, to: impl FnOnce(&mut State, &Waits)) {
        let Board { parking, waits } = &*self.shared.run;
        let mut state = self.state();
        if state.stage == Stage::Over {
            return;
        }
        let (from, waiting) = (state.standing(), state.clock.is_waiting());
        to(&mut state, waits);
        // Told under the lock: two threads must not tell in another order than they change.
        let to = state.standing();
        let wake = from != to && parking.turn(self.shared.lane, from, to);
        let turned = waiting != state.clock.is_waiting();
        drop(state);
        if turned {
            self.shared.changed.notify_one();
        }
        if wake {
            parking.wake();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code of others runs under this lock: the state is whole even if a panic crossed it.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn standing(&self) -> Standing {
        match self.stage {
            Stage::New => Standing::New,
            Stage::Going if self.clock.is_waiting() => Standing::Parked,
            Stage::Going | Stage::Over => Standing::Free,
        }
    }

    /// Up to now, or to the end of the attempt.
    fn times(&mut self) -> Times {
        if self.stage == Stage::Over { self.clock.booked() } else { self.clock.settle() }
    }

    fn enter(&mut self, key: &Arc<str>, waits: &Waits) {
        match self.keys.iter_mut().find(|(of, _)| of == key) {
            Some((_, count)) => *count += 1,
            None => {
                self.keys.push((Arc::clone(key), 1));
                waits.enter(key);
            }
        }
    }

    fn leave(&mut self, key: &Arc<str>, waits: &Waits) {
        let Some(at) = self.keys.iter().position(|(of, _)| of == key) else { return };
        self.keys[at].1 -= 1;
        if self.keys[at].1 == 0 {
            self.keys.swap_remove(at);
            waits.leave(key);
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.activity.change(|state, waits| {
            state.clock.leave();
            if let Some(key) = &self.key {
                state.leave(key, waits);
            }
        });
    }
}

impl fmt::Debug for Activity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Times { working, waiting } = self.state().times();
        f.debug_struct("Activity")
            .field("attempt", &self.shared.attempt)
            .field("working", &working)
            .field("waiting", &waiting)
            .finish()
    }
}
