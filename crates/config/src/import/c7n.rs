//! c7n-org's `accounts.yml`: a list of accounts, each with its role and regions.

use std::collections::{HashMap, HashSet};

use orgwide_names::{AccountId, RoleArn};

use super::foreign::{Entries, Foreign, add, texts};
use crate::node::Node;
use crate::yaml::Yaml;

/// Whether the file is one of c7n-org, of whatever cloud.
pub(super) fn is(root: &Node) -> bool {
    let lists = ["accounts", "subscriptions", "projects", "tenancies"];
    lists.iter().any(|list| {
        root.get(list).is_some_and(|list| list.items().iter().any(|item| !item.entries().is_empty()))
    })
}

pub(super) fn read(foreign: &mut Foreign, root: &Node) -> Entries {
    foreign.read_only(root, &["accounts"]);
    // Accounts that agree in everything else are one set.
    let mut groups: Vec<(Entries, Vec<Member>)> = Vec::new();
    let mut by_rest: HashMap<String, usize> = HashMap::new();
    for node in root.get("accounts").map_or(&[][..], |accounts| accounts.items()) {
        let Some((rest, member)) = account(foreign, node) else { continue };
        let group = by_rest.entry(Yaml::Map(rest.clone()).write()).or_insert_with(|| {
            groups.push((rest, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, members)) = groups.get_mut(*group) {
            members.push(member);
        }
    }
    if groups.len() > 1 {
        let message =
            "accounts with different roles or regions become sets: a run is about one, chosen with --set";
        foreign.note(root.place, message, None);
    }
    let alone = groups.len() == 1;
    let mut sets = Entries::new();
    let mut taken = HashSet::new();
    for (number, (mut entries, members)) in groups.into_iter().enumerate() {
        let ids: Vec<String> = members.iter().map(|member| member.id.clone()).collect();
        add(&mut entries, "account", texts(&ids));
        if alone {
            return entries;
        }
        let group = || format!("group-{}", number + 1);
        let name = match members.as_slice() {
            [Member { name: Some(name), .. }] if !taken.contains(name) => name.clone(),
            _ => group(),
        };
        taken.insert(name.clone());
        sets.push((name, Yaml::Map(entries)));
    }
    vec![("sets".to_owned(), Yaml::Map(sets))]
}

struct Member {
    id: String,
    name: Option<String>,
}

fn account(foreign: &mut Foreign, node: &Node) -> Option<(Entries, Member)> {
    let known = ["account_id", "name", "role", "regions", "external_id", "profile", "tags", "vars"];
    let for_people = ["display_name", "email", "org_id"];
    foreign.read_only(node, &[&known[..], &for_people].concat());
    let Some(id) = foreign.text(node, "account_id") else {
        foreign.note(node.place, "an account without `account_id` is not carried over", None);
        return None;
    };
    if id.parse::<AccountId>().is_err() {
        foreign.note(node.place, format!("`{id}` is not the id of an account: it has twelve digits"), None);
    }
    for (key, instead) in [
        ("tags", "choose by tags of the organization with `tag`, or by names with `account`"),
        ("vars", "they are for policies of Cloud Custodian"),
    ] {
        if let Some(entry) = node.entry(key).filter(|_| !foreign.said.contains(&key)) {
            // Once is enough: they are on every account.
            foreign.said.push(key);
            foreign.note(entry.place, format!("`{key}` of accounts are not carried over"), Some(instead));
        }
    }
    let mut entries = Entries::new();
    let roles = roles(foreign, node, &id);
    if roles.is_none() {
        add(&mut entries, "profile", foreign.text(node, "profile").map(Yaml::text));
    }
    add(&mut entries, "role", roles);
    let regions = node.get("regions").map_or_else(Vec::new, |regions| foreign.texts(regions));
    let regions: Vec<String> =
        regions.iter().flat_map(|list| list.split(',')).map(|region| region.trim().to_owned()).collect();
    if regions.is_empty() {
        // What c7n-org does without.
        add(&mut entries, "region", texts(&["us-east-1".to_owned(), "us-west-2".to_owned()]));
    } else if !regions.iter().any(|region| region == "all") {
        add(&mut entries, "region", texts(&regions));
    }
    let name = foreign.text(node, "name");
    Some((entries, Member { id, name }))
}

/// The role or the chain of roles; where the last is of the account itself, by name, so that accounts agree.
fn roles(foreign: &mut Foreign, node: &Node, id: &str) -> Option<Yaml> {
    let written = node.get("role").filter(|role| !role.is_null())?;
    let mut roles = match written.text() {
        Some(_) => foreign.text(node, "role").into_iter().collect(),
        None => foreign.texts(written),
    };
    let own = |last: &String| last.parse::<RoleArn>().ok().filter(|arn| arn.account().as_str() == id);
    if let Some(last) = roles.last_mut()
        && let Some(arn) = own(last)
    {
        *last = arn.role().to_string();
    }
    let external_id = foreign.text(node, "external_id");
    let role = |name: &String| match &external_id {
        None => Yaml::text(name),
        Some(id) => {
            Yaml::Map(vec![("name".to_owned(), Yaml::text(name)), ("external_id".to_owned(), Yaml::text(id))])
        }
    };
    match roles.as_slice() {
        [] => None,
        [one] => Some(role(one)),
        many => Some(Yaml::List(many.iter().map(role).collect())),
    }
}
