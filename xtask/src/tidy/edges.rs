//! Which of our crates may use which, and which may use the AWS SDK.

use anyhow::Result;

use super::Subject;
use crate::workspace::Workspace;

/// What one of our packages may depend on.
struct Rule {
    package: &'static str,
    /// Ours, by their folder below `crates/`.
    may_use: &'static [&'static str],
    /// Crates of the AWS SDK, by how their names begin.
    aws: &'static [&'static str],
}

/// The arrows of ARCHITECTURE.md. A package that is not here may use nothing of ours.
const RULES: &[Rule] = &[
    Rule { package: "orgwide-names", may_use: &[], aws: &[] },
    Rule { package: "orgwide-models", may_use: &[], aws: &[] },
    Rule { package: "orgwide-limit", may_use: &["names"], aws: &[] },
    Rule { package: "orgwide-config", may_use: &["names", "limit"], aws: &[] },
    Rule { package: "orgwide-fanout", may_use: &["names"], aws: &[] },
    Rule { package: "orgwide-ledger", may_use: &["names"], aws: &[] },
    // Shares no code with what it judges, only AWS's own descriptions of its services; the SDK's connector trait makes
    // it usable in process.
    Rule { package: "orgwide-simulator", may_use: &["models"], aws: &["aws-smithy-"] },
    Rule {
        package: "orgwide-session",
        may_use: &["names", "limit"],
        aws: &[
            "aws-config",
            "aws-credential-types",
            "aws-runtime",
            "aws-types",
            "aws-smithy-",
            "aws-sdk-sts",
        ],
    },
    // Speaks to any service, so no service's own crate is for it, not even for its tests.
    Rule {
        package: "orgwide-call",
        may_use: &["names", "models", "limit", "session"],
        aws: &["aws-smithy-", "aws-types"],
    },
    Rule {
        package: "orgwide-account",
        may_use: &["names", "session"],
        aws: &["aws-sdk-organizations", "aws-smithy-", "aws-types"],
    },
    Rule {
        package: "orgwide-regional",
        may_use: &["names", "limit", "session", "account"],
        aws: &["aws-sdk-account", "aws-smithy-", "aws-types"],
    },
    Rule {
        package: "orgwide-inventory",
        may_use: &["names", "models", "session", "account", "regional", "call"],
        aws: &[],
    },
    Rule {
        package: "orgwide",
        may_use: &[
            "names",
            "limit",
            "session",
            "account",
            "regional",
            "fanout",
            "ledger",
            "models",
            "call",
            "config",
            "inventory",
            "simulator",
        ],
        // Rows as objects.
        aws: &["aws-sdk-s3", "aws-smithy-runtime-api"],
    },
];

/// Packages that sit beside the layers: they may use all, and nothing may use them.
const BESIDE: &[&str] = &["orgwide-examples", "orgwide-tests", "xtask"];

/// For their tests, these may use the simulator and any SDK crate they could not ship.
const TESTED_WITH_SIMULATOR: &[&str] =
    &["orgwide-session", "orgwide-account", "orgwide-regional", "orgwide-inventory", "orgwide"];

pub(super) fn check(subject: &Subject) -> Result<Vec<String>> {
    Ok(problems(&subject.workspace))
}

fn problems(workspace: &Workspace) -> Vec<String> {
    let ours = workspace.names();
    let mut problems = Vec::new();
    for package in &workspace.packages {
        let user = package.name.as_str();
        if BESIDE.contains(&user) {
            continue;
        }
        let rule = RULES.iter().find(|rule| rule.package == user);
        if rule.is_none() {
            problems.push(format!("{user} has no rule; add one to xtask/src/tidy/edges.rs"));
            continue;
        }
        for (used, for_tests) in package.uses() {
            let tested = for_tests && TESTED_WITH_SIMULATOR.contains(&user);
            let allowed = if ours.contains(used) {
                rule.is_some_and(|rule| rule.may_use(used)) || tested && used == "orgwide-simulator"
            } else if used.starts_with("aws-") {
                rule.is_some_and(|rule| rule.may_use_aws(used)) || tested
            } else {
                true
            };
            if !allowed {
                problems.push(format!(
                    "{user} uses {used}, which its rule in xtask/src/tidy/edges.rs does not allow"
                ));
            }
        }
    }
    problems
}

