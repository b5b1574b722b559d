//! Collectors in storms: whatever the organization does, what completes is whole, and what must complete does.
//!
//! Nothing stands between the collectors and the storm but a task for each target that begins again a few times. Time is
//! paused, so hours of silence cost nothing.

// Helpers of tests are tests too, though clippy knows only the functions marked as such.
#![allow(clippy::unwrap_used, clippy::panic)]

mod driver;
mod storms;
