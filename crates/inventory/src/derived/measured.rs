//! How much the rules find, over every operation of every model.

use orgwide_call::{Effect, effect};
use orgwide_models::Catalog;
use serde_json::json;

use super::{required, spec};
use crate::collector::Spec;

/// Every operation that reads and needs no parameters: its collector, or why there is none.
fn every() -> Vec<(String, Result<Spec, String>)> {
    let catalog = Catalog::embedded();
    let mut found = Vec::new();
    for summary in catalog.services() {
        let model = catalog.model(&summary.name).unwrap();
        for operation in model.operations() {
            let reads = effect(&model, operation, &json!({})) == Effect::Read;
            if reads && required(&model, operation).is_empty() {
                let name = format!("{}:{}", summary.name, model.text(operation.name));
                found.push((name, spec(&catalog, &model, operation, None)));
            }
        }
    }
    found
}

/// With `ORGWIDE_SHOW` set, everything that was found is printed.
#[test]
fn the_rules_find_no_less_than_they_did() {
    let every = every();
    if std::env::var_os("ORGWIDE_SHOW").is_some() {
        for (name, spec) in &every {
            match spec {
                Ok(spec) => println!(
                    "{name} | {:?} | {:?} | id {:?} | arn {:?} | name {:?} | tags {:?} | {:?} | {:?} | {:?}",
                    spec.items,
                    spec.member,
                    spec.id,
                    spec.arn,
                    spec.name,
                    spec.tags,
                    spec.scope,
                    spec.page,
                    spec.note
                ),
                Err(why) => println!("{name} | {why}"),
            }
        }
    }
    let is_list = |name: &str| name.contains(":List") || name.contains(":Describe");
    let lists = every.iter().filter(|(name, _)| is_list(name)).count();
    let specs: Vec<_> = every.iter().filter_map(|(_, spec)| spec.as_ref().ok()).collect();
    let count = |has: fn(&Spec) -> bool| specs.iter().filter(|spec| has(spec)).count();
    // An id may be an ARN, whatever it is called.
    let arn = |spec: &Spec| {
        let told = format!("{:?} {:?}", spec.member, spec.arn).to_ascii_lowercase();
        told.contains("arn\"")
    };
    let found = [
        specs.len(),
        count(|spec| spec.id.is_some()),
        count(arn),
        count(|spec| spec.name.is_some()),
        count(|spec| spec.tags.is_some()),
    ];
    let [collected, ids, arns, names, tags] = found;
    println!(
        "{} read and need nothing, {lists} of them List or Describe; {collected} collected: {ids} with an id, {arns} \
         with an ARN, {names} with a name, {tags} with tags",
        every.len()
    );
    // These may only rise.
    for (found, floor) in found.into_iter().zip([2_287, 2_007, 1_149, 1_449, 375]) {
        assert!(found >= floor, "{found} < {floor}");
    }
}
