//! EC2 instances.

use crate::account::{Account, EPOCH, SPAN};
use crate::seed::{Seed, pick, word};
use crate::spec::WorldSpec;

const HEX: &[u8] = b"0123456789abcdef";
const TYPES: [&str; 6] = ["t3.micro", "t3.large", "m7i.large", "m7i.2xlarge", "c7g.xlarge", "r7g.large"];
const PROJECTS: [&str; 7] = ["Zürich", "東京", "Ελλάδα", "naïve café", "Ørsted", "São Paulo", "plain"];
const OWNERS: [&str; 5] = ["Łukasz", "Søren", "José", "Nguyễn", "ops@example.com"];

/// An instance of one account in one region.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) reservation: String,
    pub(crate) image: String,
    pub(crate) kind: &'static str,
    pub(crate) state: State,
    /// Seconds since 1970.
    pub(crate) launched: i64,
    pub(crate) zone: String,
    /// Where it is attached; a terminated instance is nowhere.
    pub(crate) network: Option<Network>,
    pub(crate) profile: Option<&'static str>,
    pub(crate) tags: Vec<(&'static str, String)>,
    pub(crate) volume: String,
}

/// Where an instance is attached.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    pub(crate) vpc: String,
    pub(crate) subnet: String,
    pub(crate) group: String,
    pub(crate) private: String,
    /// Present on some instances that run.
    pub(crate) public: Option<String>,
}

/// What an instance is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Running,
    Stopped,
    Terminated,
}

impl State {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Terminated => "terminated",
        }
    }

    /// The number EC2 gives beside the name.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Running => "16",
            Self::Stopped => "80",
            Self::Terminated => "48",
        }
    }
}

/// All instances of one account in one region: as numbers, so that a page costs what the page holds.
#[derive(Debug, Clone)]
pub(crate) struct Instances {
    path: Seed,
    region: String,
    count: usize,
}

impl Instances {
    /// The instances of an account in a region: none where the region is not part of the world.
    pub(crate) fn of(spec: &WorldSpec, account: &Account, region: &str) -> Self {
        let path = Seed::new(spec.seed).text("instance").number(account.index as u64).text(region);
        let mut rng = path.rng();
        let lived_in = spec.instances > 0 && rng.u8(..8) != 0 && spec.regions.iter().any(|r| r == region);
        let count = match spec.instances {
            1.. if spec.crowds(account.index, region) => rng.usize(101..=150),
            mean if lived_in => rng.usize(1..2 * mean),
            _ => 0,
        };
        Self { path, region: region.to_owned(), count }
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The ids alone, sorted.
    pub(crate) fn ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = (0..self.count).map(|number| self.id(number)).collect();
        ids.sort();
        ids
    }

    /// The id of instance `number` in the order of the answer.
    pub(crate) fn id(&self, number: usize) -> String {
        format!("i-0{:016x}", self.path.text("id").number(number as u64).value())
    }

    /// Instance `number` in the order of the answer.
    pub(crate) fn get(&self, number: usize) -> Instance {
        let reservation = reservation_of(number);
        let mut shared = self.path.text("reservation").number(reservation as u64).rng();
        let mut rng = self.path.text("body").number(number as u64).rng();
        let state = match rng.u8(..16) {
            0 => State::Terminated,
            1..4 => State::Stopped,
            _ => State::Running,
        };
        Instance {
            id: self.id(number),
            reservation: format!("r-0{}", word(&mut shared, HEX, 16)),
            image: format!("ami-0{}", word(&mut shared, HEX, 16)),
            kind: pick(&mut shared, &TYPES),
            launched: EPOCH + shared.i64(0..SPAN),
            state,
            zone: format!("{}{}", self.region, char::from(b"abc"[rng.usize(..3)])),
            network: (state != State::Terminated).then(|| self.network(number, state, &mut rng)),
            profile: (rng.u8(..3) == 0).then(|| pick(&mut rng, &["app", "web", "worker"])),
            tags: tags(number, &mut rng),
            volume: format!("vol-0{}", word(&mut rng, HEX, 16)),
        }
    }

