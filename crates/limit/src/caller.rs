use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout_at;

use crate::arbiter::{Arbiter, Wakes};
use crate::bucket::Bucket;
use crate::ticket::Ticket;
use crate::valve::{Blocked, Taken, Valve};
use crate::{Key, RateLimited};

/// One call on its way through its limits.
///
/// It stands in the line of its bucket's gate first. At the head of that line it waits at one limit at a time,
/// in turn with the heads of other buckets and holding nothing, for as long as that limit is in its way; then it
/// moves to the broadest one that is. From the second move on it stands in the queues of all its limits: never
/// holding a place would starve it behind limits that take turns in being full, and holding all places from the
/// start would stop calls that need only some of them. When nothing is in the way it takes from all at once.
///
/// Dropping it leaves all queues and takes nothing.
pub(crate) struct Caller<'a> {
    arbiter: &'a Arbiter,
    limits: &'a dyn Limits,
    key: &'a Key,
    path: Path,
    /// As of which change of the ceilings the path is complete.
    as_of: Option<u64>,
    standing: Option<Standing>,
    in_line: bool,
    passed: bool,
}

/// The limits of a call, the bucket first and the broadest last.
pub(crate) struct Path {
    pub(crate) bucket: Arc<Bucket>,
    pub(crate) ceilings: Vec<Arc<Valve>>,
}

/// Finds the ceilings of a call, from the narrowest to the broadest.
pub(crate) trait Limits: Sync {
    fn ceilings(&self, key: &Key) -> Vec<Arc<Valve>>;
}

struct Standing {
    ticket: Ticket,
    notify: Arc<Notify>,
    at: Option<usize>,
    moves: u8,
    everywhere: bool,
}

/// What became of an attempt to pass.
pub(crate) enum Verdict {
    /// It has passed. There were so many cuts of its bucket's rate so far.
    Passed { cuts: u32 },
    /// It has to wait: until then, or until it is woken.
    Wait(Option<Duration>),
    /// A limit that does not let wait is in the way, at least for so long.
    Refused(Duration),
}

impl Path {
    pub(crate) fn valves(&self) -> impl Iterator<Item = &Valve> {
        std::iter::once(self.bucket.valve()).chain(self.ceilings.iter().map(|ceiling| &**ceiling))
    }

    fn valve(&self, place: usize) -> &Valve {
        match place.checked_sub(1) {
            None => self.bucket.valve(),
            Some(ceiling) => &self.ceilings[ceiling],
        }
    }

    fn len(&self) -> usize {
        1 + self.ceilings.len()
    }
}

impl<'a> Caller<'a> {
    pub(crate) fn new(
        arbiter: &'a Arbiter,
        limits: &'a dyn Limits,
        key: &'a Key,
        bucket: Arc<Bucket>,
    ) -> Self {
        let path = Path { bucket, ceilings: Vec::new() };
        Self { arbiter, limits, key, path, as_of: None, standing: None, in_line: false, passed: false }
    }

    /// Stands in the line of the gate, unless the bucket does not let wait and has too little for those in it.
    pub(crate) fn join_line(&mut self) -> Verdict {
        let _lock = self.arbiter.lock();
        let valve = self.path.bucket.valve();
        let mut state = valve.state();
        let now = self.arbiter.now();
        if valve.fails_fast() && state.blocks_behind(state.line, now) {
            return Verdict::Refused(state.wait_behind(state.line, now));
        }
        state.line += 1;
        self.in_line = true;
        Verdict::Wait(None)
    }

    /// Passes if nothing is in the way. Only for who holds the gate.
    pub(crate) fn pass(&mut self) -> Verdict {
        let mut wakes = Wakes::default();
        if self.as_of.is_none() {
            self.find_ceilings();
        }
        let mut tickets = self.arbiter.lock();
        let now = self.arbiter.now();
        if self.as_of != Some(self.arbiter.ceilings_set_up()) {
            self.leave_all(&mut wakes);
            self.find_ceilings();
        }
        if let Some(wait) = self.refusal(now) {
            return Verdict::Refused(wait);
        }
        let mut outcome = self.take_all(now);
        if self.standing.is_none() && outcome.is_err() {
            let ticket = tickets.draw(self.key.account);
            let notify = Arc::new(Notify::new());
            self.standing = Some(Standing { ticket, notify, at: None, moves: 0, everywhere: false });
            if matches!(outcome, Err((_, Blocked::Line))) {
                // With a ticket it may stand before those who wait.
                outcome = self.take_all(now);
            }
        }
        match outcome {
            Ok(()) => {
                if let Some(standing) = &self.standing {
                    tickets.used(standing.ticket);
                }
                self.leave_all(&mut wakes);
                self.passed = true;
                let mut state = self.path.bucket.valve().state();
                state.line -= u64::from(std::mem::take(&mut self.in_line));
                Verdict::Passed { cuts: state.cuts() }
            }
            Err((place, blocked)) => {
                self.stand_at(place, &mut wakes);
                if !std::mem::replace(&mut self.in_line, true) {
                    self.path.bucket.valve().state().line += 1;
                }
                Verdict::Wait(match blocked {
                    Blocked::Time(until) => Some(until),
                    Blocked::Line | Blocked::Permits => None,
                })
            }
        }
    }

