use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::Hash;

/// What waits for a slot, by lane, and the order in which the lanes get the next one.
///
/// The lane with the fewest running targets goes first; among equals the one whose last turn is longest ago. So
/// with `n` lanes waiting for `w` slots no lane is given more than `w / n` (rounded up), and no slot stays empty
/// while any target waits. Lanes with parked targets stand apart, so that they can be passed over. The map is for
/// look-ups only: nothing depends on its order.
pub(crate) struct Lanes<K, W> {
    by_key: HashMap<K, LaneId>,
    lanes: Vec<Lane<K, W>>,
    free: Vec<LaneId>,
    /// The lanes with something waiting and nothing parked: (running, turn, lane).
    ready: BTreeSet<Turn>,
    /// Those with something waiting and something parked.
    parked: BTreeSet<Turn>,
    turns: u64,
    waiting: usize,
}

type Turn = (usize, u64, LaneId);

/// Names a lane as long as one of its targets waits or runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LaneId(usize);

impl LaneId {
    /// A small number: those of lanes that are gone are given again.
    pub(crate) fn index(self) -> usize {
        self.0
    }
}

struct Lane<K, W> {
    key: Option<K>,
    /// What has run before goes first.
    again: VecDeque<W>,
    waiting: VecDeque<W>,
    running: usize,
    turn: u64,
    marks: Marks,
}

/// What a lane has among its running targets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Such as have not shown yet whether they will be parked.
    pub(crate) new: bool,
    /// Such as are made to wait.
    pub(crate) parked: bool,
}

/// Which lanes may get a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// The one whose turn it is.
    All,
    /// The one whose turn it is, but not before its targets have shown whether they will be parked: no other gets
    /// its slot meanwhile, since that takes no time.
    OnceKnown,
    /// Of those without parked targets the one whose turn it is, once that is known of it.
    NotParked,
}

impl<K: Eq + Hash + Clone, W> Lanes<K, W> {
    pub(crate) fn new() -> Self {
        Self {
            by_key: HashMap::new(),
            lanes: Vec::new(),
            free: Vec::new(),
            ready: BTreeSet::new(),
            parked: BTreeSet::new(),
            turns: 0,
            waiting: 0,
        }
    }

    /// How much waits.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Puts it at the end of its lane.
    pub(crate) fn push(&mut self, key: K, waiting: W) {
        self.push_to(key, waiting, |lane| &mut lane.waiting);
    }

    /// Puts it ahead of what has not run yet in its lane.
    pub(crate) fn push_again(&mut self, key: K, waiting: W) {
        self.push_to(key, waiting, |lane| &mut lane.again);
    }

    fn push_to(&mut self, key: K, waiting: W, queue: impl FnOnce(&mut Lane<K, W>) -> &mut VecDeque<W>) {
        let id = self.lane_of(key);
        let lane = &mut self.lanes[id.0];
        let first = lane.is_empty();
        queue(lane).push_back(waiting);
        if first {
            lane.turn = self.turns;
            self.turns += 1;
            self.list(id);
        }
        self.waiting += 1;
    }

    /// Takes the first of this lane; it counts as running until [`ended`](Self::ended).
    pub(crate) fn pop(&mut self, id: LaneId) -> Option<W> {
        self.unlist(id);
        let lane = &mut self.lanes[id.0];
        let waiting = lane.again.pop_front().or_else(|| lane.waiting.pop_front())?;
        self.waiting -= 1;
        lane.running += 1;
        lane.turn = self.turns;
        self.turns += 1;
        self.list(id);
        Some(waiting)
    }

    /// One running target of this lane has ended.
    pub(crate) fn ended(&mut self, id: LaneId) {
        self.unlist(id);
        self.lanes[id.0].running -= 1;
        self.list(id);
        self.let_go(id);
    }

    /// Takes out everything that waits, lane by lane in the order of their turns.
    pub(crate) fn clear(&mut self) -> Vec<W> {
        let mut order = std::mem::take(&mut self.ready);
        order.append(&mut self.parked);
        let mut cleared = Vec::with_capacity(self.waiting);
        for (_, _, id) in order {
            let lane = &mut self.lanes[id.0];
            cleared.extend(lane.again.drain(..).chain(lane.waiting.drain(..)));
            self.let_go(id);
        }
        self.waiting = 0;
        cleared
    }

