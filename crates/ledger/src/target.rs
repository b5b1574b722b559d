use orgwide_names::{AccountId, RegionName};

/// What is to be done once in a run: a job in a place.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Target {
    /// The account.
    pub account_id: AccountId,
    /// The region; none where the target is the account as a whole.
    pub region: Option<RegionName>,
    /// What is done there, such as a type of resource.
    pub job: String,
}

/// The number of a target in its ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TargetId(pub(crate) i64);

/// A target that is in the plan now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// Its number.
    pub id: TargetId,
    /// Whether it has an outcome already, from an earlier sitting.
    pub done: bool,
}

/// A target without an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// Its number.
    pub id: TargetId,
    /// The target.
    pub target: Target,
    /// What [`Recorder::account`](crate::Recorder::account) was told of its account.
    pub listed: Option<String>,
}

impl Target {
    /// The region as it is stored.
    pub(crate) fn region_text(&self) -> &str {
        self.region.as_ref().map_or("", RegionName::as_str)
    }

    /// The target of these stored texts.
    pub(crate) fn stored(account_id: &str, region: &str, job: &str) -> Result<Self, String> {
        let account_id = account_id.parse().map_err(|error| format!("a target: {error}"))?;
        let region = match region {
            "" => None,
            region => Some(region.parse().map_err(|error| format!("a target: {error}"))?),
        };
        Ok(Self { account_id, region, job: job.to_owned() })
    }
}
