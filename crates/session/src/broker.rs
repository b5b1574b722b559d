use std::sync::{Arc, Weak};

use dashmap::DashMap;

use crate::RoleRequest;
use crate::credential_cell::CredentialCell;

/// Every role in use, so that equal requests made with the same credentials share one set.
///
/// Cells are held weakly: credentials live as long as a session that uses them.
#[derive(Debug, Default)]
pub(crate) struct Broker {
    cells: DashMap<(CellId, RoleRequest), Weak<CredentialCell>>,
}

/// Tells the cells of one process apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CellId(pub(crate) u64);

impl Broker {
    /// The cell for `request` made with the credentials of `parent`, new unless somebody holds it already.
    pub(crate) fn cell(
        &self,
        parent: CellId,
        request: &RoleRequest,
        make: impl FnOnce() -> Arc<CredentialCell>,
    ) -> Arc<CredentialCell> {
        let mut entry = self.cells.entry((parent, request.clone())).or_default();
        if let Some(cell) = entry.upgrade() {
            return cell;
        }
        let cell = make();
        *entry = Arc::downgrade(&cell);
        drop(entry);
        self.sweep();
        cell
    }

    /// Forgets cells nobody holds any more, once they outnumber those in use.
    fn sweep(&self) {
        // Growth by a half since the last sweep would need a counter; a power of two is as good a moment.
        if self.cells.len().is_power_of_two() {
            self.cells.retain(|_, cell| cell.strong_count() > 0);
        }
    }
}
