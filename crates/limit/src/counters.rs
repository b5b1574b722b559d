use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::time::Duration;

use orgwide_names::{OperationName, ServiceName};

/// What a limiter has let pass so far, in all and by operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Everything.
    pub total: Tally,
    /// The same by service and operation, over all accounts and regions. An operation that was only asked
    /// about is in it too, with zeros.
    pub by_operation: BTreeMap<(ServiceName, OperationName), Tally>,
}

/// How many calls passed and what it cost them. A call given up while it waited is in none of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Calls that were let pass.
    pub granted: u64,
    /// Those of them that had to wait, if only for an instant.
    pub waited: u64,
    /// The sum of their waits.
    pub waited_time: Duration,
    /// Calls that were not let pass because a limit that fails fast was in their way.
    pub refused: u64,
    /// Calls that were let pass and that AWS throttled, as far as it was reported.
    pub throttled: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.granted += other.granted;
        self.waited += other.waited;
        self.waited_time += other.waited_time;
        self.refused += other.refused;
        self.throttled += other.throttled;
    }
}
