use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use futures::FutureExt;
use tokio::task::coop::unconstrained;
use tokio_util::sync::CancellationToken;

use crate::{Activity, Failure, JobError, Outcome};

/// How a task ended: the outcome of its job, and the times up to then.
pub(crate) struct Attempted<V, E> {
    pub(crate) outcome: Outcome<V, E>,
    pub(crate) worked: Duration,
    pub(crate) waited: Duration,
}

/// Calls the job for one target and waits for it, unless time runs out or the run is aborted.
///
/// The job's future is gone when this returns. A panic of its destructor is not caught here: it ends the task.
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
    let outcome = {
        // The call itself and the question to the error are the job's code too: they may panic as well.
        let job = async {
            match call().await {
                Ok(value) => Outcome::Completed(value),
                Err(error) => match error.skip_reason() {
                    Some(reason) => Outcome::Skipped(reason),
                    None if error.is_denied() => Outcome::Denied(error),
                    None => Outcome::Failed(Failure::Error(error)),
                },
            }
        };
        let mut job = pin!(AssertUnwindSafe(activity.scope(job)).catch_unwind());
        // Without a budget: a job that uses up its own in every poll must not keep this from being looked at.
        let mut deadline = pin!(unconstrained(deadline(&activity, limit)));
        let mut aborted = pin!(aborted.cancelled());
        tokio::select! {
            biased;
            () = &mut aborted => Outcome::Cancelled,
            outcome = &mut job => outcome.unwrap_or_else(Outcome::panicked),
            () = &mut deadline => Outcome::TimedOut,
        }
    };
    let (worked, waited) = activity.times();
    Attempted { outcome, worked, waited }
}

async fn deadline(activity: &Activity, limit: Option<Duration>) {
    match limit {
        Some(limit) => activity.deadline(limit).await,
        None => std::future::pending().await,
    }
}