    fn lane_of(&mut self, key: K) -> LaneId {
        if let Some(&id) = self.by_key.get(&key) {
            return id;
        }
        let lane = Lane {
            key: Some(key.clone()),
            again: VecDeque::new(),
            waiting: VecDeque::new(),
            running: 0,
            turn: 0,
            marks: Marks::default(),
        };
        let id = match self.free.pop() {
            Some(id) => {
                self.lanes[id.0] = lane;
                id
            }
            None => {
                self.lanes.push(lane);
                LaneId(self.lanes.len() - 1)
            }
        };
        self.by_key.insert(key, id);
        id
    }

    /// Forgets the lane if nothing of it is left.
    fn let_go(&mut self, id: LaneId) {
        let lane = &mut self.lanes[id.0];
        if lane.running > 0 || !lane.is_empty() {
            return;
        }
        if let Some(key) = lane.key.take() {
            (lane.again, lane.waiting) = (VecDeque::new(), VecDeque::new());
            self.by_key.remove(&key);
            self.free.push(id);
        }
    }
}

impl<K, W> Lanes<K, W> {
    /// The lane whose turn it is.
    pub(crate) fn next(&self, admission: Admission) -> Option<LaneId> {
        let parked = self.parked.first().filter(|_| admission != Admission::NotParked);
        let &(_, _, id) = match (self.ready.first(), parked) {
            (Some(ready), Some(parked)) => ready.min(parked),
            (one, other) => one.or(other)?,
        };
        let known = self.lanes[id.0].marks == Marks::default();
        (admission == Admission::All || known).then_some(id)
    }

    /// The lane has these among its running targets from now on.
    pub(crate) fn mark(&mut self, id: LaneId, marks: Marks) {
        if self.lanes[id.0].marks.parked == marks.parked {
            self.lanes[id.0].marks = marks;
        } else {
            self.unlist(id);
            self.lanes[id.0].marks = marks;
            self.list(id);
        }
    }

    fn list(&mut self, id: LaneId) {
        if let Some((order, turn)) = self.place(id) {
            order.insert(turn);
        }
    }

    fn unlist(&mut self, id: LaneId) {
        if let Some((order, turn)) = self.place(id) {
            order.remove(&turn);
        }
    }

    /// Where the lane is listed, if anything of it waits.
    fn place(&mut self, id: LaneId) -> Option<(&mut BTreeSet<Turn>, Turn)> {
        let lane = &self.lanes[id.0];
        let order = if lane.marks.parked { &mut self.parked } else { &mut self.ready };
        (!lane.is_empty()).then_some((order, (lane.running, lane.turn, id)))
    }
}

impl<K, W> Lane<K, W> {
    fn is_empty(&self) -> bool {
        self.again.is_empty() && self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Items = Lanes<&'static str, (&'static str, u32)>;

