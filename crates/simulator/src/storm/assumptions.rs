use std::time::Duration;

/// What a [`Storm`](crate::Storm) takes for granted of the program it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumptions {
    /// How often a call is made at most, the first time included; 3 by default.
    pub attempts: u32,
    /// How often a target is tried again at most, when a throttle, a 5xx or the network failed it; 2 by default.
    pub requeues: u32,
    /// How often a target goes on with new credentials when its own have ended before their time; once by default.
    pub renewals: u32,
    /// Whether a listing whose tokens come round is told from one that goes on; it is by default. Where it is not, no
    /// storm has one: it would be listed as long as a target may work.
    pub knows_cycles: bool,
    /// How long a target may work; 5 minutes by default.
    pub item_timeout: Duration,
    /// How long an answer may be silent; 60 seconds by default.
    pub silence: Duration,
}

impl Default for Assumptions {
    fn default() -> Self {
        Self {
            attempts: 3,
            requeues: 2,
            renewals: 1,
            knows_cycles: true,
            item_timeout: Duration::from_secs(300),
            silence: Duration::from_secs(60),
        }
    }
}

impl Assumptions {
    /// How many failures in a row a call can have that is not the last try's.
    pub(super) fn mended_by_call(&self) -> u32 {
        self.attempts.saturating_sub(1)
    }

    /// The same where the whole target is tried again.
    pub(super) fn mended_by_target(&self) -> u32 {
        (self.attempts * (self.requeues + 1)).saturating_sub(1)
    }
}
