//! `cargo run`, `cargo doc` and the tests must agree on the features of all that the AWS SDK stands on.
//!
//! Where they differ, cargo compiles the SDK twice, which takes longer than all else together.

use anyhow::Result;

use super::Subject;
use crate::cargo::FEATURES;
use crate::tree::Tree;

pub(super) fn check(_: &Subject) -> Result<Vec<String>> {
    let testing = Tree::load(&[&["--workspace"], &FEATURES[..]].concat())?;
    let running = Tree::load(&["--edges", "no-dev"])?;
    let documenting = Tree::load(&[&["--workspace", "--edges", "no-dev"], &FEATURES[..]].concat())?;
    let mut problems = problems("cargo run", &running, &testing);
    problems.extend(self::problems("cargo doc --workspace", &documenting, &testing));
    Ok(problems)
}

/// What `command` builds for the SDK otherwise than the tests do.
fn problems(command: &str, tree: &Tree, testing: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    for node in tree.reach(|node| node.name.starts_with("aws-")) {
        if testing.contains(node) {
            continue;
        }
        let tested: Vec<&str> = testing
            .nodes()
            .filter(|n| (&n.name, &n.version) == (&node.name, &node.version))
            .map(|n| n.features.as_str())
            .collect();
        problems.push(format!(
            "`{command}` builds {} {} with [{}], the tests with [{}]; ask for the same in both",
            node.name,
            node.version,
            node.features,
            tested.join("] and [")
        ));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = "0|orgwide v0.1.0|\n1|aws-sdk-ec2 v1.0.0|rt\n2|tokio v1.0.0|rt\n1|term v1.0.0|\n";

    fn check(testing: &str) -> Vec<String> {
        problems("cargo run", &Tree::parse(RUN).unwrap(), &Tree::parse(testing).unwrap())
    }

    #[test]
    fn the_same_features_pass() {
        assert_eq!(check(RUN), [""; 0]);
    }

    #[test]
    fn a_feature_that_only_tests_ask_for_is_named() {
        let found = check(&RUN.replace("tokio v1.0.0|rt", "tokio v1.0.0|rt,test-util"));
        assert_eq!(
            found,
            [
                "`cargo run` builds tokio 1.0.0 with [rt], the tests with [rt,test-util]; ask for the same in both"
            ]
        );
    }

    #[test]
    fn what_the_sdk_does_not_stand_on_may_differ() {
        assert_eq!(check(&RUN.replace("term v1.0.0|", "term v1.0.0|colors")), [""; 0]);
    }
}
