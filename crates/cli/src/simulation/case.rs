use std::collections::BTreeMap;
use std::time::Duration;

use orgwide_simulator::{
    Answer, Expected, Fault, Simulator, SimulatorBuilder, Storm, StormTarget, WorldSpec,
};

use crate::exit::Exit;

/// A target as the run knows it: the account, and the region unless the account as a whole is left out.
pub(super) type Place = (String, Option<String>);

/// What is played for a seed.
pub(super) struct Case {
    pub(super) seed: u64,
    storm: Storm,
    /// Whether the storm is left out.
    calm: bool,
    pub(super) window: usize,
    /// Whether the ledger is a file.
    pub(super) on_disk: bool,
    /// What stops each sitting but the last.
    pub(super) troubles: Vec<Trouble>,
    /// What must come of every target, and why.
    pub(super) expected: BTreeMap<Place, (Expected, String)>,
}

/// What happens to a sitting, besides the storm.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Trouble {
    None,
    /// The list of accounts breaks off after so many pages.
    Listing(usize, Answer),
    /// The caller's own credentials end at this time.
    Credentials(Duration),
    Deadline(Duration),
    /// So many targets may fail.
    Failures(u64),
    /// Signals come: the first at this time, the next so much later.
    Signals(Exit, Duration, Duration),
    /// The process ends where it stands, after so many events.
    Killed(u64),
}

impl Case {
    pub(super) fn of_seed(seed: u64) -> Self {
        let storm = Storm::seeded(seed, &Storm::world(seed)).unwrap();
        let mut rng = fastrand::Rng::with_seed(seed ^ 0x51_4d);
        let calm = rng.u8(..6) == 0;
        let on_disk = seed % 10 == 9;
        let mut troubles: Vec<_> = (0..rng.usize(..3)).map(|_| Trouble::draw(&mut rng)).collect();
        if on_disk {
            troubles.insert(0, Trouble::Killed(rng.u64(1..=200)));
            troubles.truncate(2);
        }
        let window = [1, 3, 8, 20, 64, 512][rng.usize(..6)];
        let expected = expected(&storm, calm);
        Self { seed, storm, calm, window, on_disk, troubles, expected }
    }

    /// What happens to the sitting of this number.
    pub(super) fn trouble(&self, sitting: usize) -> &Trouble {
        self.troubles.get(sitting).unwrap_or(&Trouble::None)
    }

    /// The organization as that sitting finds it.
    pub(super) fn simulator(&self, sitting: usize) -> Simulator {
        let builder = match self.calm {
            true => calm(&self.storm),
            false => self.storm.simulator(),
        };
        builder.faults(self.trouble(sitting).faults(self.hub())).build().unwrap()
    }

    /// The caller's own account.
    fn hub(&self) -> &str {
        let is_hub = |target: &&StormTarget| target.index == self.storm.spec().hub;
        &self.storm.targets().iter().find(is_hub).unwrap().account
    }

    pub(super) fn regions(&self) -> &[String] {
        &self.storm.spec().regions
    }
}

fn calm(storm: &Storm) -> SimulatorBuilder {
    let spec = WorldSpec { denials: Vec::new(), ..storm.spec().clone() };
    Simulator::builder(spec).latency(Duration::from_millis(20))
}

fn expected(storm: &Storm, is_calm: bool) -> BTreeMap<Place, (Expected, String)> {
    let truth = calm(storm).build().unwrap().truth().clone();
    let targets = storm.targets().iter().map(|target| {
        let account = &truth.accounts[target.index];
        let left_out = account.status != "ACTIVE";
        assert_eq!(left_out, target.expected == Expected::Skipped, "{target:?}");
        let expected = match is_calm && !left_out {
            true => Expected::Rows(account.instances[&target.region].clone()),
            false => target.expected.clone(),
        };
        // An account that is left out is one target.
        let region = (!left_out).then(|| target.region.clone());
        ((target.account.clone(), region), (expected, target.fate.clone()))
    });
    targets.collect()
}

impl Trouble {
    fn draw(rng: &mut fastrand::Rng) -> Self {
        match rng.u8(..6) {
            0 => {
                let lasting = [Answer::Internal, Answer::Throttling, Answer::Reset, Answer::AccessDenied];
                Self::Listing(rng.usize(1..10), lasting[rng.usize(..4)].clone())
            }
            1 => Self::Credentials(moment(rng, 2.5)),
            2 => Self::Deadline(moment(rng, 4.0)),
            3 => Self::Failures(rng.u64(..8)),
            4 => {
                let exit = if rng.bool() { Exit::Interrupted } else { Exit::Terminated };
                Self::Signals(exit, moment(rng, 4.0), moment(rng, 3.0))
            }
            _ => Self::Killed(rng.u64(1..=200)),
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::None => "nothing",
            Self::Listing(..) => "listing",
            Self::Credentials(_) => "credentials",
            Self::Deadline(_) => "deadline",
            Self::Failures(_) => "failures",
            Self::Signals(..) => "signals",
            Self::Killed(_) => "killed",
        }
    }

    fn faults(&self, hub: &str) -> Vec<Fault> {
        match self {
            Self::Listing(pages, answer) => {
                let right = std::iter::repeat_n(Answer::Ok, *pages);
                let listing = Fault::on("organizations", "ListAccounts");
                vec![listing.answers(right.chain([answer.clone()])).repeat()]
            }
            Self::Credentials(end) => {
                let ended = |fault: Fault| fault.since(*end).answers([Answer::Expired]).repeat();
                vec![ended(Fault::on("*", "*").account(hub)), ended(Fault::on("sts", "AssumeRole"))]
            }
            _ => Vec::new(),
        }
    }
}

/// Between 50 ms and that times ten to the power of `magnitudes`: as often among the first tenths of a second as in
/// minutes.
fn moment(rng: &mut fastrand::Rng, magnitudes: f64) -> Duration {
    Duration::from_millis(50).mul_f64(10_f64.powf(rng.f64() * magnitudes))
}
