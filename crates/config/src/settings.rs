use std::collections::HashSet;
use std::num::NonZeroU32;
use std::time::Duration;

use orgwide_names::RegionName;

use crate::{Endpoint, Limit, MaxFailures, Role};

/// What a file, or one of its sets, says. What it does not say is `None` or empty, and the program's default
/// holds.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// The profile of the shared AWS configuration.
    pub profile: Option<String>,
    /// The region STS is asked in.
    pub home_region: Option<RegionName>,
    /// Where every call goes instead of to AWS.
    pub endpoint_url: Option<String>,
    /// Where the calls of a service go, everywhere or in one region.
    pub endpoints: Vec<Endpoint>,
    /// The chain of roles, of which the last is the one in each account. Empty: the default role.
    pub roles: Vec<Role>,
    /// Whether a call in each account makes sure that it is that account.
    pub verify_identity: Option<bool>,
    /// Which accounts.
    pub accounts: Accounts,
    /// Regions to include: names, patterns, `enabled`. Empty: all that are enabled.
    pub regions: Vec<String>,
    /// Regions to leave out: names, patterns, `global`.
    pub not_regions: Vec<String>,
    /// Limits; among those that are equally specific the earlier one counts.
    pub limits: Vec<Limit>,
    /// The most calls in flight at once, over all accounts.
    pub in_flight: Option<NonZeroU32>,
    /// How long one target may work.
    pub item_timeout: Option<Duration>,
    /// When a run is stopped.
    pub deadline: Option<Duration>,
    /// At how many failures a run is stopped.
    pub max_failures: Option<MaxFailures>,
    /// Whether a few accounts are run before the others.
    pub canary: Option<bool>,
    /// What is collected.
    pub inventory: Inventory,
    /// What becomes of a run.
    pub output: Output,
}

/// What a file or a set says of `inventory`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inventory {
    /// Types, by name or pattern. Empty: the common ones.
    pub types: Vec<String>,
    /// Types of which details are asked for, by name or pattern.
    pub details: Vec<String>,
    /// Files that declare types, as written.
    pub collectors: Vec<String>,
}

/// What a file or a set says of where a run goes. Files are as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Output {
    /// The ledger.
    pub store: Option<String>,
    /// Files of rows.
    pub out: Vec<String>,
    /// Whether files of rows appear only when they are complete.
    pub require_complete: Option<bool>,
    /// The file of the counts.
    pub summary: Option<String>,
    /// The file of what did not complete.
    pub errors_out: Option<String>,
}

/// Which accounts a file or a set is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Accounts {
    /// Every account of the organization.
    pub organization: bool,
    /// Organizational units, by id or path pattern, with those below them.
    pub units: Vec<String>,
    /// Accounts, each an id of twelve digits or a pattern over names.
    pub accounts: Vec<String>,
    /// A file of further accounts, as written.
    pub file: Option<String>,
    /// Tags that accounts must all have.
    pub tags: Vec<(String, String)>,
    /// Accounts to leave out, ids or patterns.
    pub not_accounts: Vec<String>,
    /// Organizational units to leave out.
    pub not_units: Vec<String>,
}

impl Settings {
    /// These settings, and where they say nothing, those of `base`.
    ///
    /// A selection is taken as a whole: when these include any account, the base's inclusions and tags do not
    /// count, and the same goes for regions. What either leaves out stays out. Limits of these come before the
    /// base's.
    #[must_use]
    pub fn over(self, base: Self) -> Self {
        let either = |mine: Vec<String>, theirs| if mine.is_empty() { theirs } else { mine };
        Self {
            profile: self.profile.or(base.profile),
            home_region: self.home_region.or(base.home_region),
            endpoint_url: self.endpoint_url.or(base.endpoint_url),
            endpoints: endpoints_over(self.endpoints, base.endpoints),
            roles: if self.roles.is_empty() { base.roles } else { self.roles },
            verify_identity: self.verify_identity.or(base.verify_identity),
            accounts: self.accounts.over(base.accounts),
            regions: either(self.regions, base.regions),
            not_regions: united(self.not_regions, base.not_regions),
            limits: self.limits.into_iter().chain(base.limits).collect(),
            in_flight: self.in_flight.or(base.in_flight),
            item_timeout: self.item_timeout.or(base.item_timeout),
            deadline: self.deadline.or(base.deadline),
            max_failures: self.max_failures.or(base.max_failures),
            canary: self.canary.or(base.canary),
            inventory: Inventory {
                types: either(self.inventory.types, base.inventory.types),
                details: either(self.inventory.details, base.inventory.details),
                collectors: either(self.inventory.collectors, base.inventory.collectors),
            },
            output: Output {
                store: self.output.store.or(base.output.store),
                out: either(self.output.out, base.output.out),
                require_complete: self.output.require_complete.or(base.output.require_complete),
                summary: self.output.summary.or(base.output.summary),
                errors_out: self.output.errors_out.or(base.output.errors_out),
            },
        }
    }
}

impl Accounts {
    /// Whether nothing is asked for, so that something else may be meant.
    #[must_use]
    pub fn includes_nothing(&self) -> bool {
        !self.organization && self.units.is_empty() && self.accounts.is_empty() && self.file.is_none()
    }

    fn over(self, base: Self) -> Self {
        let mut chosen = if self.includes_nothing() {
            Self { tags: if self.tags.is_empty() { base.tags } else { self.tags }, ..base }
        } else {
            Self { not_accounts: base.not_accounts, not_units: base.not_units, ..self.clone() }
        };
        chosen.not_accounts = united(self.not_accounts, chosen.not_accounts);
        chosen.not_units = united(self.not_units, chosen.not_units);
        chosen
    }
}

/// One for each service and region.
fn endpoints_over(mut mine: Vec<Endpoint>, base: Vec<Endpoint>) -> Vec<Endpoint> {
    for theirs in base {
        if !mine.iter().any(|own| own.service == theirs.service && own.region == theirs.region) {
            mine.push(theirs);
        }
    }
    mine
}

fn united(first: Vec<String>, second: Vec<String>) -> Vec<String> {
    let known: HashSet<String> = first.iter().cloned().collect();
    first.into_iter().chain(second.into_iter().filter(|text| !known.contains(text))).collect()
}
