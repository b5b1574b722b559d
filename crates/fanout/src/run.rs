use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures::Stream;
use futures::stream::FusedStream;
use tokio::task::{Id, JoinError, JoinSet, coop};
use tokio::time::{Sleep, sleep};

use crate::attempt::Attempted;
use crate::fanout::Observer;
use crate::lanes::{LaneId, Lanes};
use crate::{Activity, Control, Ended, Event, Fanout, Outcome, Planned, Summary, Target};

/// A run in progress: a stream that yields every target of the plan once, with its outcome, as it ends.
///
/// The stream drives the run. Jobs that have started go on by themselves, but a new one starts only when the
/// stream is polled, so a consumer that falls behind slows the run down instead of filling the memory. After
/// the last item [`summary`](Self::summary) tells whether the plan was complete. A panic of the plan stops the
/// run as [`Control::drain`] does and goes on to the caller once every target taken from it has been yielded.
///
/// Dropping the run cancels everything: jobs are dropped the next time they yield to the runtime.
#[must_use = "a run does nothing unless it is polled"]
pub struct Run<T: Target, V, E> {
    plan: Option<Pin<Box<dyn Stream<Item = Planned<T>> + Send>>>,
    plan_panic: Option<Box<dyn Any + Send>>,
    spawn: Spawn<T, V, E>,
    lanes: Lanes<T>,
    tasks: JoinSet<Attempted<V, E>>,
    /// By task, for look-ups only.
    running: HashMap<Id, Running<T>>,
    /// Targets that have an outcome without a task: skipped, or cancelled before they started.
    settled: VecDeque<Ended<T, V, E>>,
    window: usize,
    look_ahead: usize,
    drain_grace: Duration,
    stage: Stage,
    observer: Option<Observer<T, V, E>>,
    control: Control,
    summary: Summary,
}

pub(crate) type Spawn<T, V, E> = Box<dyn Fn(&mut JoinSet<Attempted<V, E>>, T, Activity) -> Id + Send>;

struct Running<T> {
    target: T,
    lane: LaneId,
    activity: Activity,
}

enum Stage {
    Open,
    Draining { grace: Pin<Box<Sleep>> },
    Aborting,
}

