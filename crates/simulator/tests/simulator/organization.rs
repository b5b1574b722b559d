//! The tree of the organization, and what its accounts are called and tagged with.

use std::collections::{BTreeMap, BTreeSet};

use orgwide_simulator::{Simulator, Throttling, WorldSpec};
use serde_json::{Value, json};

use crate::support::*;

/// All items of a listing, and the sizes of its pages.
async fn walk(sim: &Simulator, operation: &str, member: &str, ask: Value) -> (Vec<Value>, Vec<usize>) {
    let (mut seen, mut pages, mut ask) = (Vec::new(), Vec::new(), ask);
    loop {
        let answer = send(sim, organizations(&Key::hub(), operation, ask.clone())).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let page = answer.json();
        let items = page[member].as_array().unwrap();
        pages.push(items.len());
        seen.extend(items.iter().cloned());
        match page.get("NextToken") {
            None => return (seen, pages),
            Some(token) => ask["NextToken"] = token.clone(),
        }
    }
}

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["Id"].as_str().unwrap()).collect()
}

/// Walks down from the root and returns the accounts found, with the names of the units on the way.
async fn tree(sim: &Simulator) -> BTreeMap<String, Vec<String>> {
    let (roots, _) = walk(sim, "ListRoots", "Roots", json!({})).await;
    let mut found = BTreeMap::new();
    let mut open = vec![(ids(&roots)[0].to_owned(), Vec::<String>::new())];
    while let Some((parent, names)) = open.pop() {
        let ask = json!({ "ParentId": parent });
        for account in walk(sim, "ListAccountsForParent", "Accounts", ask.clone()).await.0 {
            let twice = found.insert(account["Id"].as_str().unwrap().to_owned(), names.clone());
            assert_eq!(twice, None);
        }
        for unit in walk(sim, "ListOrganizationalUnitsForParent", "OrganizationalUnits", ask).await.0 {
            let name = unit["Name"].as_str().unwrap().to_owned();
            open.push((unit["Id"].as_str().unwrap().to_owned(), [names.clone(), vec![name]].concat()));
        }
    }
    found
}

