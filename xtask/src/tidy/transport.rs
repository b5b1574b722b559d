//! One HTTP stack and one TLS stack in all that is built.

use std::collections::BTreeSet;

use anyhow::Result;

use super::Subject;
use crate::cargo::FEATURES;
use crate::tree::Tree;

/// Packages that bring another TLS stack, or come with the old one.
const BANNED: &[&str] = &["native-tls", "openssl", "openssl-sys", "ring", "tokio-native-tls"];

/// Packages of which one version may be built, and how its number must begin.
const ONE_VERSION: &[(&str, &str)] = &[
    ("hyper", "1."),
    ("http", "1."),
    ("h2", "0.4."),
    ("rustls", "0.23."),
    ("hyper-rustls", ""),
    ("tokio-rustls", ""),
];

pub(super) fn check(_: &Subject) -> Result<Vec<String>> {
    // Every platform, not only this one.
    Ok(problems(&Tree::load(&[&["--workspace", "--target", "all"], &FEATURES[..]].concat())?))
}

fn problems(tree: &Tree) -> Vec<String> {
    // One version stands several times in a tree when it is built with several feature sets.
    let built: BTreeSet<(&str, &str)> = tree.nodes().map(|n| (n.name.as_str(), n.version.as_str())).collect();
    let mut problems = Vec::new();
    for name in BANNED {
        for (_, version) in built.iter().filter(|(built, _)| built == name) {
            problems.push(format!(
                "{name} {version} is built; `cargo tree --workspace -i {name}` shows what for"
            ));
        }
    }
    for (name, prefix) in ONE_VERSION {
        let versions: Vec<&str> = built.iter().filter(|(built, _)| built == name).map(|(_, v)| *v).collect();
        if versions.len() > 1 {
            problems.push(format!("{name} is built {} times: {}", versions.len(), versions.join(", ")));
        }
        for version in versions.iter().filter(|version| !version.starts_with(prefix)) {
            problems.push(format!("{name} {version} is built; only {prefix}* may be"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(packages: &[&str]) -> Vec<String> {
        let lines: String = packages.iter().map(|package| format!("1|{package}|\n")).collect();
        problems(&Tree::parse(&format!("0|app v0.1.0|\n{lines}")).unwrap())
    }

    #[test]
    fn todays_stack_passes() {
        assert_eq!(check(&["hyper v1.12.0", "rustls v0.23.46", "aws-lc-rs v1.19.0"]), [""; 0]);
    }

    #[test]
    fn the_old_stack_is_named() {
        let found = check(&["hyper v0.14.32", "rustls v0.21.12", "ring v0.17.14"]);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].contains("-i ring"), "{found:?}");
    }

    #[test]
    fn a_second_version_is_named_even_when_both_are_new() {
        let found = check(&["rustls v0.23.46", "rustls v0.23.47"]);
        assert_eq!(found, ["rustls is built 2 times: 0.23.46, 0.23.47"]);
    }

    #[test]
    fn one_version_with_two_feature_sets_is_one_version() {
        let tree = Tree::parse("0|app v0.1.0|\n1|http v1.5.0|std\n1|http v1.5.0|").unwrap();
        assert_eq!(problems(&tree), [""; 0]);
    }
}
