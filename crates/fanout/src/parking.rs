use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Control;
use crate::lanes::{Admission, LaneId, Lanes, Marks};

/// What is known of a target that has a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Its job has not been polled: it may turn out to be parked.
    New,
    /// It is made to wait.
    Parked,
    /// It works, or has ended.
    Free,
}

/// Which lanes have new and parked targets, and which lanes get a slot in spite of that.
///
/// Jobs tell it from their tasks, and the run asks when it has a slot to give.
pub(crate) struct Parking {
    /// Half of the window, rounded up.
    limit: usize,
    control: Control,
    lot: Mutex<Lot>,
}

#[derive(Default)]
struct Lot {
    all: Count,
    by_lane: Vec<Place>,
    /// The lanes whose marks have changed since the run asked; each stands here once.
    turned: VecDeque<LaneId>,
    /// Whether the run has a slot that it would give to a lane if fewer were new or parked.
    held: bool,
}

#[derive(Default, Clone)]
struct Place {
    count: Count,
    listed: bool,
}

#[derive(Default, Clone, Copy)]
struct Count {
    new: usize,
    parked: usize,
}

impl Parking {
    pub(crate) fn new(window: usize, control: Control) -> Self {
        Self { limit: window.div_ceil(2), control, lot: Mutex::default() }
    }

    /// A target of the lane stands otherwise than before; returns whether the run should ask again.
    #[must_use]
    pub(crate) fn turn(&self, lane: LaneId, from: Standing, to: Standing) -> bool {
        let mut lot = self.lot();
        let before = self.admission(lot.all);
        lot.all.turn(from, to);
        let after = self.admission(lot.all);
        let place = lot.place(lane);
        let marks = place.count.marks();
        place.count.turn(from, to);
        let changed = marks != place.count.marks();
        if changed && !place.listed {
            place.listed = true;
            lot.turned.push_back(lane);
        }
        let ask = lot.held && (changed || before != after);
        lot.held &= !ask;
        ask
    }

    /// The lane to get the next slot, if any may; the run is woken when that can have changed.
    pub(crate) fn next<K, W>(&self, lanes: &mut Lanes<K, W>) -> Option<LaneId> {
        let mut lot = self.lot();
        while let Some(lane) = lot.turned.pop_front() {
            let place = lot.place(lane);
            place.listed = false;
            lanes.mark(lane, place.count.marks());
        }
        let next = lanes.next(self.admission(lot.all));
        lot.held = next.is_none();
        next
    }

    /// Has the run ask again.
    pub(crate) fn wake(&self) {
        self.control.wake();
    }

    fn admission(&self, all: Count) -> Admission {
        if all.new + all.parked < self.limit {
            Admission::All
        } else if all.parked < self.limit {
            Admission::OnceKnown
        } else {
            Admission::NotParked
        }
    }

    fn lot(&self) -> MutexGuard<'_, Lot> {
        self.lot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lot {
    fn place(&mut self, lane: LaneId) -> &mut Place {
        if self.by_lane.len() <= lane.index() {
            self.by_lane.resize(lane.index() + 1, Place::default());
        }
        &mut self.by_lane[lane.index()]
    }
}

impl Count {
    fn turn(&mut self, from: Standing, to: Standing) {
        if let Some(of) = self.of(from) {
            *of -= 1;
        }
        if let Some(of) = self.of(to) {
            *of += 1;
        }
    }

    fn of(&mut self, standing: Standing) -> Option<&mut usize> {
        match standing {
            Standing::New => Some(&mut self.new),
            Standing::Parked => Some(&mut self.parked),
            Standing::Free => None,
        }
    }

    fn marks(self) -> Marks {
        Marks { new: self.new > 0, parked: self.parked > 0 }
    }
}