#[tokio::test(start_paused = true)]
async fn a_walk_down_the_tree_finds_every_account_once_where_the_truth_has_it() {
    for empty_pages in [false, true] {
        let sim = simulator(|spec| (spec.accounts, spec.empty_pages) = (230, empty_pages));
        let truth = sim.truth();
        let by_id: BTreeMap<&str, _> = truth.units.iter().map(|unit| (unit.id.as_str(), unit)).collect();
        let expected: BTreeMap<String, Vec<String>> = truth
            .accounts
            .iter()
            .map(|account| {
                let mut names = Vec::new();
                let mut place = &account.parent;
                while let Some(unit) = by_id.get(place.as_str()) {
                    names.insert(0, unit.name.clone());
                    place = &unit.parent;
                }
                assert_eq!(*place, truth.root);
                (account.id.clone(), names)
            })
            .collect();
        assert_eq!(expected[&truth.management_account], Vec::<String>::new());
        assert_eq!(expected.values().map(Vec::len).collect::<BTreeSet<_>>(), BTreeSet::from([0, 1, 2, 3]));
        assert_eq!(tree(&sim).await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn paths_spell_the_way_from_the_organization_and_can_be_left_out() {
    let sim = simulator(|_| ());
    let truth = sim.truth();
    let (accounts, _) = walk(&sim, "ListAccounts", "Accounts", json!({})).await;
    for (shown, account) in accounts.iter().zip(&truth.accounts) {
        assert_eq!(shown["Paths"], json!([account.path]));
        let ids: Vec<&str> = account.path.split('/').collect();
        assert_eq!((ids[0], ids[1]), (truth.organization.as_str(), truth.root.as_str()));
        assert_eq!(ids[ids.len() - 3..], [account.parent.as_str(), &account.id, ""]);
        assert_eq!(shown, &describe(&sim, "DescribeAccount", "AccountId", &account.id).await["Account"]);
    }
    for unit in &truth.units {
        let shown = describe(&sim, "DescribeOrganizationalUnit", "OrganizationalUnitId", &unit.id).await;
        let arn = format!(
            "arn:aws:organizations::{}:ou/{}/{}",
            truth.management_account, truth.organization, unit.id
        );
        let expected = json!({ "Id": unit.id, "Arn": arn, "Name": unit.name, "Path": unit.path });
        assert_eq!(shown["OrganizationalUnit"], expected);
    }

    let without = simulator(|spec| spec.paths = false);
    let (accounts, _) = walk(&without, "ListAccounts", "Accounts", json!({})).await;
    assert!(accounts.iter().all(|account| account.get("Paths").is_none()));
    let unit =
        describe(&without, "DescribeOrganizationalUnit", "OrganizationalUnitId", &truth.units[0].id).await;
    assert_eq!(unit["OrganizationalUnit"].get("Path"), None);
}

async fn describe(sim: &Simulator, operation: &str, member: &str, id: &str) -> Value {
    send(sim, organizations(&Key::hub(), operation, json!({ member: id }))).await.json()
}

#[tokio::test(start_paused = true)]
async fn parents_and_children_agree() {
    let sim = simulator(|spec| spec.accounts = 60);
    let truth = sim.truth();
    let accounts = truth.accounts.iter().map(|account| (&account.id, &account.parent, "ACCOUNT"));
    let units = truth.units.iter().map(|unit| (&unit.id, &unit.parent, "ORGANIZATIONAL_UNIT"));
    let mut expected: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (id, parent, kind) in accounts.chain(units) {
        let (parents, _) = walk(&sim, "ListParents", "Parents", json!({ "ChildId": id })).await;
        let parent_kind = if *parent == truth.root { "ROOT" } else { "ORGANIZATIONAL_UNIT" };
        assert_eq!(parents, [json!({ "Id": parent, "Type": parent_kind })]);
        expected.entry((parent, kind)).or_default().push(id);
    }
    for parent in truth.units.iter().map(|unit| &unit.id).chain([&truth.root]) {
        for kind in ["ACCOUNT", "ORGANIZATIONAL_UNIT"] {
            let ask = json!({ "ParentId": parent, "ChildType": kind });
            let (children, _) = walk(&sim, "ListChildren", "Children", ask).await;
            assert_eq!(ids(&children), expected.remove(&(parent.as_str(), kind)).unwrap_or_default());
            assert!(children.iter().all(|child| child["Type"] == kind));
        }
    }
    assert!(expected.is_empty());
}

#[tokio::test(start_paused = true)]
async fn pages_hold_twenty_at_most_and_as_few_as_asked() {
    let sim = simulator(|spec| (spec.accounts, spec.units) = (100, 400));
    let busy = sim.truth().units[7].id.clone();
    let ask = |more: Value| {
        let mut ask = json!({ "ParentId": busy });
        ask.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ask
    };
    let units = sim.truth().units.iter().filter(|unit| unit.parent == busy).count();
    assert!(units > 20);
    let (all, pages) =
        walk(&sim, "ListOrganizationalUnitsForParent", "OrganizationalUnits", ask(json!({}))).await;
    assert_eq!((all.len(), pages), (units, vec![20, units - 20]));
    let small = ask(json!({ "MaxResults": 1 }));
    let (all, pages) = walk(&sim, "ListOrganizationalUnitsForParent", "OrganizationalUnits", small).await;
    assert_eq!((all.len(), pages), (units, vec![1; units]));
}

#[tokio::test(start_paused = true)]
async fn empty_pages_come_with_a_token_where_they_are_wanted() {
    let of = |empty_pages| simulator(|spec| (spec.accounts, spec.empty_pages) = (400, empty_pages));
    let (plain, sparse) = (of(false), of(true));
    let (all, pages) = walk(&plain, "ListAccounts", "Accounts", json!({})).await;
    assert_eq!(pages, [20; 20]);
    let (same, pages) = walk(&sparse, "ListAccounts", "Accounts", json!({})).await;
    assert_eq!(same, all);
    let empty = pages.iter().filter(|size| **size == 0).count();
    assert!((2..15).contains(&empty), "{pages:?}");
    assert_eq!(pages.iter().filter(|size| **size == 20).count(), 20);
}

#[tokio::test(start_paused = true)]
async fn tags_are_those_of_the_truth() {
    let sim = simulator(|spec| spec.accounts = 60);
    let mut keys = BTreeSet::new();
    for account in &sim.truth().accounts {
        let (tags, _) = walk(&sim, "ListTagsForResource", "Tags", json!({ "ResourceId": account.id })).await;
        let shown: BTreeMap<String, String> = tags
            .iter()
            .map(|tag| ["Key", "Value"].map(|member| tag[member].as_str().unwrap().to_owned()).into())
            .collect();
        assert_eq!(shown, account.tags);
        keys.extend(shown.into_keys());
    }
    assert_eq!(keys, ["cost-center", "env", "team"].map(str::to_owned).into());
    assert!(sim.truth().accounts.iter().any(|account| account.tags.is_empty()));
    for id in [&sim.truth().root, &sim.truth().units[0].id] {
        assert_eq!(walk(&sim, "ListTagsForResource", "Tags", json!({ "ResourceId": id })).await.0.len(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_in_the_organization_is_not_found() {
    let sim = simulator(|_| ());
    let (no_unit, no_account) = ("ou-zzzz-zzzzzzzz", "999999999999");
    for (operation, ask, code) in [
        ("DescribeAccount", json!({ "AccountId": no_account }), "AccountNotFoundException"),
        (
            "DescribeOrganizationalUnit",
            json!({ "OrganizationalUnitId": no_unit }),
            "OrganizationalUnitNotFoundException",
        ),
        ("ListAccountsForParent", json!({ "ParentId": no_unit }), "ParentNotFoundException"),
        ("ListOrganizationalUnitsForParent", json!({ "ParentId": "r-zzzz" }), "ParentNotFoundException"),
        ("ListChildren", json!({ "ParentId": no_unit, "ChildType": "ACCOUNT" }), "ParentNotFoundException"),
        ("ListParents", json!({ "ChildId": no_account }), "ChildNotFoundException"),
        ("ListTagsForResource", json!({ "ResourceId": no_account }), "TargetNotFoundException"),
        // Not even the right form.
        ("DescribeAccount", json!({ "AccountId": "12345678901" }), "InvalidInputException"),
        ("ListAccountsForParent", json!({ "ParentId": no_account }), "InvalidInputException"),
        ("ListAccountsForParent", json!({ "ParentId": "ou-zzzz" }), "InvalidInputException"),
        ("ListParents", json!({ "ChildId": sim.truth().root }), "InvalidInputException"),
        ("ListParents", json!({}), "InvalidInputException"),
        (
            "ListChildren",
            json!({ "ParentId": sim.truth().root, "ChildType": "POLICY" }),
            "InvalidInputException",
        ),
        ("ListRoots", json!({ "MaxResults": 21 }), "InvalidInputException"),
        ("ListRoots", json!({ "NextToken": "00" }), "InvalidInputException"),
    ] {
        let found = refused(&sim, organizations(&Key::hub(), operation, ask.clone())).await;
        assert_eq!(found, is(400, code), "{operation} {ask}");
    }
}

const READS: [(&str, &str); 7] = [
    ("ListAccounts", ""),
    ("ListRoots", ""),
    ("ListAccountsForParent", "ParentId"),
    ("ListOrganizationalUnitsForParent", "ParentId"),
    ("DescribeAccount", "AccountId"),
    ("ListParents", "ChildId"),
    ("ListTagsForResource", "ResourceId"),
];

fn read(sim: &Simulator, key: &Key, (operation, member): (&str, &str)) -> http::Request<String> {
    let id = if member == "ParentId" { &sim.truth().root } else { &sim.truth().accounts[1].id };
    let ask = if member.is_empty() { json!({}) } else { json!({ member: id }) };
    organizations(key, operation, ask)
}

#[tokio::test(start_paused = true)]
async fn delegated_administrators_may_read_the_organization_and_other_members_may_not() {
    let sim = simulator(|spec| spec.delegated = vec![2]);
    let (delegated, other) = (member(&sim, 2).await, member(&sim, 3).await);
    for operation in READS {
        assert_eq!(send(&sim, read(&sim, &delegated, operation)).await.status, 200, "{operation:?}");
        let denied = refused(&sim, read(&sim, &other, operation)).await;
        assert_eq!(denied, is(400, "AccessDeniedException"), "{operation:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_hub_may_be_a_member_that_knows_nothing_of_the_organization() {
    let sim = simulator(|spec| spec.hub = 4);
    let truth = sim.truth();
    let identity = form(&Key::hub(), "sts", "us-east-1", &[("Action", "GetCallerIdentity")]);
    assert_eq!(send(&sim, identity).await.text("Account"), truth.accounts[4].id);
    for operation in READS {
        let denied = refused(&sim, read(&sim, &Key::hub(), operation)).await;
        assert_eq!(denied, is(400, "AccessDeniedException"));
    }
    // The members trust it all the same, itself among them, and the management account has no role for it.
    assert_eq!(send(&sim, assume(&Key::hub(), &role(&truth.accounts[9].id))).await.status, 200);
    assert_eq!(send(&sim, assume(&Key::hub(), &role(&truth.accounts[4].id))).await.status, 200);
    let management = assume(&Key::hub(), &role(&truth.management_account));
    assert_eq!(refused(&sim, management).await, is(403, "AccessDenied"));
}

#[tokio::test(start_paused = true)]
async fn accounts_without_an_organization_are_told_so() {
    let sim = simulator(|spec| spec.organization = false);
    for operation in READS.into_iter().chain([("DescribeOrganization", "")]) {
        let answer = refused(&sim, read(&sim, &Key::hub(), operation)).await;
        assert_eq!(answer, is(400, "AWSOrganizationsNotInUseException"), "{operation:?}");
    }
    assert_eq!(send(&sim, assume(&Key::hub(), &role(&sim.truth().accounts[1].id))).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn an_account_tells_its_own_alias() {
    let sim = simulator(|spec| spec.accounts = 30);
    let aliases = |key: &Key| form(key, "iam", "us-east-1", &[("Action", "ListAccountAliases")]);
    let mut without = 0;
    for account in &sim.truth().accounts {
        let key = if account.index == 0 { Key::hub() } else { member(&sim, account.index).await };
        let answer = send(&sim, aliases(&key)).await;
        assert_eq!(answer.texts("member"), account.alias.iter().cloned().collect::<Vec<_>>());
        assert_eq!(answer.text("IsTruncated"), "false");
        without += usize::from(account.alias.is_none());
    }
    assert!((1..15).contains(&without), "{without}");
    let stranger = Key { id: "ASIASIMAAAAAAAAAAAAA".into(), token: None };
    let answer = send(&sim, aliases(&stranger)).await;
    assert_eq!((answer.status, answer.text("Code")), (403, "InvalidClientTokenId".into()));
}

#[tokio::test(start_paused = true)]
async fn every_listing_is_throttled_as_at_aws() {
    let sim = Simulator::builder(WorldSpec::default()).throttling(Throttling::aws()).build().unwrap();
    let root = json!({ "ParentId": sim.truth().root });
    let children = json!({ "ParentId": sim.truth().root, "ChildType": "ACCOUNT" });
    let account = &sim.truth().accounts[1].id;
    for (operation, ask, bucket) in [
        ("ListRoots", json!({}), 2),
        ("ListAccountsForParent", root.clone(), 8),
        ("ListOrganizationalUnitsForParent", root, 8),
        ("ListParents", json!({ "ChildId": account }), 8),
        ("ListChildren", children, 10),
        ("DescribeAccount", json!({ "AccountId": account }), 30),
        ("DescribeOrganizationalUnit", json!({ "OrganizationalUnitId": sim.truth().units[0].id }), 2),
        ("ListTagsForResource", json!({ "ResourceId": account }), 15),
    ] {
        let call = || organizations(&Key::hub(), operation, ask.clone());
        for _ in 0..bucket {
            assert_eq!(send(&sim, call()).await.status, 200, "{operation}");
        }
        assert_eq!(refused(&sim, call()).await, is(400, "TooManyRequestsException"), "{operation}");
    }
}
