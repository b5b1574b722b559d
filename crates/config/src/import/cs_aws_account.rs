//! The YAML of cs.aws_account: containers of regional accounts, each an account, a filter and a rate limit.

mod filter;
mod rate;
mod session;

use std::collections::{HashMap, HashSet};

use super::foreign::{Entries, Foreign, add};
use crate::node::{Node, Value};
use crate::yaml::Yaml;

/// None when nothing in it is of cs.aws_account.
pub(super) fn read(foreign: &mut Foreign, root: &Node) -> Option<Entries> {
    let mut found = Found::default();
    found.look(root, "");
    let sets = if found.sets.is_empty() { found.alone } else { found.sets };
    if sets.is_empty() {
        let holder = root.get("Account").or_else(|| root.get("Session"));
        let holder = holder.map_or(root, |holder| &**holder);
        let named = ["SessionParameters", "AssumeRole", "AssumeRoles"];
        return named.iter().any(|key| holder.get(key).is_some()).then(|| account(foreign, holder));
    }
    let mut written: Vec<(String, Yaml)> = Vec::new();
    let mut names: HashMap<String, usize> = HashMap::new();
    for (name, node) in sets {
        let times = names.entry(name.clone()).or_insert(0);
        *times += 1;
        let free = if *times == 1 { name } else { format!("{name}-{times}") };
        written.push((free, Yaml::Map(container(foreign, node))));
    }
    if written.len() > 1 {
        foreign.note(
            root.place,
            "each container is a set of its own: a run is about one, chosen with --set",
            None,
        );
    }
    Some(vec![("sets".to_owned(), Yaml::Map(written))])
}

/// The containers of a file, wherever they stand.
#[derive(Default)]
struct Found<'n> {
    /// Those of sets.
    sets: Vec<(String, &'n Node)>,
    /// Those in no set.
    alone: Vec<(String, &'n Node)>,
    seen: HashSet<*const Node>,
}

impl<'n> Found<'n> {
    fn look(&mut self, node: &'n Node, parent: &str) {
        // Aliases lead to the same node again and again.
        if !self.seen.insert(std::ptr::from_ref(node)) {
            return;
        }
        for entry in node.entries() {
            match &*entry.key {
                "RegionalAccountSet" => {
                    let items = entry.node.items().iter();
                    for container in items.filter_map(|item| item.get("RegionalAccounts")) {
                        let name = container.anchor.as_deref().unwrap_or(parent);
                        self.sets.push((named(name), container));
                    }
                }
                "RegionalAccounts" | "RegionalAccount" if matches!(entry.node.value, Value::Map(_)) => {
                    let name = entry.node.anchor.as_deref().unwrap_or(parent);
                    self.alone.push((named(name), &entry.node));
                }
                key => self.look(&entry.node, key),
            }
        }
        for item in node.items() {
            self.look(item, parent);
        }
    }
}

fn named(name: &str) -> String {
    if name.is_empty() { "accounts".to_owned() } else { name.to_owned() }
}

/// A `RegionalAccounts`, or a `RegionalAccount`, which has one region in place of a filter.
fn container(foreign: &mut Foreign, node: &Node) -> Entries {
    foreign.read_only(node, &["Account", "RateLimit", "Filter", "RateLimitRegionSpec", "region_name"]);
    let mut entries = match node.get("Account") {
        Some(node) => account(foreign, node),
        None => {
            foreign.note(node.place, "there is no `Account`: the caller's own is meant", None);
            Entries::new()
        }
    };
    let (include, exclude) = match foreign.text(node, "region_name") {
        Some(region) => (vec![region], Vec::new()),
        None => filter::read(foreign, node),
    };
    let limits = rate::read(foreign, node, &include);
    add(&mut entries, "region", super::foreign::texts(&include));
    add(&mut entries, "not_region", super::foreign::texts(&exclude));
    add(&mut entries, "limit", limits);
    entries
}

/// An `Account` or `Session`: the two take the same.
fn account(foreign: &mut Foreign, node: &Node) -> Entries {
    session::read(foreign, node)
}