    fn network(&self, number: usize, state: State, rng: &mut fastrand::Rng) -> Network {
        let mut place = self.path.text("network").rng();
        let [high, low] = [number / 250 % 250, number % 250 + 4];
        let public = state == State::Running && rng.u8(..4) == 0;
        Network {
            vpc: format!("vpc-0{}", word(&mut place, HEX, 16)),
            subnet: format!("subnet-0{}", word(&mut place, HEX, 16)),
            group: format!("sg-0{}", word(&mut place, HEX, 16)),
            private: format!("10.{}.{high}.{low}", place.u8(..)),
            // 203.0.113.0/24 is set apart for documentation: no address of anybody's.
            public: public.then(|| format!("203.0.113.{}", rng.u8(1..255))),
        }
    }
}

/// Reservations hold 1, 3 and 2 instances in turn.
fn reservation_of(number: usize) -> usize {
    number / 6 * 3 + [0, 1, 1, 1, 2, 2][number % 6]
}

fn tags(number: usize, rng: &mut fastrand::Rng) -> Vec<(&'static str, String)> {
    // Some have none at all, which is not the same as tags that were not read.
    if rng.u8(..6) == 0 {
        return Vec::new();
    }
    let project = pick(rng, &PROJECTS);
    let mut tags = vec![("Name", format!("{project} {number}")), ("project", project.to_owned())];
    if rng.bool() {
        tags.push(("owner", pick(rng, &OWNERS).to_owned()));
    }
    if rng.u8(..8) == 0 {
        tags.push(("note", String::new()));
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::account;

    fn spec() -> WorldSpec {
        WorldSpec { accounts: 400, instances: 5, ..WorldSpec::default() }
    }

    #[test]
    fn about_one_cell_in_eight_is_empty_and_the_others_hold_five_on_average() {
        let spec = spec();
        let counts: Vec<usize> = (0..400)
            .flat_map(|index| spec.regions.iter().map(move |region| (index, region)))
            .map(|(index, region)| Instances::of(&spec, &account(&spec, index), region).len())
            .collect();
        let empty = counts.iter().filter(|count| **count == 0).count();
        assert!((200..300).contains(&empty), "{empty} of 2000 cells are empty");
        let mean = counts.iter().sum::<usize>() as f64 / (counts.len() - empty) as f64;
        assert!((4.8..5.2).contains(&mean), "mean {mean}");
        assert_eq!(counts.iter().max(), Some(&9));
    }

    #[test]
    fn instances_do_not_depend_on_the_rest_of_the_world() {
        let large = spec();
        let small = WorldSpec { accounts: 3, regions: vec!["us-west-2".into()], ..spec() };
        let in_large = Instances::of(&large, &account(&large, 2), "us-west-2");
        let in_small = Instances::of(&small, &account(&small, 2), "us-west-2");
        assert_eq!(in_large.ids(), in_small.ids());
    }

    #[test]
    fn reservations_hold_one_three_and_two() {
        let groups: Vec<usize> = (0..12).map(reservation_of).collect();
        assert_eq!(groups, [0, 1, 1, 1, 2, 2, 3, 4, 4, 4, 5, 5]);
    }

    #[test]
    fn a_terminated_instance_is_attached_nowhere() {
        let spec = WorldSpec { instances: 400, ..spec() };
        let all = Instances::of(&spec, &account(&spec, 1), "eu-west-1");
        let states: Vec<_> = (0..all.len()).map(|n| all.get(n)).collect();
        assert!(states.iter().any(|i| i.state == State::Terminated));
        assert!(states.iter().all(|i| i.network.is_none() == (i.state == State::Terminated)));
        assert!(states.iter().any(|i| i.tags.is_empty()));
    }
}
