//! Members of members, by names with dots between them.

use serde_json::{Map, Value};

/// Puts a value there; objects on the way are made if they are not.
pub(super) fn set(root: &mut Value, path: &str, value: Value) {
    let mut at = root;
    for name in path.split('.') {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        let Value::Object(members) = at else { return };
        at = members.entry(name).or_insert(Value::Null);
    }
    *at = value;
}

/// The value there; of a list its last item, where the path says `[-1]`.
pub(super) fn get<'a>(root: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(root, |at, name| match name.strip_suffix("[-1]") {
        Some(list) => at.get(list)?.as_array()?.last(),
        None => at.get(name),
    })
}

/// What holds the last member of a path.
pub(super) fn holder<'a>(root: &'a mut Value, path: &str) -> Option<&'a mut Map<String, Value>> {
    let holder = match path.rsplit_once('.') {
        Some((before, _)) => before.split('.').try_fold(root, |at, name| at.get_mut(name))?,
        None => root,
    };
    holder.as_object_mut()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_put_and_found() {
        let mut root = json!({ "A": { "B": 1 } });
        set(&mut root, "A.C.D", json!([{ "E": "first" }, { "E": "last" }]));
        set(&mut root, "F", true.into());
        assert_eq!(root["A"]["B"], 1);
        assert_eq!(get(&root, "A.C.D[-1].E"), Some(&json!("last")));
        assert_eq!(get(&root, "F"), Some(&json!(true)));
        assert_eq!((get(&root, "A.X"), get(&root, "F[-1]")), (None, None));
        assert!(holder(&mut root, "A.C.D").unwrap().contains_key("D"));
        assert!(holder(&mut root, "F").unwrap().contains_key("A"));
        assert!(holder(&mut root, "X.Y").is_none());
    }
}
