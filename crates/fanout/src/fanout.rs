use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures::Stream;
use tokio::task::JoinSet;
use tracing::Instrument;

use crate::attempt::attempt;
use crate::{Activity, Control, Event, JobError, Planned, Run, Target};

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
    pub(crate) drain_grace: Duration,
    pub(crate) observer: Option<Observer<T, V, E>>,
    pub(crate) control: Control,
}

pub(crate) type Observer<T, V, E> = Box<dyn Fn(Event<'_, T, V, E>) + Send + Sync>;

impl<T: Target, V, E> Fanout<T, V, E> {
    /// The defaults: window 128, look-ahead four times the window, item timeout 5 minutes, drain grace 10 seconds.
    pub fn new() -> Self {
        Self {
            window: 128,
            look_ahead: None,
            item_timeout: Some(Duration::from_secs(5 * 60)),
            drain_grace: Duration::from_secs(10),
            observer: None,
            control: Control::default(),
        }
    }

    /// How many targets run at once; 128 by default, at least 1 (0 counts as 1).
    ///
    /// Lanes share it evenly: with `n` lanes in sight that have a target waiting, none is given more than
    /// `window / n`, rounded up.
    #[must_use]
    pub fn window(mut self, targets: usize) -> Self {
        self.window = targets.max(1);
        self
    }

    /// How many targets may be taken from the plan before there is a slot for them; four times the window by
    /// default, at least 1 (0 counts as 1).
    ///
    /// Lanes can only take turns if they are in sight: when the plan comes lane by lane and a lane has more
    /// targets than this, the next lane waits until some of them have ended. At most `window` + `look_ahead`
    /// targets are planned and not yet ended at any time.
    #[must_use]
    pub fn look_ahead(mut self, targets: usize) -> Self {
        self.look_ahead = Some(targets.max(1));
        self
    }

    /// How long a job may work before it is dropped; 5 minutes by default, `None` for no bound.
    ///
    /// Time in which the target [is made to wait](Activity::waiting) does not count.
    #[must_use]
    pub fn item_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.item_timeout = limit.into();
        self
    }

    /// How long what runs may go on after [`Control::drain`]; 10 seconds by default.
    #[must_use]
    pub fn drain_grace(mut self, grace: Duration) -> Self {
        self.drain_grace = grace;
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
            .field("drain_grace", &self.drain_grace)
            .finish_non_exhaustive()
    }
}
