use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::Notify;

use crate::Quota;
use crate::adaptation::Adaptation;
use crate::cell::{Before, Cell};
use crate::ticket::Ticket;

/// One limit in force, of a bucket or a ceiling: its tokens, its permits, and who waits for it.
///
/// What it holds changes only under the lock of the [`Arbiter`](crate::arbiter::Arbiter). Its own lock is for
/// those who only look, and is never held while another valve's is taken.
pub(crate) struct Valve {
    state: Mutex<ValveState>,
    fail_fast: AtomicBool,
}

pub(crate) struct ValveState {
    /// What was asked for; the cell may be slower.
    quota: Quota,
    cell: Option<Cell>,
    adaptation: Option<Box<Adaptation>>,
    closed_until: Duration,
    permits: Option<Permits>,
    queue: BTreeMap<Ticket, Arc<Notify>>,
    /// Calls in the line of the bucket's gate, those at its head too.
    pub(crate) line: u64,
}

struct Permits {
    most: u32,
    used: u32,
}

/// Why a valve lets a call not pass now.
pub(crate) enum Blocked {
    /// Others stand before it.
    Line,
    /// Until a response ends.
    Permits,
    /// Until then, if nobody takes what comes.
    Time(Duration),
}

/// What has to be undone if another valve lets the call not pass.
#[derive(Clone, Copy)]
pub(crate) struct Taken(Option<Before>);

impl Valve {
    pub(crate) fn new(quota: Quota, in_flight: Option<NonZeroU32>, fail_fast: bool, now: Duration) -> Self {
        let state = ValveState {
            quota,
            cell: quota.pace().map(|pace| Cell::new(pace, now)),
            adaptation: None,
            closed_until: Duration::ZERO,
            permits: in_flight.map(|most| Permits { most: most.get(), used: 0 }),
            queue: BTreeMap::new(),
            line: 0,
        };
        Self { state: Mutex::new(state), fail_fast: AtomicBool::new(fail_fast) }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, ValveState> {
        self.state.lock()
    }

    pub(crate) fn fails_fast(&self) -> bool {
        self.fail_fast.load(Ordering::Relaxed)
    }

    pub(crate) fn set_fail_fast(&self, fail_fast: bool) {
        self.fail_fast.store(fail_fast, Ordering::Relaxed);
    }

    /// Whether it holds permits; this never changes.
    pub(crate) fn has_permits(&self) -> bool {
        self.state().permits.is_some()
    }
}

impl ValveState {
    /// Takes what one call needs, or says what is in the way. One without a ticket stands behind everyone.
    pub(crate) fn take(&mut self, ticket: Option<Ticket>, now: Duration) -> Result<Taken, Blocked> {
        if let Some((first, _)) = self.queue.first_key_value()
            && ticket.is_none_or(|own| *first < own)
        {
            return Err(Blocked::Line);
        }
        if self.permits.as_ref().is_some_and(|permits| permits.used >= permits.most) {
            return Err(Blocked::Permits);
        }
        if now < self.closed_until {
            return Err(Blocked::Time(self.closed_until));
        }
        let before = match &self.cell {
            Some(cell) => Some(cell.take(now).map_err(Blocked::Time)?),
            None => None,
        };
        if let Some(permits) = &mut self.permits {
            permits.used += 1;
        }
        Ok(Taken(before))
    }

    pub(crate) fn give_back(&mut self, taken: Taken) {
        if let (Some(cell), Some(before)) = (&self.cell, taken.0) {
            cell.refund(before);
        }
        self.give_back_permit();
    }

    /// Whether there was one to give back.
    pub(crate) fn give_back_permit(&mut self) -> bool {
        if let Some(permits) = &mut self.permits {
            permits.used = permits.used.saturating_sub(1);
        }
        self.permits.is_some()
    }

    /// How long a call that `others` stand before has to wait at least; what it needs from responses is not in it.
    pub(crate) fn wait_behind(&self, others: u64, now: Duration) -> Duration {
        let ready = self.cell.as_ref().map_or(now, |cell| cell.ready_after(others, now));
        ready.max(self.closed_until).saturating_sub(now)
    }

    /// Whether a call could not pass now if it stood behind `others`.
    pub(crate) fn blocks_behind(&self, others: u64, now: Duration) -> bool {
        let free =
            self.permits.as_ref().is_none_or(|permits| u64::from(permits.most - permits.used) > others);
        !free || !self.wait_behind(others, now).is_zero()
    }