    /// Tries until it has passed, waiting in between; says how many cuts there were so far. Only for who holds
    /// the gate.
    pub(crate) async fn pass_in_time(&mut self) -> Result<u32, RateLimited> {
        loop {
            match self.pass() {
                Verdict::Wait(until) => self.wait(until).await,
                Verdict::Passed { cuts } => return Ok(cuts),
                Verdict::Refused(retry_after) => return Err(RateLimited { retry_after }),
            }
        }
    }

    /// Waits until it is time to try again.
    pub(crate) async fn wait(&self, until: Option<Duration>) {
        let Some(standing) = &self.standing else { return };
        let woken = standing.notify.notified();
        match until {
            // Both ways lead to another look.
            Some(until) => drop(timeout_at(self.arbiter.instant(until), woken).await),
            None => woken.await,
        }
    }

    pub(crate) fn into_path(mut self) -> Path {
        let bucket = Arc::clone(&self.path.bucket);
        Path { bucket, ceilings: std::mem::take(&mut self.path.ceilings) }
    }

    fn find_ceilings(&mut self) {
        self.as_of = Some(self.arbiter.ceilings_set_up());
        self.path.ceilings = self.limits.ceilings(self.key);
    }

    /// Takes from every limit, or from none, saying which one is in the way.
    fn take_all(&self, now: Duration) -> Result<(), (usize, Blocked)> {
        let ticket = self.standing.as_ref().map(|standing| standing.ticket);
        // The one it stands at goes first, for it stays there while that is in the way.
        let at =
            self.standing.as_ref().filter(|standing| !standing.everywhere).and_then(|standing| standing.at);
        let order =
            || at.into_iter().chain((0..self.path.len()).rev().filter(move |place| Some(*place) != at));
        let mut taken: [Option<Taken>; MOST_INLINE] = [None; MOST_INLINE];
        let mut more: Vec<Taken> = Vec::new();
        for (step, place) in order().enumerate() {
            match self.path.valve(place).state().take(ticket, now) {
                Ok(one) => match taken.get_mut(step) {
                    Some(slot) => *slot = Some(one),
                    None => more.push(one),
                },
                Err(blocked) => {
                    let all = taken.into_iter().flatten().chain(more);
                    for (place, one) in order().zip(all) {
                        self.path.valve(place).state().give_back(one);
                    }
                    return Err((place, blocked));
                }
            }
        }
        Ok(())
    }

    /// Whether a limit that does not let wait is in the way.
    fn refusal(&self, now: Duration) -> Option<Duration> {
        let ticket = self.standing.as_ref().map(|standing| standing.ticket);
        let waits = self.path.valves().filter(|valve| valve.fails_fast()).filter_map(|valve| {
            let state = valve.state();
            let before = state.standing_before(ticket);
            state.blocks_behind(before, now).then(|| state.wait_behind(before, now))
        });
        waits.max()
    }

    fn stand_at(&mut self, place: usize, wakes: &mut Wakes) {
        let Some(standing) = &mut self.standing else { return };
        if standing.everywhere || standing.at == Some(place) {
            return;
        }
        if let Some(left) = standing.at {
            standing.moves += 1;
            if standing.moves == 2 {
                standing.everywhere = true;
                self.path.valves().for_each(|valve| valve.state().join(standing.ticket, &standing.notify));
            } else {
                wakes.add(self.path.valve(left).state().leave(standing.ticket));
            }
        }
        if !standing.everywhere {
            self.path.valve(place).state().join(standing.ticket, &standing.notify);
        }
        standing.at = Some(place);
    }

    fn leave_all(&mut self, wakes: &mut Wakes) {
        let Some(standing) = &mut self.standing else { return };
        let only = standing.at.take().filter(|_| !standing.everywhere);
        match only {
            Some(place) => wakes.add(self.path.valve(place).state().leave(standing.ticket)),
            None if standing.everywhere => {
                self.path.valves().for_each(|valve| wakes.add(valve.state().leave(standing.ticket)));
            }
            None => {}
        }
        (standing.moves, standing.everywhere) = (0, false);
    }
}

/// So many limits of a call are kept track of without asking for memory.
const MOST_INLINE: usize = 6;

impl Drop for Caller<'_> {
    fn drop(&mut self) {
        if self.passed || (self.standing.is_none() && !self.in_line) {
            return;
        }
        let mut wakes = Wakes::default();
        let mut tickets = self.arbiter.lock();
        self.leave_all(&mut wakes);
        if let Some(standing) = &self.standing {
            tickets.returned(standing.ticket, self.key.account);
        }
        self.path.bucket.valve().state().line -= u64::from(self.in_line);
    }
}
