//! The accounts of the organization.

use std::collections::BTreeMap;

use crate::seed::{Seed, pick};
use crate::spec::WorldSpec;
use crate::unit::home_of;

/// An account as the organization knows it.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) index: usize,
    /// Twelve digits; some begin with 0, so an id is never a number.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) tags: BTreeMap<String, String>,
    /// What the account may be called in place of its id; unique in all of AWS.
    pub(crate) alias: Option<String>,
    /// The number of its unit; none in the root.
    pub(crate) unit: Option<usize>,
    pub(crate) active: bool,
    pub(crate) invited: bool,
    /// Seconds since 1970.
    pub(crate) joined: i64,
}

impl Account {
    pub(crate) fn status(&self) -> &'static str {
        if self.active { "ACTIVE" } else { "SUSPENDED" }
    }

    pub(crate) fn is_management(&self) -> bool {
        self.index == 0
    }
}

/// Names that are legal in AWS (printable ASCII, 1 to 50 characters) and that careless programs break on.
const AWKWARD: [&str; 16] = [
    "=1+1",
    "<b>bold</b>",
    "a&b;c",
    "\"quoted\"",
    "trailing space ",
    "twin",
    "twin",
    "comma, inc",
    "it's",
    "$(id)",
    "../up",
    "-2+3",
    "00123",
    "null",
    "C:\\win\\name",
    "a name of exactly fifty characters, not one more..",
];

const TEAMS: [&str; 12] = [
    "billing",
    "checkout",
    "data-lake",
    "identity",
    "ingest",
    "network",
    "observability",
    "payments",
    "research",
    "search",
    "security",
    "web",
];

const STAGES: [&str; 4] = ["dev", "test", "staging", "prod"];

/// 1 January 2020: all that is simulated was made after it.
pub(crate) const EPOCH: i64 = 1_577_836_800;
/// Four years, in seconds.
pub(crate) const SPAN: i64 = 4 * 365 * 86_400;

/// Account number `index` of the world.
pub(crate) fn account(spec: &WorldSpec, index: usize) -> Account {
    let mut rng = Seed::new(spec.seed).text("account").number(index as u64).rng();
    let team = pick(&mut rng, &TEAMS);
    let stage = pick(&mut rng, &STAGES);
    let name = match index {
        0 => "Management".to_owned(),
        n if n % 3 == 2 => AWKWARD[n / 3 % AWKWARD.len()].to_owned(),
        n => format!("{team}-{stage}-{n}"),
    };
    Account {
        index,
        id: account_id(spec.seed, index),
        name,
        email: format!("aws+{index:05}@example.com"),
        tags: tags(spec.seed, index, team, stage),
        alias: alias(spec.seed, index, team, stage),
        unit: home_of(spec, index),
        active: index < spec.accounts - spec.suspended,
        invited: rng.u8(..8) == 0,
        joined: EPOCH + rng.i64(0..SPAN),
    }
}

/// The account's tags: about one in six has none, and where there is a cost center it may be an empty one.
fn tags(seed: u64, index: usize, team: &str, stage: &str) -> BTreeMap<String, String> {
    let mut rng = Seed::new(seed).text("account-tags").number(index as u64).rng();
    if rng.u8(..6) == 0 {
        return BTreeMap::new();
    }
    let mut tags =
        BTreeMap::from([("team".to_owned(), team.to_owned()), ("env".to_owned(), stage.to_owned())]);
    match rng.u8(..8) {
        0..4 => drop(tags.insert("cost-center".to_owned(), format!("CC {:04}", rng.u16(..10_000)))),
        4 => drop(tags.insert("cost-center".to_owned(), String::new())),
        _ => {}
    }
    tags
}

/// The account's alias; about one in five has none.
fn alias(seed: u64, index: usize, team: &str, stage: &str) -> Option<String> {
    let mut rng = Seed::new(seed).text("alias").number(index as u64).rng();
    (rng.u8(..5) > 0).then(|| format!("{team}-{stage}-{index}"))
}

/// The id of account number `index`, unique without knowing the others.
pub(crate) fn account_id(seed: u64, index: usize) -> String {
    // `index * STEP + start` visits every number below the modulus once, as the two have no common factor.
    const MODULUS: u64 = 100_000_000_000;
    const STEP: u64 = 61_803_398_877;
    let path = Seed::new(seed).text("account-id");
    let start = path.value() % MODULUS;
    let tail = (u128::from(STEP) * index as u128 + u128::from(start)) % u128::from(MODULUS);
    // Every eighth id begins with 0, already in the smallest worlds.
    let head = if index % 8 == 3 { 0 } else { 1 + path.number(index as u64).value() % 9 };
    format!("{head}{tail:011}")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_twelve_digits_unique_and_some_begin_with_zero() {
        let ids: Vec<String> = (0..20_000).map(|index| account_id(1, index)).collect();
        assert!(ids.iter().all(|id| id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit())));
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
        assert_eq!(ids.iter().filter(|id| id.starts_with('0')).count(), 2_500);
        assert!(ids[3].starts_with('0'));
    }

    #[test]
    fn names_are_what_aws_would_accept() {
        let spec = WorldSpec { accounts: 60, ..WorldSpec::default() };
        let names: Vec<String> = (0..60).map(|index| account(&spec, index).name).collect();
        for name in &names {
            assert!(
                (1..=50).contains(&name.len()) && name.bytes().all(|b| (b' '..=b'~').contains(&b)),
                "{name:?}"
            );
        }
        assert_eq!(names.iter().filter(|name| *name == "twin").count(), 2);
        assert_eq!(names.iter().map(String::len).max(), Some(50));
    }

    #[test]
    fn a_larger_world_contains_the_smaller_one() {
        let small = WorldSpec::default();
        let large = WorldSpec { accounts: 1_000, regions: vec!["eu-north-1".into()], ..WorldSpec::default() };
        for index in 0..25 {
            let (a, b) = (account(&small, index), account(&large, index));
            assert_eq!((a.id, a.name, a.tags, a.joined), (b.id, b.name, b.tags, b.joined));
            assert_eq!((a.alias, a.unit), (b.alias, b.unit));
        }
    }

    #[test]
    fn some_accounts_have_no_tags_and_some_no_alias() {
        let spec = WorldSpec::default();
        let all: Vec<Account> = (0..600).map(|index| account(&spec, index)).collect();
        let count = |which: fn(&Account) -> bool| all.iter().filter(|account| which(account)).count();
        assert!((60..140).contains(&count(|a| a.tags.is_empty())));
        assert!((80..160).contains(&count(|a| a.alias.is_none())));
        assert!(count(|a| a.tags.get("cost-center").is_some_and(String::is_empty)) > 0);
        assert_eq!(
            all.iter().filter_map(|a| a.alias.as_ref()).collect::<HashSet<_>>().len(),
            count(|a| a.alias.is_some())
        );
    }

    #[test]
    fn the_last_accounts_are_the_suspended_ones() {
        let spec = WorldSpec { accounts: 5, suspended: 2, ..WorldSpec::default() };
        let active: Vec<bool> = (0..5).map(|index| account(&spec, index).active).collect();
        assert_eq!(active, [true, true, true, false, false]);
    }
}
