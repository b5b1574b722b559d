//! Which regions exist, and whether they can be used.

use crate::spec::WorldSpec;

/// The regions that AWS enables in every account and that nobody can switch off.
const ALWAYS_ON: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Regions that exist in every world without being enabled, unless the specification names them.
const NOT_OPTED_IN: [&str; 3] = ["af-south-1", "ap-east-1", "me-south-1"];

/// The region that answers in every world, named or not: in AWS it cannot be switched off, and programs
/// send their first calls there.
const ALWAYS_ANSWERS: &str = "us-east-1";

/// How an account stands to a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OptIn {
    NotRequired,
    OptedIn,
    NotOptedIn,
}

impl OptIn {
    /// The status as EC2 spells it.
    pub(crate) fn ec2(self) -> &'static str {
        match self {
            Self::NotRequired => "opt-in-not-required",
            Self::OptedIn => "opted-in",
            Self::NotOptedIn => "not-opted-in",
        }
    }

    /// The status as Account Management spells it.
    pub(crate) fn account(self) -> &'static str {
        match self {
            Self::NotRequired => "ENABLED_BY_DEFAULT",
            Self::OptedIn => "ENABLED",
            Self::NotOptedIn => "DISABLED",
        }
    }
}

/// A region of the simulated world.
#[derive(Debug, Clone)]
pub(crate) struct Region {
    pub(crate) name: String,
    pub(crate) opt_in: OptIn,
}

/// All regions of a world by name, the disabled ones too.
pub(crate) fn regions_of(spec: &WorldSpec) -> Vec<Region> {
    let enabled = spec.regions.iter().map(|name| Region {
        name: name.clone(),
        opt_in: if ALWAYS_ON.contains(&name.as_str()) { OptIn::NotRequired } else { OptIn::OptedIn },
    });
    let named = |name: &str| spec.regions.iter().any(|region| region == name);
    let disabled = NOT_OPTED_IN
        .into_iter()
        .filter(|name| !named(name))
        .map(|name| Region { name: name.to_owned(), opt_in: OptIn::NotOptedIn });
    let mut all: Vec<Region> = enabled.chain(disabled).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// Whether a regional service answers calls signed for the region at all.
pub(crate) fn answers(spec: &WorldSpec, service: &str, region: &str) -> bool {
    // Wherever a caller is at home, it can get credentials there, as in AWS.
    let at_home = service == "sts" && ALWAYS_ON.contains(&region);
    region == ALWAYS_ANSWERS || at_home || spec.regions.iter().any(|enabled| enabled == region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_opt_in_region_is_opted_in_and_the_others_are_not() {
        let spec =
            WorldSpec { regions: vec!["me-south-1".into(), "eu-west-1".into()], ..WorldSpec::default() };
        let found: Vec<_> = regions_of(&spec).into_iter().map(|r| (r.name, r.opt_in.ec2())).collect();
        let expected = [
            ("af-south-1", "not-opted-in"),
            ("ap-east-1", "not-opted-in"),
            ("eu-west-1", "opt-in-not-required"),
            ("me-south-1", "opted-in"),
        ];
        assert_eq!(found, expected.map(|(name, status)| (name.to_owned(), status)));
        for (service, region, expected) in [
            ("ec2", "me-south-1", true),
            ("ec2", "us-east-1", true),
            ("ec2", "us-west-2", false),
            ("sts", "us-west-2", true),
            ("sts", "af-south-1", false),
        ] {
            assert_eq!(answers(&spec, service, region), expected, "{service} {region}");
        }
    }
}
