//! Faults by the seed, with what must come of them.

mod account_fate;
mod assumptions;
mod cell;
mod cell_fate;

use std::time::Duration;

pub use assumptions::Assumptions;

use self::account_fate::AccountFate;
use self::cell::Cell;
use self::cell_fate::CellFate;
use crate::account::account;
use crate::seed::Seed;
use crate::{Expected, Fault, Simulator, SimulatorBuilder, SpecError, WorldSpec};

/// How long every answer takes that no fault delays.
const LATENCY: Duration = Duration::from_millis(20);

/// A random but reproducible set of faults over a world, with what must come of every account and region.
///
/// It is for a program that does one thing: it lists the instances of every account in every region of the world with
/// `ec2:DescribeInstances`, as the hub where the account is the hub's own, else with one `sts:AssumeRole` for each
/// account. No other call meets a fault. The rules by which a program that loses nothing must end each target:
///
/// - A call that fails fewer times in a row than it is tried, by a throttle, a 5xx, a broken connection, be it in the
///   middle of the body, a document that is cut off, or no answer, is as good as one that does not fail. One of EC2 that throttles, breaks off
///   before an answer or is a 5xx may fail all its tries, if the target is then tried again from its first page.
/// - What fails for ever fails: throttles, errors, answers that are cut off or no document of AWS, an answer longer
///   than a gigabyte, a token that leads to its own page, two that lead to
///   each other, sessions that have ended as soon as they begin.
/// - What never answers, or answers a byte in ten seconds, gets stuck: it fails or runs out of
///   time.
/// - A policy, or a role that lets nobody in, denies. A suspended account is skipped.
/// - Pages without items, the empty token, pages that come late and a header `x-amz-retry-after` that is absurd do no
///   harm. A page that comes twice has its items twice in the rows.
/// - A session that ends is renewed.
/// - Whatever else happens, a target that completes has exactly its rows. What chance decides is
///   [`Expected::Open`]: calls that fail at random for a time, a role that can be assumed after some time only, an
///   account that is suspended under way, one answer that is a page of HTML or drips.
///
/// # Examples
///
/// ```
/// use orgwide_simulator::{Ending, Storm};
///
/// let storm = Storm::seeded(7, &Storm::world(7))?;
/// let simulator = storm.simulator().build()?;
/// // … run the program against the simulator, and then ask of every target how it ended.
/// let target = &storm.targets()[0];
/// let _ = target.expected.admits(Ending::Failed);
/// assert_eq!(storm.targets().len(), 60);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Storm {
    spec: WorldSpec,
    faults: Vec<Fault>,
    targets: Vec<StormTarget>,
}

/// An account and a region of a [`Storm`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StormTarget {
    /// The account's number.
    pub index: usize,
    /// Its id, 12 digits.
    pub account: String,
    /// The region.
    pub region: String,
    /// What happens to it, for people.
    pub fate: String,
    /// What must come of it.
    pub expected: Expected,
}

impl Storm {
    /// A world for storms: 20 accounts, one of them suspended, and 3 regions, with 4 instances in most of them on pages
    /// of 2.
    #[must_use]
    pub fn world(seed: u64) -> WorldSpec {
        WorldSpec {
            accounts: 20,
            regions: ["us-east-1", "eu-west-1", "ap-southeast-2"].map(str::to_owned).to_vec(),
            seed,
            instances: 4,
            suspended: 1,
            page_items: 2,
            ..WorldSpec::default()
        }
    }

    /// The storm of a seed over a world, for a program as [`Assumptions::default`] has it.
    ///
    /// Roles and denials of the specification are replaced.
    ///
    /// # Errors
    ///
    /// When the specification describes no possible world.
    pub fn seeded(seed: u64, spec: &WorldSpec) -> Result<Self, SpecError> {
        Self::with_assumptions(seed, spec, &Assumptions::default())
    }

    /// The same for a program of which other things are assumed.
    ///
    /// # Errors
    ///
    /// When the specification describes no possible world.
    pub fn with_assumptions(
        seed: u64,
        spec: &WorldSpec,
        assumptions: &Assumptions,
    ) -> Result<Self, SpecError> {
        spec.validate()?;
        let spec = WorldSpec { roles: Vec::new(), denials: Vec::new(), ..spec.clone() };
        let mut storm = Self { spec, faults: Vec::new(), targets: Vec::new() };
        for index in 0..storm.spec.accounts {
            storm.strike(index, Seed::new(seed).text("storm").number(index as u64), assumptions);
        }
        Ok(storm)
    }