    fn filled(items: &[(&'static str, u32)]) -> Items {
        let mut lanes = Lanes::new();
        for &(lane, number) in items {
            lanes.push(lane, (lane, number));
        }
        lanes
    }

    fn start<W>(lanes: &mut Lanes<&'static str, W>, admission: Admission) -> Option<(W, LaneId)> {
        let id = lanes.next(admission)?;
        lanes.pop(id).map(|waiting| (waiting, id))
    }

    fn pop(lanes: &mut Items) -> Option<String> {
        start(lanes, Admission::All).map(|((lane, number), _)| format!("{lane}{number}"))
    }

    const PARKED: Marks = Marks { new: false, parked: true };
    const NEW: Marks = Marks { new: true, parked: false };

    #[test]
    fn lanes_take_turns_and_keep_their_own_order() {
        let mut lanes = filled(&[("a", 1), ("a", 2), ("a", 3), ("b", 1), ("c", 1), ("c", 2)]);
        let order: Vec<_> = std::iter::from_fn(|| pop(&mut lanes)).collect();
        assert_eq!(order, ["a1", "b1", "c1", "a2", "c2", "a3"]);
        assert_eq!(lanes.waiting(), 0);
    }

    #[test]
    fn lanes_take_turns_for_a_single_slot() {
        let mut lanes = filled(&[("a", 1), ("a", 2), ("a", 3), ("b", 1), ("b", 2)]);
        let mut order = Vec::new();
        while let Some(((lane, number), id)) = start(&mut lanes, Admission::All) {
            order.push(format!("{lane}{number}"));
            lanes.ended(id);
        }
        assert_eq!(order, ["a1", "b1", "a2", "b2", "a3"]);
    }

    #[test]
    fn the_lane_with_the_fewest_running_goes_first() {
        let mut lanes = filled(&[("a", 1), ("a", 2), ("a", 3)]);
        let (_, a) = start(&mut lanes, Admission::All).unwrap();
        pop(&mut lanes).unwrap();
        lanes.push("b", ("b", 1));
        lanes.push("b", ("b", 2));
        assert_eq!(pop(&mut lanes).unwrap(), "b1");
        lanes.ended(a);
        // One runs in each; b's turn is the last one taken.
        assert_eq!(pop(&mut lanes).unwrap(), "a3");
        assert_eq!(pop(&mut lanes).unwrap(), "b2");
    }

    #[test]
    fn what_has_run_before_goes_first_in_its_lane_in_the_order_it_came() {
        let mut lanes = filled(&[("a", 1), ("a", 2), ("b", 1)]);
        lanes.push_again("a", ("a", 8));
        lanes.push_again("a", ("a", 9));
        let order: Vec<_> = std::iter::from_fn(|| pop(&mut lanes)).collect();
        assert_eq!(order, ["a8", "b1", "a9", "a1", "a2"]);
    }

    #[test]
    fn a_lane_with_parked_targets_is_passed_over_until_it_has_none() {
        let mut lanes = filled(&[("a", 1), ("a", 2), ("b", 1)]);
        let (_, a) = start(&mut lanes, Admission::NotParked).unwrap();
        lanes.mark(a, PARKED);
        assert_eq!(start(&mut lanes, Admission::NotParked).unwrap().0, ("b", 1));
        assert!(start(&mut lanes, Admission::NotParked).is_none());
        lanes.mark(a, Marks::default());
        assert_eq!(start(&mut lanes, Admission::NotParked).unwrap().0, ("a", 2));
    }

    #[test]
    fn a_lane_with_new_targets_keeps_its_turn_and_waits_until_they_are_known() {
        for admission in [Admission::OnceKnown, Admission::NotParked] {
            let mut lanes = filled(&[("a", 1), ("a", 2), ("b", 1), ("b", 2), ("b", 3)]);
            let ids = [(); 3].map(|()| start(&mut lanes, Admission::All).unwrap().1);
            // Two of a run and one of b: it is the turn of b.
            lanes.mark(ids[1], NEW);
            assert_eq!(lanes.next(admission), None);
            assert_eq!(lanes.next(Admission::All), Some(ids[1]));
            lanes.mark(ids[1], Marks::default());
            assert_eq!(lanes.next(admission), Some(ids[1]));
        }
    }

    #[test]
    fn a_lane_that_is_done_leaves_nothing_behind() {
        let mut lanes = Lanes::new();
        for round in 0..1_000 {
            // A new key each time: only the room of the one before may be used again.
            lanes.push(round, ());
            lanes.push_again(round, ());
            for _ in 0..2 {
                let id = lanes.next(Admission::All).unwrap();
                lanes.pop(id).unwrap();
                lanes.ended(id);
            }
        }
        assert_eq!((lanes.by_key.len(), lanes.lanes.len(), lanes.free.len()), (0, 1, 1));
    }

    #[test]
    fn clearing_keeps_the_lanes_that_run() {
        let mut lanes = filled(&[("a", 1), ("a", 2), ("b", 1)]);
        let (_, a) = start(&mut lanes, Admission::All).unwrap();
        lanes.mark(a, PARKED);
        lanes.push_again("a", ("a", 9));
        assert_eq!(lanes.clear(), [("b", 1), ("a", 9), ("a", 2)]);
        assert_eq!((lanes.waiting(), lanes.by_key.len()), (0, 1));
        lanes.ended(a);
        assert!(lanes.by_key.is_empty());
    }
}
