use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures::Stream;
use tokio::task::JoinSet;
use tracing::Instrument;

use crate::attempt::attempt;
use crate::{Activity, Control, Event, FailureBudget, JobError, Planned, Run, Target, Waits};

/// How a run is to be done: how many targets at once, how long each may take, who watches.
///
/// ```
/// # use std::time::Duration;
/// # use orgwide_fanout::{Fanout, Target};
/// # #[derive(Clone)] struct Region;
/// # impl Target for Region { type Lane = (); fn lane(&self) {} }
/// let fanout = Fanout::<Region, (), std::convert::Infallible>::new().window(32).item_timeout(Duration::from_secs(60));
/// ```
pub struct Fanout<T: Target, V, E> {
    pub(crate) window: usize,
    pub(crate) look_ahead: Option<usize>,
    pub(crate) item_timeout: Option<Duration>,
    pub(crate) deadline: Option<Duration>,
    pub(crate) drain_grace: Duration,
    pub(crate) requeue: u32,
    pub(crate) seed: Option<u64>,
    pub(crate) max_failures: Option<FailureBudget>,
    pub(crate) waits: Waits,
    pub(crate) observer: Option<Observer<T, V, E>>,
    pub(crate) control: Control,
}

pub(crate) type Observer<T, V, E> = Box<dyn Fn(Event<'_, T, V, E>) + Send + Sync>;

impl<T: Target, V, E> Fanout<T, V, E> {
    /// The defaults: window 128, look-ahead four times the window, item timeout 5 minutes, drain grace 10 seconds, no
    /// requeue, no deadline, no bound on failures.
    pub fn new() -> Self {
        Self {
            window: 128,
            look_ahead: None,
            item_timeout: Some(Duration::from_secs(5 * 60)),
            deadline: None,
            drain_grace: Duration::from_secs(10),
            requeue: 0,
            seed: None,
            max_failures: None,
            waits: Waits::default(),
            observer: None,
            control: Control::default(),
        }
    }

    /// How many targets run at once; 128 by default, at least 1 (0 counts as 1).
    ///
    /// Lanes share it evenly: with `n` lanes in sight that have a target waiting, none is given more than
    /// `window / n`, rounded up. A lane with targets that [wait](Activity::waiting) is given another slot only while
    /// fewer than half of the window waits, so that they do not keep out a lane that could work.
    #[must_use]
    pub fn window(mut self, targets: usize) -> Self {
        self.window = targets.max(1);
        self
    }

    /// How many targets may be taken from the plan before there is a slot for them; four times the window by
    /// default, at least 1 (0 counts as 1).
    ///
    /// Lanes can only take turns if they are in sight: when the plan comes lane by lane and a lane has more
    /// targets than this, the next lane waits until some of them have ended. Targets that wait to be run
    /// [again](Self::requeue) count too. At most `window` + `look_ahead` targets are planned and not yet ended at
    /// any time.
    #[must_use]
    pub fn look_ahead(mut self, targets: usize) -> Self {
        self.look_ahead = Some(targets.max(1));
        self
    }

    /// How long a job may work before it is dropped; 5 minutes by default, `None` for no bound.
    ///
    /// Time in which the target [is made to wait](Activity::waiting) does not count, and each attempt begins at zero.
    #[must_use]
    pub fn item_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.item_timeout = limit.into();
        self
    }

    /// How long the run may take, from its first poll on, before it is drained as by [`Control::drain`]; without
    /// bound by default. It is noticed while the run is polled.
    #[must_use]
    pub fn deadline(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.deadline = limit.into();
        self
    }

    /// How long what runs may go on once the run drains; 10 seconds by default.
    #[must_use]
    pub fn drain_grace(mut self, grace: Duration) -> Self {
        self.drain_grace = grace;
        self
    }

    /// How often a target is run again whose job fails with an error that says so ([`Verdict::Again`]); never by
    /// default. Only for jobs that are safe to repeat.
    ///
    /// Meanwhile the target takes no slot. It waits a jittered second, doubled with each attempt up to a minute, or as
    /// long as the error says if that is longer, and then goes first in its lane. Panics and timeouts are not repeated.
    ///
    /// [`Verdict::Again`]: crate::Verdict::Again
    #[must_use]
    pub fn requeue(mut self, times: u32) -> Self {
        self.requeue = times;
        self
    }

    /// What the jitter of [`requeue`](Self::requeue) is drawn from; different in each run by default.
    ///
    /// On a current-thread runtime under tokio's paused clock the same seed, plan and job give the same schedule.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// How many targets may fail; when there are more, the run drains. Without bound by default.
    #[must_use]
    pub fn max_failures(mut self, budget: impl Into<Option<FailureBudget>>) -> Self {
        self.max_failures = budget.into();
        self
    }

    /// Who is told what happens; nobody by default.
    ///
    /// It is called while the run is polled and should return quickly. A panic in it is logged and otherwise
    /// ignored.
    #[must_use]
    pub fn observer(mut self, observer: impl Fn(Event<'_, T, V, E>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// The handle that will stop the run; a plan can hold it to stop the run when it cannot go on.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// Who waits for what, to be asked while the run goes on.
    pub fn waits(&self) -> Waits {
        self.waits.clone()
    }

    /// Runs the job for every target of the plan.
    ///
    /// The job is called with a clone of the target, in a task of its own on the tokio runtime where the answer
    /// is polled. The plan is polled only as room appears. Nothing happens before the first poll.
    pub fn run<J, F>(self, plan: impl Stream<Item = Planned<T>> + Send + 'static, job: J) -> Run<T, V, E>
    where
        J: Fn(T) -> F + Send + Sync + 'static,
        F: Future<Output = Result<V, E>> + Send + 'static,
        V: Send + 'static,
        E: JobError + Send + 'static,
    {
        let job = Arc::new(job);
        let (limit, aborted) = (self.item_timeout, self.control.aborted().clone());
        let spawn = move |tasks: &mut JoinSet<_>, target: T, activity: Activity| {
            let job = Arc::clone(&job);
            let task = attempt(move || job(target), activity, limit, aborted.clone());
            tasks.spawn(task.in_current_span()).id()
        };
        Run::new(self, Box::pin(plan), Box::new(spawn))
    }
}

impl<T: Target, V, E> Default for Fanout<T, V, E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Target, V, E> fmt::Debug for Fanout<T, V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fanout")
            .field("window", &self.window)
            .field("look_ahead", &self.look_ahead)
            .field("item_timeout", &self.item_timeout)
            .field("deadline", &self.deadline)
            .field("drain_grace", &self.drain_grace)
            .field("requeue", &self.requeue)
            .field("seed", &self.seed)
            .field("max_failures", &self.max_failures)
            .finish_non_exhaustive()
    }
}
