use std::fmt;

/// What made a run stop before its plan was done; of several causes, the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StopReason {
    /// [`Control::drain`](crate::Control::drain) or [`Control::abort`](crate::Control::abort) was called.
    Requested,
    /// More targets failed than the [budget](crate::Fanout::max_failures) allows.
    Failures,
    /// The [deadline of the run](crate::Fanout::deadline) passed.
    Deadline,
    /// The plan panicked; the panic goes on to the caller once every target has been yielded.
    PlanPanicked,
}

impl StopReason {
    /// Its name in lower case, words joined by underscores, such as `plan_panicked`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Failures => "failures",
            Self::Deadline => "deadline",
            Self::PlanPanicked => "plan_panicked",
        }
    }
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