impl<T, V, E> Run<T, V, E>
where
    T: Target,
    V: Send + 'static,
    E: Send + 'static,
{
    pub(crate) fn new(
        settings: Fanout<T, V, E>,
        plan: Pin<Box<dyn Stream<Item = Planned<T>> + Send>>,
        spawn: Spawn<T, V, E>,
    ) -> Self {
        Self {
            plan: Some(plan),
            plan_panic: None,
            spawn,
            lanes: Lanes::new(),
            tasks: JoinSet::new(),
            running: HashMap::new(),
            settled: VecDeque::new(),
            window: settings.window,
            look_ahead: settings.look_ahead.unwrap_or(settings.window.saturating_mul(4)),
            drain_grace: settings.drain_grace,
            stage: Stage::Open,
            observer: settings.observer,
            control: settings.control,
            summary: Summary::default(),
        }
    }

    /// Follows the control: on a drain the plan is closed and what waits is settled; after the grace the rest is
    /// cancelled.
    fn heed_control(&mut self, cx: &mut Context<'_>) {
        self.control.register(cx.waker());
        if let (Stage::Open, Some(drained_at)) = (&self.stage, self.control.drained_at()) {
            self.plan = None;
            let left = self.drain_grace.saturating_sub(drained_at.elapsed());
            self.stage = Stage::Draining { grace: Box::pin(sleep(left)) };
            self.tell(Event::Draining);
            let cancelled = self.lanes.clear();
            self.settled
                .extend(cancelled.into_iter().map(|target| Ended::uncalled(target, Outcome::Cancelled)));
        }
        if let Stage::Draining { grace } = &mut self.stage {
            let over = !self.running.is_empty() && grace.as_mut().poll(cx).is_ready();
            if over || self.control.aborted().is_cancelled() {
                self.stage = Stage::Aborting;
                self.control.abort();
                self.tell(Event::Aborting);
            }
        }
    }

    /// Takes targets from the plan and starts them, as far as there is room for either.
    fn refill(&mut self, cx: &mut Context<'_>) {
        loop {
            // Look first, then start: the more lanes are in sight, the fairer the choice.
            let more = self.pull(cx);
            self.heed_control(cx);
            let started = self.start();
            if !more || !started {
                return;
            }
        }
    }

    /// Fills the look-ahead; returns whether the plan may have more at once.
    fn pull(&mut self, cx: &mut Context<'_>) -> bool {
        while self.lanes.waiting() + self.settled.len() < self.look_ahead {
            // Asked for each target: the plan itself may have stopped the run.
            if self.control.drained_at().is_some() {
                return false;
            }
            let Some(plan) = &mut self.plan else { return false };
            match catch_unwind(AssertUnwindSafe(|| plan.as_mut().poll_next(cx))) {
                Ok(Poll::Ready(Some(planned))) => self.take(planned),
                Ok(Poll::Ready(None)) => {
                    self.plan = None;
                    if self.control.drained_at().is_none() {
                        self.summary.plan_complete = true;
                        self.tell(Event::PlanComplete { planned: self.summary.planned });
                    }
                    return false;
                }
                Ok(Poll::Pending) => return false,
                Err(panic) => {
                    self.plan_panic = Some(panic);
                    self.control.drain();
                    return false;
                }
            }
        }
        true
    }

    fn take(&mut self, planned: Planned<T>) {
        self.summary.planned += 1;
        match planned {
            Planned::Run(target) => {
                self.tell(Event::Planned { target: &target });
                self.lanes.push(target);
            }
            Planned::Skip(target, reason) => {
                self.tell(Event::Planned { target: &target });
                self.settled.push_back(Ended::uncalled(target, Outcome::Skipped(reason)));
            }
        }
    }

    /// Starts what waits while there are slots; returns whether any did.
    fn start(&mut self) -> bool {
        let before = self.running.len();
        while self.running.len() < self.window {
            let Some((target, lane)) = self.lanes.pop() else { break };
            self.tell(Event::Started { target: &target });
            let activity = Activity::start();
            let task = (self.spawn)(&mut self.tasks, target.clone(), activity.clone());
            self.running.insert(task, Running { target, lane, activity });
        }
        self.running.len() > before
    }

    /// The next target with an outcome, counted and told.
    fn next_ended(&mut self, cx: &mut Context<'_>) -> Option<Ended<T, V, E>> {
        let ended = self.choose_ended(cx)?;
        self.summary.count(ended.outcome.kind());
        self.tell(Event::Ended(&ended));
        Some(ended)
    }

    /// From the tasks first: each that has ended frees a slot.
    fn choose_ended(&mut self, cx: &mut Context<'_>) -> Option<Ended<T, V, E>> {
        while let Poll::Ready(Some(joined)) = self.tasks.poll_join_next_with_id(cx) {
            if let Some(ended) = self.finish(joined) {
                return Some(ended);
            }
        }
        self.settled.pop_front()
    }

    fn finish(&mut self, joined: Result<(Id, Attempted<V, E>), JoinError>) -> Option<Ended<T, V, E>> {
        let id = joined.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let Running { target, lane, activity } = self.running.remove(&id)?;
        self.lanes.ended(lane);
        let attempted = match joined {
            Ok((_, attempted)) => attempted,
            Err(error) => {
                let (worked, waited) = activity.times();
                // A task ends without a result when the job's destructor panics or the runtime shuts down.
                let outcome = error.try_into_panic().map_or(Outcome::Cancelled, Outcome::panicked);
                Attempted { outcome, worked, waited }
            }
        };
        let Attempted { outcome, worked, waited } = attempted;
        Some(Ended { target, outcome, worked, waited })
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

    fn tell(&self, event: Event<'_, T, V, E>) {
        if let Some(observer) = &self.observer
            && catch_unwind(AssertUnwindSafe(|| observer(event))).is_err()
        {
            tracing::warn!("the observer of a run panicked; the run goes on");
        }
    }

    fn is_over(&self) -> bool {
        self.plan.is_none()
            && self.running.is_empty()
            && self.settled.is_empty()
            && self.lanes.waiting() == 0
            && self.plan_panic.is_none()
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
        let mut ended = run.next_ended(cx);
        // Before anything is handed out the free slot is given on: the consumer may take its time.
        run.refill(cx);
        if ended.is_none() {
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
            .field("summary", &self.summary)
            .finish_non_exhaustive()
    }
}
