//! Members that are not there.

use serde_json::Value;

/// Takes away what is null inside of lists: there nothing lies under it that it would take away itself.
pub(super) fn drop_absent(value: &mut Value) {
    match value {
        Value::Object(members) => members.values_mut().for_each(drop_absent),
        Value::Array(items) => items.iter_mut().for_each(drop_null),
        _ => {}
    }
}

fn drop_null(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(drop_null);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_null),
        _ => {}
    }
}
