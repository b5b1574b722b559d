//! What the tests share: a target, an error, a way to see what is alive.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use futures::{Stream, StreamExt, stream};
use orgwide_fanout::{Ended, JobError, Outcome, OutcomeKind, Planned, Run, Summary, Target, Verdict};
use tokio::time::Instant;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Item {
    pub(crate) lane: u32,
    pub(crate) number: u32,
}

impl Target for Item {
    type Lane = u32;
    fn lane(&self) -> u32 {
        self.lane
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    Denied,
    Broken,
    /// May be tried again, but not before so many milliseconds.
    Busy(u64),
    NotThere,
    Expired,
}

impl JobError for Fault {
    fn verdict(&self) -> Verdict {
        match *self {
            Self::Denied => Verdict::Denied,
            Self::Broken => Verdict::Failed,
            Self::Busy(after) => Verdict::Again { after: Duration::from_millis(after) },
            Self::NotThere => Verdict::Skipped("not there".into()),
            Self::Expired => Verdict::Unfinished,
        }
    }
}

pub(crate) type TestOutcome = Outcome<u32, Fault>;
pub(crate) type TestEnded = Ended<Item, u32, Fault>;

pub(crate) fn item(lane: u32, number: u32) -> Item {
    Item { lane, number }
}

pub(crate) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// `count` targets of one lane.
pub(crate) fn lane(lane: u32, count: u32) -> impl Iterator<Item = Item> + Clone + Send {
    (0..count).map(move |number| item(lane, number))
}

/// A plan that has everything ready.
pub(crate) fn plan<I>(items: I) -> impl Stream<Item = Planned<Item>> + Send + 'static
where
    I: IntoIterator<Item = Item, IntoIter: Send + 'static>,
{
    stream::iter(items.into_iter().map(Planned::Run))
}

/// Everything a run yields, each with the time since now at which it came.
pub(crate) async fn timed(run: &mut Run<Item, u32, Fault>) -> Vec<(Duration, TestEnded)> {
    let start = Instant::now();
    let mut all = Vec::new();
    while let Some(ended) = run.next().await {
        all.push((start.elapsed(), ended));
    }
    all
}

/// The same without the times.
pub(crate) async fn all(run: &mut Run<Item, u32, Fault>) -> Vec<TestEnded> {
    timed(run).await.into_iter().map(|(_, ended)| ended).collect()
}

/// Counts outcomes without the help of the crate.
pub(crate) fn counted<'a>(ended: impl IntoIterator<Item = &'a TestEnded>, plan_complete: bool) -> Summary {
    let mut summary = Summary { plan_complete, ..Summary::default() };
    for ended in ended {
        summary.planned += 1;
        match ended.outcome {
            Outcome::Completed(_) => summary.completed += 1,
            Outcome::Denied(_) => summary.denied += 1,
            Outcome::Failed(_) => summary.failed += 1,
            Outcome::TimedOut => summary.timed_out += 1,
            Outcome::Skipped(_) => summary.skipped += 1,
            Outcome::Cancelled => summary.cancelled += 1,
        }
    }
    summary
}

pub(crate) fn kinds(ended: &[TestEnded]) -> Vec<(u32, OutcomeKind)> {
    ended.iter().map(|ended| (ended.target.number, ended.outcome.kind())).collect()
}

/// Counts what is alive, and the most there ever was.
#[derive(Debug, Clone, Default)]
pub(crate) struct Census {
    now: Arc<AtomicUsize>,
    peak: Arc<AtomicUsize>,
}

/// One that is alive.
#[derive(Debug)]
pub(crate) struct Alive(Census);

impl Census {
    pub(crate) fn enter(&self) -> Alive {
        let now = self.now.fetch_add(1, Relaxed) + 1;
        self.peak.fetch_max(now, Relaxed);
        Alive(self.clone())
    }

    pub(crate) fn now(&self) -> usize {
        self.now.load(Relaxed)
    }

    pub(crate) fn peak(&self) -> usize {
        self.peak.load(Relaxed)
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Relaxed);
    }
}
