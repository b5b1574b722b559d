use std::sync::Arc;

use parking_lot::RwLock;
use tokio::sync::{Mutex, MutexGuard};

use crate::frame::Frame;
use crate::shared::Shared;

/// The identities of a session and its clones, one on top of another.
///
/// A frame keeps those below it, so the top is all there is to remember, and all that ever changes.
pub(crate) struct Stack {
    shared: Arc<Shared>,
    top: RwLock<Arc<Frame>>,
    /// The number of the lowest frame, below which nobody reverts.
    lowest: usize,
    /// Held while a role is assumed at once.
    turn: Mutex<()>,
}

impl Stack {
    pub(crate) fn new(lowest: Arc<Frame>) -> Self {
        let (shared, number) = (lowest.shared.clone(), lowest.number);
        Self { shared, top: RwLock::new(lowest), lowest: number, turn: Mutex::new(()) }
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(crate) fn top(&self) -> Arc<Frame> {
        self.top.read().clone()
    }

    pub(crate) fn depth(&self) -> usize {
        self.top.read().number - self.lowest
    }

    /// Waits until no other role is being assumed.
    pub(crate) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Puts a frame on top of the one it was made from. False if that one is not on top any more.
    pub(crate) fn push(&self, below: &Arc<Frame>, frame: Arc<Frame>) -> bool {
        let mut top = self.top.write();
        let is_top = Arc::ptr_eq(&top, below);
        if is_top {
            *top = frame;
        }
        is_top
    }

    /// Takes the frame on top, unless it is the lowest.
    pub(crate) fn pop(&self) -> Option<Arc<Frame>> {
        let mut top = self.top.write();
        if top.number == self.lowest {
            return None;
        }
        let below = top.parent.clone()?;
        Some(std::mem::replace(&mut *top, below))
    }
}
