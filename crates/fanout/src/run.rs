use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures::Stream;
use futures::stream::FusedStream;
use tokio::task::{Id, JoinSet, coop};
use tokio::time::Instant;

use crate::activity::Board;
use crate::attempt::Attempted;
use crate::backoff::Backoff;
use crate::failures::Failures;
use crate::fanout::Observer;
use crate::lanes::{LaneId, Lanes};
use crate::parking::Parking;
use crate::retries::Retries;
use crate::{Activity, Control, Ended, Event, Fanout, Planned, StopReason, Summary, Target};

mod admit;
mod finish;
mod stop;

use stop::Stopping;

/// A run in progress: a stream that yields every target of the plan once, with its outcome, as it ends.
///
/// The stream drives the run. Jobs that have started go on by themselves, but a new one starts only when the
/// stream is polled, so a consumer that falls behind slows the run down instead of filling the memory. After
/// the last item [`summary`](Self::summary) tells whether the plan was complete, and [`stopped`](Self::stopped) why
/// it was not. A panic of the plan stops the run as [`Control::drain`] does and goes on to the caller once every
/// target taken from it has been yielded.
///
/// Dropping the run cancels everything: jobs are dropped the next time they yield to the runtime.
#[must_use = "a run does nothing unless it is polled"]
pub struct Run<T: Target, V, E> {
    plan: Option<Plan<T>>,
    plan_panic: Option<Box<dyn Any + Send>>,
    /// Whether the plan is not to be asked until everything taken from it has been yielded.
    barrier: bool,
    spawn: Spawn<T, V, E>,
    lanes: Lanes<T::Lane, Queued<T, V, E>>,
    tasks: JoinSet<Attempted<V, E>>,
    /// By task, for look-ups only.
    running: HashMap<Id, Running<T>>,
    retries: Retries<Box<Retry<T, V, E>>>,
    /// Targets that have an outcome without a task: skipped, or stopped before they started or started again.
    settled: VecDeque<Ended<T, V, E>>,
    window: usize,
    look_ahead: usize,
    requeue: u32,
    backoff: Backoff,
    failures: Option<Failures<T::Lane>>,
    stopping: Stopping,
    board: Arc<Board>,
    observer: Option<Observer<T, V, E>>,
    control: Control,
    summary: Summary,
}

pub(crate) type Plan<T> = Pin<Box<dyn Stream<Item = Planned<T>> + Send>>;
pub(crate) type Spawn<T, V, E> = Box<dyn Fn(&mut JoinSet<Attempted<V, E>>, T, Activity) -> Id + Send>;

/// What waits for a slot.
enum Queued<T, V, E> {
    New(T),
    Again(Box<Retry<T, V, E>>),
}

/// A target whose last attempt failed and that will be run again.
struct Retry<T, V, E> {
    /// As it ends if it is not run again.
    ended: Ended<T, V, E>,
    first_start: Instant,
}

struct Running<T> {
    target: T,
    lane: LaneId,
    activity: Activity,
    first_start: Instant,
    start: Instant,
}

impl<T, V, E> Run<T, V, E>
where
    T: Target,
    V: Send + 'static,
    E: Send + 'static,
{
    pub(crate) fn new(settings: Fanout<T, V, E>, plan: Plan<T>, spawn: Spawn<T, V, E>) -> Self {
        let Fanout { window, control, waits, .. } = settings;
        Self {
            plan: Some(plan),
            plan_panic: None,
            barrier: false,
            spawn,
            lanes: Lanes::new(),
            tasks: JoinSet::new(),
            running: HashMap::new(),
            retries: Retries::new(),
            settled: VecDeque::new(),
            window,
            look_ahead: settings.look_ahead.unwrap_or(window.saturating_mul(4)),
            requeue: settings.requeue,
            backoff: Backoff::new(settings.seed),
            failures: settings.max_failures.map(Failures::new),
            stopping: Stopping::new(settings.deadline, settings.drain_grace),
            board: Arc::new(Board { parking: Parking::new(window, control.clone()), waits }),
            observer: settings.observer,
            control,
            summary: Summary::default(),
        }
    }
}

impl<T: Target, V, E> Run<T, V, E> {
    /// The handle that stops this run.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// The counts of what has been planned and yielded so far; final once the stream has ended.
    pub fn summary(&self) -> Summary {
        self.summary
    }

    /// Why the run stops or was stopped before its plan was done; `None` if it was not, or has not noticed yet.
    pub fn stopped(&self) -> Option<StopReason> {
        self.stopping.reason()
    }

    fn tell(&self, event: Event<'_, T, V, E>) {
        if let Some(observer) = &self.observer
            && catch_unwind(AssertUnwindSafe(|| observer(event))).is_err()
        {
            tracing::warn!("the observer of a run panicked; the run goes on");
        }
    }

    /// How many targets have been taken from the plan and not been yielded.
    fn open(&self) -> usize {
        self.running.len() + self.queued()
    }

    /// How many of them hold no slot.
    fn queued(&self) -> usize {
        self.lanes.waiting() + self.retries.len() + self.settled.len()
    }

    fn is_over(&self) -> bool {
        self.plan.is_none() && self.open() == 0 && self.plan_panic.is_none()
    }
}

impl<T, V, E> Stream for Run<T, V, E>
where
    T: Target,
    V: Send + 'static,
    E: Send + 'static,
{
    type Item = Ended<T, V, E>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        // A plan of nothing but skipped targets is always ready: without this it would keep the thread to itself.
        let budget = ready!(coop::poll_proceed(cx));
        let run = self.get_mut();
        // Only here does the caller have every outcome, and has had the time to stop the run.
        run.barrier &= run.open() > 0;
        let mut ended = run.next_ended(cx);
        // Before anything is handed out the free slot is given on: the consumer may take its time.
        run.refill(cx);
        if ended.is_none() {
            // What ends only now has woken the task: a slot that it leaves is given on in the next poll.
            ended = run.next_ended(cx);
        }
        if ended.is_some() {
            budget.made_progress();
            return Poll::Ready(ended);
        }
        if run.running.is_empty()
            && run.plan.is_none()
            && let Some(panic) = run.plan_panic.take()
        {
            resume_unwind(panic);
        }
        if run.is_over() { Poll::Ready(None) } else { Poll::Pending }
    }
}

impl<T, V, E> FusedStream for Run<T, V, E>
where
    T: Target,
    V: Send + 'static,
    E: Send + 'static,
{
    fn is_terminated(&self) -> bool {
        self.is_over()
    }
}

// Nothing in it is pinned in place, whatever the targets and values are.
impl<T: Target, V, E> Unpin for Run<T, V, E> {}

impl<T: Target, V, E> fmt::Debug for Run<T, V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("waiting", &self.lanes.waiting())
            .field("running", &self.running.len())
            .field("requeued", &self.retries.len())
            .field("summary", &self.summary)
            .finish_non_exhaustive()
    }
}
