use thiserror::Error;

use crate::account::account_id;
use crate::denial::Denial;
use crate::role_rule::RoleRule;

/// The most accounts of an organization.
pub(crate) const MOST_ACCOUNTS: usize = 100_000;

/// The most items on a page of a world with crowds.
const CROWDED_PAGE: usize = 100;

/// What a simulated organization holds.
///
/// Equal specifications make equal worlds, on any machine. The content of an account depends on the seed, its
/// number and the region only, so a larger world contains the smaller one of the same seed.
///
/// # Examples
///
/// ```
/// use orgwide_simulator::WorldSpec;
///
/// let spec = WorldSpec { accounts: 200, seed: 7, ..WorldSpec::default() };
/// assert_eq!(spec.regions.len(), 5);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldSpec {
    /// Accounts in the organization, the management account included: 1 to 100,000, by default 25.
    pub accounts: usize,
    /// The enabled regions, in any order, at least one. By default `us-east-1`, `us-west-2`, `eu-west-1`,
    /// `eu-central-1` and `ap-southeast-2`.
    pub regions: Vec<String>,
    /// What all random choices follow from; 1 by default.
    pub seed: u64,
    /// Instances per account and region, 3 by default and 100,000 at most. About one cell in eight is empty;
    /// the others hold from 1 to twice this number less 1, so this number on average. 0: none anywhere.
    pub instances: usize,
    /// Buckets per account on average, 2 by default and 5,000 at most; an account holds from none to twice
    /// this number.
    pub buckets: usize,
    /// Resources of every other kind (volumes, functions, roles and so on) per account and region, or per account
    /// where a kind has no regions; 2 by default and 100,000 at most. It works as `instances` does. 0: none
    /// anywhere. Of detectors and configuration recorders there is at most one, as in AWS.
    pub resources: usize,
    /// Whether some places are crowded; none by default. If so, accounts whose number is 3 modulo 20 hold 101 to
    /// 150 of every kind in the first region, and as many of what has no region, instances and buckets included;
    /// and pages have at most 100 items, as AWS may choose to, so that every list with pages has two somewhere.
    /// Kinds of which there are none by their own number have no crowds either.
    pub crowded: bool,
    /// How many accounts, counted from the last, are suspended; none by default. The management account,
    /// which is the first, never is.
    pub suspended: usize,
    /// Organizational units, 16 by default and 2,000 at most. They make a tree of three levels; every fifth has
    /// no accounts of its own, and about one account in twelve, the management account among them, is in the
    /// root. 0: all are. Where an account is depends on this number.
    pub units: usize,
    /// Whether Organizations tells an account's `Paths` and a unit's `Path`; it does by default. Older endpoints
    /// do not.
    pub paths: bool,
    /// Whether the listings of Organizations have an empty page with a token now and then, as AWS allows itself.
    /// Not by default, so that pages can be counted beforehand.
    pub empty_pages: bool,
    /// The most items on a page of any listing, whatever the caller asks for, at least one; as many as AWS allows by
    /// default. It makes pages of small worlds.
    pub page_items: usize,
    /// Whether the accounts are an organization, as by default. If not, Organizations says so to everyone; the
    /// accounts and their roles are the same.
    pub organization: bool,
    /// The numbers of the accounts that are delegated administrators, and so may read the organization; none by
    /// default.
    pub delegated: Vec<usize>,
    /// The number of the account that the caller's own key belongs to, which must be active; 0 by default, the
    /// management account.
    pub hub: usize,
    /// The role that every member account trusts the management account with, as `NAME` or `PATH/NAME`;
    /// `OrganizationAccountAccessRole` by default.
    pub role: String,
    /// More roles, and whom the roles trust; the first rule that fits a role decides about it. None by default.
    pub roles: Vec<RoleRule>,
    /// How long the sessions of roles may last if no rule says otherwise, 3,600 to 43,200 seconds; 3,600 by
    /// default, as AWS sets it for new roles. Sessions got with those of another role last an hour at most.
    pub max_session_duration: u32,
    /// Calls that policies deny; none by default.
    pub denials: Vec<Denial>,
}

impl Default for WorldSpec {
    fn default() -> Self {
        let regions = ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2"];
        Self {
            accounts: 25,
            regions: regions.map(str::to_owned).to_vec(),
            seed: 1,
            instances: 3,
            buckets: 2,
            resources: 2,
            crowded: false,
            suspended: 0,
            units: 16,
            paths: true,
            empty_pages: false,
            page_items: usize::MAX,
            organization: true,
            delegated: Vec::new(),
            hub: 0,
            role: "OrganizationAccountAccessRole".to_owned(),
            roles: Vec::new(),
            max_session_duration: 3_600,
            denials: Vec::new(),
        }
    }
}

/// Why a [`WorldSpec`] describes no possible world.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SpecError {
    /// A number is outside its bounds.
    #[error("{what} must be between {least} and {most}, not {given}")]
    OutOfBounds {
        /// Which number.
        what: &'static str,
        /// The least possible.
        least: usize,
        /// The most possible.
        most: usize,
        /// What was asked for.
        given: usize,
    },
    /// No region was named.
    #[error("a simulated organization needs at least one region")]
    NoRegion,
    /// A region's name cannot be one.
    #[error("`{0}` cannot be the name of a region (expected a form like `eu-west-1`)")]
    BadRegion(String),
    /// A region stands in the list twice.
    #[error("region `{0}` is named twice")]
    RegionTwice(String),
    /// The role cannot exist in IAM.
    #[error("`{0}` cannot be a role (expected NAME or PATH/NAME of letters, digits and `+=,.@_-`)")]
    BadRole(String),
}

