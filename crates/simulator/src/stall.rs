//! A service that stands still.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::{Instant, sleep_until};

/// As good as for ever, and a time that every clock can tell.
const AGES: Duration = Duration::from_secs(30 * 365 * 86_400);

/// Until when all answers are held back.
#[derive(Debug, Default)]
pub(crate) struct Stall(Mutex<Option<Instant>>);

impl Stall {
    /// Holds answers back from now on; a longer stall that is under way goes on.
    pub(crate) fn begin(&self, duration: Duration) {
        let until = Instant::now() + duration.min(AGES);
        let mut end = self.0.lock();
        *end = Some(end.map_or(until, |end| end.max(until)));
    }

    /// Waits until no answer is held back, however often the end is put off.
    pub(crate) async fn over(&self) {
        loop {
            let end = *self.0.lock();
            match end {
                Some(end) if end > Instant::now() => sleep_until(end).await,
                _ => return,
            }
        }
    }
}