impl Rule {
    fn may_use(&self, package: &str) -> bool {
        self.may_use.iter().any(|layer| package.strip_prefix("orgwide-") == Some(layer))
    }

    fn may_use_aws(&self, package: &str) -> bool {
        self.aws.iter().any(|allowed| {
            if allowed.ends_with('-') { package.starts_with(allowed) } else { package == *allowed }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two members, of which `user` has this dependency.
    fn check(user: &str, used: &str, kind: &str) -> Vec<String> {
        let kind = if kind.is_empty() { "null".to_owned() } else { format!("{kind:?}") };
        let metadata = format!(
            r#"{{"target_directory":"t","packages":[
              {{"name":"{user}","manifest_path":"/w/user/Cargo.toml","dependencies":
                [{{"name":"{used}","kind":{kind},"uses_default_features":true}}]}},
              {{"name":"orgwide-tests","manifest_path":"/w/tests/Cargo.toml"}},
              {{"name":"orgwide-simulator","manifest_path":"/w/simulator/Cargo.toml"}},
              {{"name":"orgwide-session","manifest_path":"/w/session/Cargo.toml"}},
              {{"name":"orgwide-names","manifest_path":"/w/names/Cargo.toml"}}]}}"#
        );
        problems(&Workspace::parse(&metadata).unwrap())
    }

    #[test]
    fn an_arrow_down_passes() {
        assert_eq!(check("orgwide-account", "orgwide-session", ""), [""; 0]);
        assert_eq!(check("orgwide-session", "aws-smithy-types", ""), [""; 0]);
        assert_eq!(check("orgwide-limit", "tokio", ""), [""; 0]);
    }

    #[test]
    fn an_arrow_up_or_aside_is_named() {
        for (user, used) in [
            ("orgwide-limit", "orgwide-session"),
            ("orgwide-fanout", "orgwide-session"),
            ("orgwide-regional", "orgwide-simulator"),
            ("orgwide-inventory", "orgwide-tests"),
        ] {
            let found = check(user, used, "");
            assert!(found.len() == 1 && found[0].contains(used) && found[0].starts_with(user), "{found:?}");
        }
    }

    #[test]
    fn what_judges_uses_nothing_of_what_it_judges() {
        assert_eq!(check("orgwide-simulator", "orgwide-names", "dev").len(), 1);
        assert_eq!(check("orgwide-simulator", "orgwide-session", "").len(), 1);
    }

    #[test]
    fn layers_that_know_no_aws_stay_so_even_in_tests() {
        for kind in ["", "dev", "build"] {
            assert_eq!(check("orgwide-fanout", "aws-types", kind).len(), 1, "{kind}");
        }
    }

    #[test]
    fn the_big_service_crates_are_for_few() {
        assert_eq!(check("orgwide-regional", "aws-sdk-ec2", "").len(), 1);
        assert_eq!(check("orgwide-call", "aws-sdk-ec2", "dev").len(), 1);
        assert_eq!(check("orgwide", "aws-sdk-ec2", "").len(), 1);
        assert_eq!(check("orgwide-inventory", "aws-sdk-ec2", "").len(), 1);
        assert_eq!(check("orgwide-examples", "aws-sdk-ec2", ""), [""; 0]);
    }

    #[test]
    fn tests_of_a_layer_may_use_the_simulator() {
        assert_eq!(check("orgwide-account", "orgwide-simulator", "dev"), [""; 0]);
        assert_eq!(check("orgwide-account", "orgwide-simulator", "").len(), 1);
        assert_eq!(check("orgwide-limit", "orgwide-simulator", "dev").len(), 1);
    }

    #[test]
    fn a_new_crate_needs_a_rule() {
        let found = check("orgwide-new", "serde", "");
        assert!(found[0].contains("orgwide-new has no rule"), "{found:?}");
    }
}
