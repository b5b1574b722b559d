use orgwide_names::{OperationName, RegionName, ServiceName};

use crate::Payer;

/// A bucket that is slower than it was asked to be, because AWS allows less.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// The account, if each has its own bucket.
    pub account: Option<Payer>,
    /// The region, if each has its own bucket.
    pub region: Option<RegionName>,
    /// The service.
    pub service: Option<ServiceName>,
    /// The operation, if each has its own bucket.
    pub operation: Option<OperationName>,
    /// Calls a second it was asked to let pass.
    pub configured: f64,
    /// Calls a second it lets pass now.
    pub rate: f64,
}
