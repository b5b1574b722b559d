//! How many files and connections the process may have open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// More than any run needs; some systems refuse to be asked for more than so many.
const ENOUGH: u64 = 10_240;
/// What is open besides connections: the ledger and what is beside it, files, streams, the runtime's own.
const BESIDES: u64 = 40;
/// A call has one; in a simulated organization, its other end is open here too.
const PER_CALL: u64 = 2;

/// Lets the process have as many open as the system allows it: each region of each service keeps connections of its
/// own, and shells start processes with few.
pub(crate) fn raise() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(ENOUGH, |maximum| maximum.min(ENOUGH));
    if current.is_some_and(|current| current < wanted) {
        // Where that is refused, it stays as it was, and fewer calls are made at once.
        setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }).ok();
    }
}

/// How many calls may be in flight at once before descriptors run out; at least one.
pub(crate) fn calls() -> u32 {
    let open = getrlimit(Resource::Nofile).current.unwrap_or(ENOUGH);
    u32::try_from(open.saturating_sub(BESIDES) / PER_CALL).unwrap_or(u32::MAX).max(1)
}
