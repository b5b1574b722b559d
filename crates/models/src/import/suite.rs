//! The rule for paginators against those that botocore lists; `ORGWIDE_BOTOCORE` names its source distribution.

use super::*;
use crate::{Paginator, Text, folder};

/// Of 3,063 listed paginators of List and Describe operations, those whose tokens the rule finds. May only rise.
const SAME_TOKENS: usize = 3_052;

/// And those whose items it finds, too. It takes every list of an answer, and takes them in the model's order.
const SAME_ITEMS: usize = 3_040;

#[test]
fn the_rule_finds_what_is_listed() {
    let Some(source) = std::env::var_os("ORGWIDE_BOTOCORE") else {
        eprintln!("skipped: ORGWIDE_BOTOCORE is not set");
        return;
    };
    let (mut all, mut tokens, mut items) = (0, 0, 0);
    for (service, version) in folder::services(&Path::new(&source).join("botocore/data")).unwrap() {
        let raw: raw::Service = read(&version, DESCRIPTION).unwrap().unwrap();
        let shapes = Shapes::new(&raw.shapes);
        let listed = read::<raw::Paginators>(&version, "paginators-1.json").unwrap();
        let listed = Pagination { service: &service.name, listed: listed.into_iter().collect() };
        // As if nobody had listed any, and without those in the table.
        let none = Pagination { service: "", listed: Vec::new() };
        for (name, operation) in &raw.operations.0 {
            let mut texts = Interner::default();
            let listed = listed.of(name, operation, &shapes, &mut texts);
            let found = none.of(name, operation, &shapes, &mut texts);
            let is_counted = name.starts_with("List") || name.starts_with("Describe");
            let Some(listed) = listed.filter(|listed| is_counted && !listed.is_derived) else { continue };
            all += 1;
            let tokens_of = |paginator: &Paginator| -> [Vec<Text>; 2] {
                [paginator.input_tokens.clone(), paginator.output_tokens.clone()]
            };
            if let Some(found) = found.filter(|found| tokens_of(found) == tokens_of(&listed)) {
                tokens += 1;
                items += usize::from(found.results == listed.results);
            }
        }
    }
    assert_eq!(all, 3_063);
    assert!(tokens >= SAME_TOKENS && items >= SAME_ITEMS, "{tokens} tokens and {items} items");
}
