//! Types that are listed once for each of another.

use crate::Collector;
use crate::parameters::Parameters;

/// The type that another is listed within.
#[derive(Clone)]
pub(crate) struct Within {
    pub(crate) parent: Collector,
    /// What the list is asked with besides.
    pub(crate) parameters: Parameters,
    /// Members that the items get.
    pub(crate) members: Parameters,
}
