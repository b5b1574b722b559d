//! What is compared, and how a difference is told.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use orgwide_call::{CallError, Caller};
use serde_json::{Map, Value};

/// How many differences are told; the others are most likely the same once more.
const TOLD: usize = 20;

/// All pages of a call, as one list.
pub(crate) async fn pages(
    caller: &Caller,
    service: &str,
    operation: &str,
    input: Value,
) -> Result<Value, CallError> {
    let (mut pages, mut found) = (caller.pages(service, operation, input)?, Vec::new());
    while let Some(page) = pages.next().await {
        found.push(page?);
    }
    Ok(Value::Array(found))
}

/// All items at a path over all pages of a call, as one list.
pub(crate) async fn items(
    caller: &Caller,
    service: &str,
    operation: &str,
    input: Value,
    path: &str,
) -> Result<Value, CallError> {
    let (mut items, mut found) = (caller.items(service, operation, input)?.at(path)?, Vec::new());
    while let Some(item) = items.next().await {
        found.push(item?);
    }
    Ok(Value::Array(found))
}

/// An error that says where the two differ, if they do.
pub(crate) fn agree(typed: &Value, untyped: &Value) -> Result<()> {
    let mut found = Vec::new();
    compare("", Some(typed), Some(untyped), &mut found);
    let count = found.len();
    found.truncate(TOLD);
    ensure!(found.is_empty(), "{count} differences between typed and untyped: {found:#?}");
    Ok(())
}

fn compare(place: &str, typed: Option<&Value>, untyped: Option<&Value>, found: &mut Vec<String>) {
    let told = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
    match (typed, untyped) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let only_b = b.keys().filter(|name| !a.contains_key(*name));
            for name in a.keys().chain(only_b) {
                compare(&format!("{place}/{name}"), a.get(name), b.get(name), found);
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => {
            for index in 0..a.len().max(b.len()) {
                compare(&format!("{place}/{index}"), a.get(index), b.get(index), found);
            }
        }
        _ if typed == untyped => {}
        _ => found.push(format!("{place} is {} and {}", told(typed), told(untyped))),
    }
}

/// Every member that a list or structure has anywhere in it, lists taken as one.
pub(crate) fn members(value: &Value) -> BTreeSet<String> {
    fn collect(place: &str, value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, value)| {
                let place = format!("{place}/{name}");
                collect(&place, value, found);
                found.insert(place);
            }),
            Value::Array(items) => items.iter().for_each(|item| collect(place, item, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    collect("", value, &mut found);
    found
}

/// How many items the member of that name has on all pages together.
pub(crate) fn count(pages: &Value, list: &str) -> usize {
    let lists = pages.as_array().into_iter().flatten().filter_map(|page| page[list].as_array());
    lists.map(Vec::len).sum()
}

/// How many pages there are.
pub(crate) fn length(pages: &Value) -> usize {
    pages.as_array().map_or(0, Vec::len)
}

#[test]
fn each_member_that_one_of_them_lacks_is_a_difference() {
    let object = |members: &[(&str, i64)]| {
        Value::from(members.iter().map(|(name, n)| ((*name).to_owned(), (*n).into())).collect::<Map<_, _>>())
    };
    let lists = |a: &[(&str, i64)], b: &[(&str, i64)]| {
        let mut found = Vec::new();
        let [a, b] = [a, b].map(|members| Value::Array(vec![object(members)]));
        compare("", Some(&a), Some(&b), &mut found);
        found
    };
    assert!(lists(&[("a", 1)], &[("a", 1)]).is_empty());
    assert_eq!(lists(&[("a", 1)], &[("a", 2)]), ["/0/a is 1 and 2"]);
    assert_eq!(lists(&[("a", 1)], &[("b", 1)]), ["/0/a is 1 and nothing", "/0/b is nothing and 1"]);
    let (one, two) = (serde_json::json!([1]), serde_json::json!([1, 2]));
    assert!(agree(&one, &two).is_err() && agree(&two, &one).is_err() && agree(&two, &two).is_ok());
}