    /// The organization in the storm, each answer taking 20 ms.
    pub fn simulator(&self) -> SimulatorBuilder {
        Simulator::builder(self.spec.clone()).latency(LATENCY).faults(self.faults.iter().cloned())
    }

    /// The world, with what its policies deny.
    #[must_use]
    pub fn spec(&self) -> &WorldSpec {
        &self.spec
    }

    /// Every account and region, account by account, with what must come of it.
    #[must_use]
    pub fn targets(&self) -> &[StormTarget] {
        &self.targets
    }

    /// Decides what happens to an account and its regions.
    fn strike(&mut self, index: usize, seed: Seed, assumptions: &Assumptions) {
        let account = account(&self.spec, index);
        let rng = &mut seed.rng();
        let fate = if !account.active {
            AccountFate::Left
        } else if index == self.spec.hub {
            AccountFate::Spared
        } else if account.is_management() {
            AccountFate::Denied
        } else {
            AccountFate::draw(rng, assumptions)
        };
        self.faults.extend(fate.faults(&account.id));
        for region in self.spec.regions.clone() {
            let cell = Cell::new(&self.spec, &account, &region);
            let rows = || cell.rows();
            let (fate, expected) = match fate.expected(rows, assumptions) {
                Some(expected) => (format!("{fate:?}"), expected),
                None => {
                    let own = CellFate::draw(rng, &cell, assumptions);
                    self.faults.extend(own.fault(&cell));
                    self.spec.denials.extend(own.denial(&cell));
                    let words = match &fate {
                        AccountFate::Spared => format!("{own:?}"),
                        fate => format!("{fate:?}, {own:?}"),
                    };
                    (words, own.expected(&cell, assumptions))
                }
            };
            self.targets.push(StormTarget { index, account: account.id.clone(), region, fate, expected });
        }
    }
}

/// Draws one of the choices by their weights.
fn weighted<T: Copy>(rng: &mut fastrand::Rng, choices: &[(u32, T)]) -> Option<T> {
    let total: u32 = choices.iter().map(|(weight, _)| weight).sum();
    let mut left = rng.u32(..total.max(1));
    choices.iter().find_map(|(weight, choice)| {
        let is_it = left < *weight;
        left = left.saturating_sub(*weight);
        is_it.then_some(*choice)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn storms(seeds: u64) -> Vec<Storm> {
        (0..seeds).map(|seed| Storm::seeded(seed, &Storm::world(seed)).unwrap()).collect()
    }

    #[test]
    fn the_same_seed_makes_the_same_storm() {
        let [first, again, other] = [3, 3, 4].map(|seed| Storm::seeded(seed, &Storm::world(1)).unwrap());
        assert_eq!((&first.faults, &first.targets), (&again.faults, &again.targets));
        assert_ne!(first.faults, other.faults);
    }

    #[test]
    fn every_storm_can_be_made_and_has_a_target_for_each_account_and_region() {
        for storm in storms(200) {
            assert!(storm.simulator().build().is_ok());
            assert_eq!(storm.targets.len(), 60);
            let skipped = storm.targets.iter().filter(|target| target.expected == Expected::Skipped);
            assert_eq!(skipped.count(), 3);
        }
    }

    #[test]
    fn most_targets_must_complete_and_few_are_left_to_chance() {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for storm in storms(200) {
            for target in &storm.targets {
                let kind = match target.expected {
                    Expected::Rows(_) => "rows",
                    Expected::Denied => "denied",
                    Expected::Failed => "failed",
                    Expected::Stuck => "stuck",
                    Expected::Skipped => "skipped",
                    Expected::Open(_) => "open",
                };
                *counts.entry(kind).or_default() += 1;
            }
        }
        // Of 12,000.
        assert!((7_800..10_200).contains(&counts["rows"]), "{counts:?}");
        assert!(counts["open"] < 600, "{counts:?}");
        assert!(["denied", "failed", "stuck"].iter().all(|kind| counts[kind] > 100), "{counts:?}");
    }

    #[test]
    fn without_a_second_try_more_must_fail() {
        let once = Assumptions { attempts: 1, requeues: 0, renewals: 0, ..Assumptions::default() };
        let rows = |assumptions: &Assumptions| {
            let storms =
                (0..50).map(|seed| Storm::with_assumptions(seed, &Storm::world(seed), assumptions).unwrap());
            let targets = storms.flat_map(|storm| storm.targets);
            targets.filter(|target| matches!(target.expected, Expected::Rows(_))).count()
        };
        assert!(rows(&once) + 300 < rows(&Assumptions::default()));
    }
}
