//! Laying what is known over what is made up.

use orgwide_models::{Kind, Model, ShapeId};
use serde_json::Value;

use super::token::shape_at;

/// Puts the members of `over` in the place of those of `under`, structures member by member; null takes one away.
/// Lists and maps are known as a whole.
pub(super) fn merge(model: &Model, shape: ShapeId, under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) if model.shape(shape).kind == Kind::Structure => {
            for (name, value) in over {
                match (under.get_mut(&name), shape_at(model, Some(shape), &name)) {
                    _ if value.is_null() => drop(under.remove(&name)),
                    (Some(held), Some(shape)) => merge(model, shape, held, value),
                    _ => drop(under.insert(name, value)),
                }
            }
        }
        (under, over) => *under = over,
    }
}

#[cfg(test)]
mod tests {
    use orgwide_models::Catalog;
    use serde_json::json;

    use super::*;

    #[test]
    fn structures_are_merged_and_all_else_is_replaced() {
        let model = Catalog::embedded().model("lambda").unwrap();
        let output = model.operation("GetFunction").unwrap().output.unwrap();
        let mut value = json!({
            "Configuration": { "Runtime": "java21", "Timeout": 3, "Layers": [{}, {}] },
            "Code": { "Location": "here" },
            "Tags": { "made": "up" },
        });
        let over = json!({
            "Configuration": { "Layers": [], "Runtime": null, "Handler": "main" },
            "Code": null,
            "Concurrency": null,
            "Tags": { "env": "dev" },
        });
        merge(&model, output, &mut value, over);
        let expected = json!({
            "Configuration": { "Timeout": 3, "Layers": [], "Handler": "main" },
            "Tags": { "env": "dev" },
        });
        assert_eq!(value, expected);
    }
}
