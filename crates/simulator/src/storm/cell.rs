use crate::WorldSpec;
use crate::account::Account;
use crate::instance::Instances;

/// The instances of one account in one region, as pages.
pub(super) struct Cell<'a> {
    pub(super) account: &'a Account,
    pub(super) region: &'a str,
    instances: Instances,
    page: usize,
}

impl<'a> Cell<'a> {
    pub(super) fn new(spec: &WorldSpec, account: &'a Account, region: &'a str) -> Self {
        Self { account, region, instances: Instances::of(spec, account, region), page: spec.page_items }
    }

    /// How many calls it takes to list them.
    pub(super) fn pages(&self) -> usize {
        self.instances.len().div_ceil(self.page).max(1)
    }

    pub(super) fn rows(&self) -> Vec<String> {
        self.instances.ids()
    }

    /// The rows, those of the last page twice.
    pub(super) fn rows_with_last_page_twice(&self) -> Vec<String> {
        let last = (self.pages() - 1) * self.page.min(self.instances.len());
        let again = (last..self.instances.len()).map(|number| self.instances.id(number));
        let mut rows: Vec<String> = self.rows().into_iter().chain(again).collect();
        rows.sort_unstable();
        rows
    }
}
