/// Why a [`RegionSelection`](crate::RegionSelection) does not choose a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotChosen {
    /// Nothing asked for it.
    #[error("not selected")]
    NotSelected,
    /// It was asked for, and an exclusion names it.
    #[error("excluded")]
    Excluded,
    /// It was asked for where it is enabled, and here it is not.
    #[error("not enabled in the account")]
    NotEnabled,
}
