//! Laying what is known over what is made up.

use serde_json::Value;

/// Puts the members of `over` in the place of those of `under`, objects member by member; null takes one away.
pub(super) fn merge(under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (name, value) in over {
                match under.get_mut(&name) {
                    _ if value.is_null() => drop(under.remove(&name)),
                    Some(held) => merge(held, value),
                    None => drop(under.insert(name, value)),
                }
            }
        }
        (under, over) => *under = over,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_are_merged_and_all_else_is_replaced() {
        let mut value = json!({ "a": { "b": 1, "c": [1, 2] }, "d": 1, "e": 2 });
        merge(&mut value, json!({ "a": { "c": [3], "f": {} }, "d": null, "g": null }));
        assert_eq!(value, json!({ "a": { "b": 1, "c": [3], "f": {} }, "e": 2 }));
    }
}