    pub(crate) fn standing_before(&self, ticket: Option<Ticket>) -> u64 {
        let before = match ticket {
            Some(ticket) => self.queue.range(..ticket).count(),
            None => self.queue.len(),
        };
        before as u64
    }

    pub(crate) fn join(&mut self, ticket: Ticket, notify: &Arc<Notify>) {
        self.queue.insert(ticket, Arc::clone(notify));
    }

    /// Leaves the queue; says who has to be woken, for only the first has a timer.
    pub(crate) fn leave(&mut self, ticket: Ticket) -> Option<Arc<Notify>> {
        let was_first = self.queue.first_key_value().is_some_and(|(first, _)| *first == ticket);
        self.queue.remove(&ticket)?;
        if was_first { self.first() } else { None }
    }

    /// Who stands first.
    pub(crate) fn first(&self) -> Option<Arc<Notify>> {
        self.queue.first_key_value().map(|(_, notify)| Arc::clone(notify))
    }

    /// What was asked for, which adaptation does not change.
    pub(crate) fn quota(&self) -> Quota {
        self.quota
    }

    /// Another quota from now on; what was left stays. A rate learned to be lower stays too.
    pub(crate) fn set_quota(&mut self, quota: Quota, now: Duration) {
        let learned = self.learned();
        self.quota = quota;
        match (quota.pace(), &mut self.cell) {
            (None, cell) => *cell = None,
            (Some(pace), None) => self.cell = Some(Cell::new(pace, now)),
            (Some(pace), Some(cell)) => {
                let rate = learned.map_or(pace.rate(), |learned| learned.min(pace.rate()));
                cell.change(pace.with_rate(rate), now);
            }
        }
    }

    /// The rate, if it is below the one asked for.
    pub(crate) fn learned(&self) -> Option<f64> {
        let (rate, asked) = (self.cell.as_ref()?.pace().rate(), self.quota.rate()?);
        (rate < asked).then_some(rate)
    }

    /// Goes on with what was learned before.
    pub(crate) fn relearn(&mut self, rate: f64, now: Duration) {
        if let Some(pace) = self.quota.pace() {
            self.cell = Some(Cell::new(pace.with_rate(rate.min(pace.rate())), now));
        }
    }

    /// How many cuts there were so far.
    pub(crate) fn cuts(&self) -> u32 {
        self.adaptation.as_ref().map_or(0, |adaptation| adaptation.cuts())
    }

    /// A call was throttled that left after so many cuts.
    pub(crate) fn throttled(&mut self, left_after: u32, closed_until: Duration, now: Duration) {
        self.closed_until = self.closed_until.max(closed_until);
        let is_cut =
            self.adapt(now, |adaptation, rate, asked| adaptation.throttled(left_after, rate, asked, now));
        if let (true, Some(cell)) = (is_cut, &mut self.cell) {
            // AWS's bucket is empty: what is left of ours would only be thrown after it, a retry first of all.
            cell.drain(now);
        }
    }

    /// A call succeeded.
    pub(crate) fn succeeded(&mut self, waited: bool, now: Duration) {
        self.adapt(now, |adaptation, rate, asked| adaptation.succeeded(waited, rate, asked, now));
    }

    /// Whether the step was one: it gave a rate, be it the old one.
    fn adapt(&mut self, now: Duration, step: impl FnOnce(&mut Adaptation, f64, f64) -> Option<f64>) -> bool {
        let (Some(cell), Some(asked)) = (&mut self.cell, self.quota.pace()) else { return false };
        let adaptation = self.adaptation.get_or_insert_default();
        let rate = step(adaptation, cell.pace().rate(), asked.rate());
        if let Some(rate) = rate {
            cell.change(asked.with_rate(rate), now);
        }
        rate.is_some()
    }

    /// Whether a new one would be as good, but for what was learned.
    pub(crate) fn is_idle(&self, now: Duration) -> bool {
        self.queue.is_empty()
            && self.line == 0
            && now >= self.closed_until
            && self.permits.as_ref().is_none_or(|permits| permits.used == 0)
            && self.cell.as_ref().is_none_or(|cell| cell.is_full(now))
    }

    #[cfg(test)]
    pub(crate) fn looks(&self) -> u64 {
        self.cell.as_ref().map_or(0, Cell::looks)
    }
}
