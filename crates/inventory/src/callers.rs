use std::collections::HashMap;
use std::sync::Arc;

use orgwide_call::Caller;
use orgwide_models::Catalog;
use orgwide_names::RegionName;
use orgwide_regional::RegionalAccount;

/// Where the resources of one account are asked about: a type that is listed once for all regions has them in many.
#[derive(Debug)]
pub(crate) struct Callers {
    catalog: Arc<Catalog>,
    here: RegionalAccount,
    of: HashMap<RegionName, (RegionalAccount, Caller)>,
}

impl Callers {
    pub(crate) fn new(catalog: &Arc<Catalog>, here: &RegionalAccount) -> Self {
        Self { catalog: Arc::clone(catalog), here: here.clone(), of: HashMap::new() }
    }

    /// Where the list is asked for.
    pub(crate) fn here(&self) -> &RegionalAccount {
        &self.here
    }

    /// The account in a region, and what calls there.
    pub(crate) fn in_region(&mut self, region: &RegionName) -> (RegionalAccount, Caller) {
        let Self { catalog, here, of } = self;
        let at = of.entry(region.clone()).or_insert_with(|| {
            let at = if region == here.region() {
                here.clone()
            } else {
                RegionalAccount::new(here.account().clone(), region.clone())
            };
            let caller = Caller::new(at.config()).catalog(Arc::clone(catalog)).account(at.id());
            (at, caller)
        });
        at.clone()
    }
}
