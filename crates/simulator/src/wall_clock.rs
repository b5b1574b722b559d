use std::time::SystemTime;

use aws_smithy_async::time::TimeSource;
use tokio::time::Instant;

/// Wall time that moves with tokio's clock: what a session goes by that is tried under paused time.
///
/// It starts at the system's time. Clones tell the same.
#[derive(Debug, Clone)]
pub struct WallClock {
    base: SystemTime,
    start: Instant,
}

impl WallClock {
    /// A clock that starts now.
    #[must_use]
    pub fn start() -> Self {
        Self { base: SystemTime::now(), start: Instant::now() }
    }
}

impl TimeSource for WallClock {
    fn now(&self) -> SystemTime {
        self.base + self.start.elapsed()
    }
}
