use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::task::Context;
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// What waits for its time, not for a slot: ordered by that time, and among equals by when it came.
pub(crate) struct Retries<W> {
    by_time: BTreeMap<(Instant, u64), W>,
    came: u64,
    timer: Option<Pin<Box<Sleep>>>,
}

/// What never comes back anyway: an instant much further ahead cannot be told.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

impl<W> Retries<W> {
    pub(crate) fn new() -> Self {
        Self { by_time: BTreeMap::new(), came: 0, timer: None }
    }

    pub(crate) fn len(&self) -> usize {
        self.by_time.len()
    }

    pub(crate) fn push(&mut self, after: Duration, waiting: W) {
        self.by_time.insert((Instant::now() + after.min(FAR), self.came), waiting);
        self.came += 1;
    }

    /// Takes the next one whose time has come; if there is none, the task is woken at the time of the next.
    pub(crate) fn poll_due(&mut self, cx: &mut Context<'_>) -> Option<W> {
        loop {
            let &(at, _) = self.by_time.keys().next()?;
            if at <= Instant::now() {
                return self.by_time.pop_first().map(|(_, waiting)| waiting);
            }
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(at)));
            if timer.deadline() != at {
                timer.as_mut().reset(at);
            }
            if timer.as_mut().poll(cx).is_pending() {
                return None;
            }
        }
    }

    /// Takes out everything, in the order of time.
    pub(crate) fn clear(&mut self) -> impl Iterator<Item = W> + use<W> {
        self.timer = None;
        std::mem::take(&mut self.by_time).into_values()
    }
}
