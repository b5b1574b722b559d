//! How much the rules find, over every operation of every model.

use std::sync::Arc;

use orgwide_call::{Effect, effect};
use orgwide_models::Catalog;
use serde_json::json;

use super::{required, spec};
use crate::collector::Spec;

/// Every operation that reads and needs no parameters: what it was refused for, or its collector.
pub(super) fn every() -> Vec<(String, Result<Spec, String>)> {
    let catalog = Catalog::embedded();
    let mut found = Vec::new();
    for summary in catalog.services() {
        let model = catalog.model(&summary.name).unwrap();
        for operation in model.operations() {
            let reads = effect(&model, operation, &json!({})) == Effect::Read;
            if reads && required(&model, operation).is_empty() {
                let name = format!("{}:{}", summary.name, model.text(operation.name));
                found.push((name, spec(&Arc::clone(&catalog), &model, operation, None)));
            }
        }
    }
    found
}

#[test]
fn the_rules_find_no_less_than_they_did() {
    let every = every();
    let specs: Vec<_> = every.iter().filter_map(|(_, spec)| spec.as_ref().ok()).collect();
    let count = |has: fn(&Spec) -> bool| specs.iter().filter(|spec| has(spec)).count();
    let lists = every.iter().filter(|(name, _)| name.contains(":List") || name.contains(":Describe")).count();
    println!(
        "{} read without parameters, {lists} of them List or Describe; {} collected: {} with an id, {} with an ARN, {} with a name, {} with tags",
        every.len(),
        specs.len(),
        count(|spec| spec.id.is_some()),
        count(|spec| spec.arn.is_some()),
        count(|spec| spec.name.is_some()),
        count(|spec| spec.tags.is_some()),
    );
    if std::env::var_os("DUMP").is_some() {
        for (name, spec) in &every {
            match spec {
                Ok(s) => println!(
                    "OK {name} | {} | {:?} | id {:?} | arn {:?} | name {:?} | tags {:?} | {:?} {:?} {:?}",
                    s.items.as_deref().unwrap(),
                    s.member,
                    s.id,
                    s.arn,
                    s.name,
                    s.tags,
                    s.scope,
                    s.page,
                    s.note
                ),
                Err(e) => println!("NO {name} | {e}"),
            }
        }
    }
}
