use std::collections::{BTreeSet, HashMap, VecDeque};

use crate::Target;

/// The targets that wait for a slot, by lane, and the order in which the lanes get the next one.
///
/// The lane with the fewest running targets goes first; among equals the one whose last turn is longest ago. So
/// with `n` lanes waiting for `w` slots no lane is given more than `w / n` (rounded up), and no slot stays empty
/// while any target waits. The map is for look-ups only: nothing depends on its order.
pub(crate) struct Lanes<T: Target> {
    by_key: HashMap<T::Lane, LaneId>,
    lanes: Vec<Lane<T>>,
    free: Vec<LaneId>,
    /// The lanes with something waiting: (running, turn, lane).
    order: BTreeSet<(usize, u64, LaneId)>,
    turns: u64,
    waiting: usize,
}

/// Names a lane as long as one of its targets waits or runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LaneId(usize);

struct Lane<T: Target> {
    key: Option<T::Lane>,
    waiting: VecDeque<T>,
    running: usize,
    turn: u64,
}

impl<T: Target> Lanes<T> {
    pub(crate) fn new() -> Self {
        Self {
            by_key: HashMap::new(),
            lanes: Vec::new(),
            free: Vec::new(),
            order: BTreeSet::new(),
            turns: 0,
            waiting: 0,
        }
    }

    /// How many targets wait.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Puts a target at the end of its lane.
    pub(crate) fn push(&mut self, target: T) {
        let id = self.lane_of(target.lane());
        let turn = self.turns;
        let lane = &mut self.lanes[id.0];
        if lane.waiting.is_empty() {
            lane.turn = turn;
            self.turns += 1;
            self.order.insert((lane.running, lane.turn, id));
        }
        lane.waiting.push_back(target);
        self.waiting += 1;
    }

    /// Takes the target whose turn it is; it counts as running until [`ended`](Self::ended).
    pub(crate) fn pop(&mut self) -> Option<(T, LaneId)> {
        let (_, _, id) = self.order.pop_first()?;
        let lane = &mut self.lanes[id.0];
        let target = lane.waiting.pop_front()?;
        self.waiting -= 1;
        lane.running += 1;
        lane.turn = self.turns;
        self.turns += 1;
        if !lane.waiting.is_empty() {
            self.order.insert((lane.running, lane.turn, id));
        }
        Some((target, id))
    }

    /// One running target of this lane has ended.
    pub(crate) fn ended(&mut self, id: LaneId) {
        let lane = &mut self.lanes[id.0];
        let listed = self.order.remove(&(lane.running, lane.turn, id));
        lane.running -= 1;
        if listed {
            self.order.insert((lane.running, lane.turn, id));
        }
        self.let_go(id);
    }

    /// Takes out everything that waits, lane by lane in the order of their turns.
    pub(crate) fn clear(&mut self) -> Vec<T> {
        let mut cleared = Vec::with_capacity(self.waiting);
        while let Some((_, _, id)) = self.order.pop_first() {
            cleared.extend(self.lanes[id.0].waiting.drain(..));
            self.let_go(id);
        }
        self.waiting = 0;
        cleared
    }

    fn lane_of(&mut self, key: T::Lane) -> LaneId {
        if let Some(&id) = self.by_key.get(&key) {
            return id;
        }
        let lane = Lane { key: Some(key.clone()), waiting: VecDeque::new(), running: 0, turn: 0 };
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
        if lane.running > 0 || !lane.waiting.is_empty() {
            return;
        }
        if let Some(key) = lane.key.take() {
            lane.waiting = VecDeque::new();
            self.by_key.remove(&key);
            self.free.push(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq)]
    struct Item(&'static str, u32);

    impl Target for Item {
        type Lane = &'static str;
        fn lane(&self) -> &'static str {
            self.0
        }
    }

    fn filled(items: &[(&'static str, u32)]) -> Lanes<Item> {
        let mut lanes = Lanes::new();
        for &(lane, number) in items {
            lanes.push(Item(lane, number));
        }
        lanes
    }

    #[test]
    fn lanes_take_turns_and_keep_their_own_order() {
        let mut lanes = filled(&[("a", 1), ("a", 2), ("a", 3), ("b", 1), ("c", 1), ("c", 2)]);
        let order: Vec<_> =
            std::iter::from_fn(|| lanes.pop()).map(|(item, _)| format!("{}{}", item.0, item.1)).collect();
        assert_eq!(order, ["a1", "b1", "c1", "a2", "c2", "a3"]);
        assert_eq!(lanes.waiting(), 0);
    }

    #[test]
    fn lanes_take_turns_for_a_single_slot() {
        let mut lanes = filled(&[("a", 1), ("a", 2), ("a", 3), ("b", 1), ("b", 2)]);
        let mut order = Vec::new();
        while let Some((item, id)) = lanes.pop() {
            order.push(format!("{}{}", item.0, item.1));
            lanes.ended(id);
        }
        assert_eq!(order, ["a1", "b1", "a2", "b2", "a3"]);
    }

    #[test]
    fn the_lane_with_the_fewest_running_goes_first() {
        let mut lanes = filled(&[("a", 1), ("a", 2), ("a", 3)]);
        let (_, a) = lanes.pop().unwrap();
        lanes.pop().unwrap();
        lanes.push(Item("b", 1));
        lanes.push(Item("b", 2));
        assert_eq!(lanes.pop().unwrap().0, Item("b", 1));
        lanes.ended(a);
        // One runs in each; b's turn is the last one taken.
        assert_eq!(lanes.pop().unwrap().0, Item("a", 3));
        assert_eq!(lanes.pop().unwrap().0, Item("b", 2));
    }

    #[test]
    fn a_lane_that_is_done_leaves_nothing_behind() {
        let mut lanes = Lanes::new();
        for round in 0..1_000 {
            // A new key each time: only the room of the one before may be used again.
            let key: &'static str = Box::leak(round.to_string().into_boxed_str());
            lanes.push(Item(key, 0));
            let (_, id) = lanes.pop().unwrap();
            lanes.ended(id);
        }
        assert_eq!((lanes.by_key.len(), lanes.lanes.len(), lanes.free.len()), (0, 1, 1));
    }

    #[test]
    fn clearing_keeps_the_lanes_that_run() {
        let mut lanes = filled(&[("a", 1), ("a", 2), ("b", 1)]);
        let (_, a) = lanes.pop().unwrap();
        assert_eq!(lanes.clear(), [Item("b", 1), Item("a", 2)]);
        assert_eq!((lanes.waiting(), lanes.by_key.len()), (0, 1));
        lanes.ended(a);
        assert!(lanes.by_key.is_empty());
    }
}
