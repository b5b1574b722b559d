use std::future::{Future, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use futures::FutureExt;
use tokio::task::coop::unconstrained;
use tokio_util::sync::CancellationToken;

use crate::clock::Times;
use crate::{Activity, Failure, JobError, Outcome, Verdict};

/// How an attempt ended: the outcome of its job, and the times up to then.
pub(crate) struct Attempted<V, E> {
    pub(crate) result: Result<Outcome<V, E>, Again<E>>,
    pub(crate) times: Times,
}

/// Why an attempt failed that may help when it is made again, and in what time at the earliest.
pub(crate) struct Again<E> {
    pub(crate) error: E,
    pub(crate) after: Duration,
}

/// Calls the job for one target and waits for it, unless time runs out or the run is aborted.
///
/// The job's future is gone when this returns.
pub(crate) async fn attempt<V, E, F>(
    call: impl FnOnce() -> F,
    activity: Activity,
    limit: Option<Duration>,
    aborted: CancellationToken,
) -> Attempted<V, E>
where
    E: JobError,
    F: Future<Output = Result<V, E>>,
{
    // The call itself and the question to the error are the job's code too: they may panic as well.
    let job = async { call().await.map_or_else(judged, |value| Ok(Outcome::Completed(value))) };
    let bounded = async {
        let mut job = pin!(AssertUnwindSafe(activity.scope(job)).catch_unwind());
        let mut begun = false;
        let job = poll_fn(|cx| {
            let polled = job.as_mut().poll(cx);
            if polled.is_pending() && !begun {
                begun = true;
                activity.begun();
            }
            polled
        });
        // Without a budget: a job that uses up its own in every poll must not keep this from being looked at.
        let mut deadline = pin!(unconstrained(deadline(&activity, limit)));
        let mut aborted = pin!(aborted.cancelled());
        tokio::select! {
            biased;
            () = &mut aborted => Ok(Outcome::Cancelled),
            result = job => result.unwrap_or_else(|panic| Ok(Outcome::panicked(panic))),
            () = &mut deadline => Ok(Outcome::TimedOut),
        }
    };
    // Here it is the destructor of the job that panics.
    let result =
        AssertUnwindSafe(bounded).catch_unwind().await.unwrap_or_else(|panic| Ok(Outcome::panicked(panic)));
    Attempted { result, times: activity.end() }
}

fn judged<V, E: JobError>(error: E) -> Result<Outcome<V, E>, Again<E>> {
    Ok(match error.verdict() {
        Verdict::Failed => Outcome::Failed(Failure::Error(error)),
        Verdict::Denied => Outcome::Denied(error),
        Verdict::Again { after } => return Err(Again { error, after }),
        Verdict::Skipped(reason) => Outcome::Skipped(reason),
        Verdict::Unfinished => Outcome::Cancelled,
    })
}

async fn deadline(activity: &Activity, limit: Option<Duration>) {
    match limit {
        Some(limit) => activity.deadline(limit).await,
        None => std::future::pending().await,
    }
}
