use std::time::Duration;

use tokio::time::Instant;

/// How long an attempt has worked and how long it has waited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) working: Duration,
    pub(crate) waiting: Duration,
}

/// Books the time of an attempt as work or as waiting.
pub(crate) struct Clock {
    waits: usize,
    since: Instant,
    times: Times,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { waits: 0, since: Instant::now(), times: Times::default() }
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.waits > 0
    }

    /// What was booked so far.
    pub(crate) fn booked(&self) -> Times {
        self.times
    }

    /// A wait begins.
    pub(crate) fn enter(&mut self) {
        self.settle();
        self.waits += 1;
    }

    /// A wait ends.
    pub(crate) fn leave(&mut self) {
        self.settle();
        self.waits = self.waits.saturating_sub(1);
    }

    /// Books the time since the last change; returns all of it.
    pub(crate) fn settle(&mut self) -> Times {
        let now = Instant::now();
        let passed = now.saturating_duration_since(self.since);
        *if self.is_waiting() { &mut self.times.waiting } else { &mut self.times.working } += passed;
        self.since = now;
        self.times
    }
}
