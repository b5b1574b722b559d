//! Which packages a build takes, and with which features: `cargo tree`, read.
//!
//! `Cargo.lock` does not tell: it also lists packages that no enabled feature brings in.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};

use crate::cargo::{cargo, output};

/// A package as one build takes it. The same version stands twice when two of its feature sets are built.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) features: String,
}

/// The packages of one build, each with those it needs directly.
#[derive(Debug, Default)]
pub(crate) struct Tree(BTreeMap<Node, BTreeSet<Node>>);

impl Tree {
    /// What `cargo tree` prints for these arguments.
    pub(crate) fn load(arguments: &[&str]) -> Result<Self> {
        let format = ["--prefix", "depth", "--format", "|{p}|{f}"];
        Self::parse(&output(cargo().args(["tree", "--locked"]).args(format).args(arguments))?)
    }

    /// Lines of the form `DEPTH|NAME vVERSION …|FEATURES`, with ` (*)` after a package shown before.
    pub(crate) fn parse(printed: &str) -> Result<Self> {
        let mut tree = Self::default();
        let mut above: Vec<Node> = Vec::new();
        for line in printed.lines().filter(|line| !line.trim().is_empty()) {
            let (depth, node) =
                parse_line(line).with_context(|| format!("cannot read {line:?} of cargo tree"))?;
            above.truncate(depth);
            if let Some(parent) = above.last() {
                tree.0.entry(parent.clone()).or_default().insert(node.clone());
            }
            tree.0.entry(node.clone()).or_default();
            above.push(node);
        }
        Ok(tree)
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.0.keys()
    }

    pub(crate) fn contains(&self, node: &Node) -> bool {
        self.0.contains_key(node)
    }

    /// The packages `from` picks, and all they need, directly or not.
    pub(crate) fn reach(&self, from: impl Fn(&Node) -> bool) -> BTreeSet<&Node> {
        let mut reached = BTreeSet::new();
        let mut next: Vec<&Node> = self.nodes().filter(|node| from(node)).collect();
        while let Some(node) = next.pop() {
            if reached.insert(node) {
                next.extend(&self.0[node]);
            }
        }
        reached
    }
}

fn parse_line(line: &str) -> Option<(usize, Node)> {
    let line = line.strip_suffix(" (*)").unwrap_or(line);
    let mut fields = line.split('|');
    let (depth, package, features) = (fields.next()?, fields.next()?, fields.next()?);
    let mut words = package.split(' ');
    let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
    let node = Node { name: name.to_owned(), version: version.to_owned(), features: features.to_owned() };
    Some((depth.parse().ok()?, node))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "\
0|app v0.1.0 (/somewhere/app)|
1|sdk v1.2.3|rt,tls
2|tokio v1.0.0|rt,time
3|libc v0.2.0|std
1|tokio v1.0.0|rt,time (*)
1|term v2.0.0|
";

    fn names<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> Vec<&'a str> {
        nodes.into_iter().map(|node| node.name.as_str()).collect()
    }

    #[test]
    fn each_package_stands_once_with_version_and_features() {
        let tree = Tree::parse(PRINTED).unwrap();
        assert_eq!(names(tree.nodes()), ["app", "libc", "sdk", "term", "tokio"]);
        let sdk = tree.nodes().find(|node| node.name == "sdk").unwrap();
        assert_eq!((sdk.version.as_str(), sdk.features.as_str()), ("1.2.3", "rt,tls"));
    }

    #[test]
    fn what_a_package_needs_is_followed_down() {
        let tree = Tree::parse(PRINTED).unwrap();
        assert_eq!(names(tree.reach(|node| node.name == "sdk")), ["libc", "sdk", "tokio"]);
    }

    #[test]
    fn a_line_of_another_form_is_an_error() {
        let error = Tree::parse("warning: something else").unwrap_err().to_string();
        assert!(error.contains("something else"), "{error}");
    }
}