impl WorldSpec {
    /// The id of account number `index`, 12 digits: what a specification of the same seed calls it.
    #[must_use]
    pub fn account_id(&self, index: usize) -> String {
        account_id(self.seed, index)
    }

    /// Whether an account holds more than a page of everything in a region, or in `global`.
    pub(crate) fn crowds(&self, account: usize, region: &str) -> bool {
        let is_place = region == "global" || self.regions.first().is_some_and(|first| first == region);
        self.crowded && account % 20 == 3 && is_place
    }

    /// The most items on any page.
    pub(crate) fn largest_page(&self) -> usize {
        if self.crowded { self.page_items.min(CROWDED_PAGE) } else { self.page_items }
    }

    pub(crate) fn validate(&self) -> Result<(), SpecError> {
        within("accounts", self.accounts, 1, MOST_ACCOUNTS)?;
        within("instances", self.instances, 0, 100_000)?;
        within("buckets", self.buckets, 0, 5_000)?;
        within("resources", self.resources, 0, 100_000)?;
        within("suspended", self.suspended, 0, self.accounts - 1)?;
        within("units", self.units, 0, 2_000)?;
        within("page_items", self.page_items, 1, usize::MAX)?;
        within("hub", self.hub, 0, self.accounts - self.suspended - 1)?;
        self.delegated.iter().try_for_each(|index| within("delegated", *index, 0, self.accounts - 1))?;
        if self.regions.is_empty() {
            return Err(SpecError::NoRegion);
        }
        for (position, region) in self.regions.iter().enumerate() {
            if !is_region(region) {
                return Err(SpecError::BadRegion(region.clone()));
            }
            if self.regions[..position].contains(region) {
                return Err(SpecError::RegionTwice(region.clone()));
            }
        }
        let longest = self.roles.iter().filter_map(|rule| rule.max_session_duration);
        longest
            .chain([self.max_session_duration])
            .try_for_each(|seconds| within("max_session_duration", seconds as usize, 3_600, 43_200))?;
        let mut roles = self.roles.iter().filter_map(RoleRule::exact_role).chain([self.role.as_str()]);
        match roles.find(|role| !is_role(role)) {
            Some(role) => Err(SpecError::BadRole(role.to_owned())),
            None => Ok(()),
        }
    }
}

fn within(what: &'static str, given: usize, least: usize, most: usize) -> Result<(), SpecError> {
    if (least..=most).contains(&given) {
        Ok(())
    } else {
        Err(SpecError::OutOfBounds { what, least, most, given })
    }
}

/// Whether a name has the form of a region's.
pub(crate) fn is_region(name: &str) -> bool {
    let mut parts = name.split('-');
    let last = parts.next_back().unwrap_or_default();
    let words: Vec<&str> = parts.collect();
    name.len() <= 50
        && words.len() >= 2
        && words.iter().all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()))
        && !last.is_empty()
        && last.bytes().all(|b| b.is_ascii_digit())
}

fn is_role(role: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b);
    role.split('/').all(|part| !part.is_empty() && part.bytes().all(legal))
        && role.rsplit('/').next().is_some_and(|name| name.len() <= 64)
        && role.len() <= 512
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl FnOnce(&mut WorldSpec)) -> String {
        let mut spec = WorldSpec::default();
        change(&mut spec);
        spec.validate().unwrap_err().to_string()
    }

    #[test]
    fn the_default_is_possible() {
        assert_eq!(WorldSpec::default().validate(), Ok(()));
    }

    #[test]
    fn an_impossible_world_is_refused_with_its_bound() {
        assert_eq!(refused(|s| s.accounts = 0), "accounts must be between 1 and 100000, not 0");
        assert_eq!(refused(|s| s.suspended = 25), "suspended must be between 0 and 24, not 25");
        assert_eq!(refused(|s| s.buckets = 5_001), "buckets must be between 0 and 5000, not 5001");
        assert_eq!(refused(|s| s.resources = 100_001), "resources must be between 0 and 100000, not 100001");
        assert_eq!(refused(|s| s.units = 2_001), "units must be between 0 and 2000, not 2001");
        assert_eq!(refused(|s| (s.suspended, s.hub) = (3, 22)), "hub must be between 0 and 21, not 22");
        assert_eq!(refused(|s| s.delegated.push(25)), "delegated must be between 0 and 24, not 25");
        assert_eq!(refused(|s| s.regions.clear()), "a simulated organization needs at least one region");
        assert_eq!(refused(|s| s.regions.push("us-west-2".into())), "region `us-west-2` is named twice");
        let short = refused(|s| s.roles.push(RoleRule::new("R").max_session_duration(900)));
        assert_eq!(short, "max_session_duration must be between 3600 and 43200, not 900");
        assert!(refused(|s| s.roles.push(RoleRule::new("a b"))).starts_with("`a b` cannot be a role"));
        assert!(refused(|s| s.role = "a//b".into()).starts_with("`a//b` cannot be a role"));
    }

    #[test]
    fn names_that_are_no_region_are_refused() {
        for name in
            ["", "eu", "eu-west", "global", "aws-global", "EU-west-1", "eu-west-1 ", "eu--1", "eu-west-"]
        {
            assert!(!is_region(name), "{name:?}");
        }
        for name in ["eu-west-1", "us-gov-west-1", "eusc-de-east-1", "ap-southeast-2"] {
            assert!(is_region(name), "{name:?}");
        }
    }

    #[test]
    fn a_role_may_have_a_path() {
        let spec = WorldSpec { role: "ops/audit/Reader".into(), ..WorldSpec::default() };
        assert_eq!(spec.validate(), Ok(()));
    }
}
