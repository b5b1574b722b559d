use std::time::SystemTime;

use aws_smithy_async::time::TimeSource;
use tokio::time::Instant;

/// Wall time that moves with tokio's clock.
#[derive(Debug)]
pub(super) struct WallClock {
    base: SystemTime,
    start: Instant,
}

impl WallClock {
    pub(super) fn start() -> Self {
        Self { base: SystemTime::now(), start: Instant::now() }
    }
}

impl TimeSource for WallClock {
    fn now(&self) -> SystemTime {
        self.base + self.start.elapsed()
    }
}
