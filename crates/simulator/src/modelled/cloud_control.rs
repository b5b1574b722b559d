//! What Cloud Control says to names of types.

use serde_json::{Value, json};

use crate::refusal::Refusal;

/// Refuses what is no type's name, and the types that cannot be listed.
pub(super) fn check(input: &Value) -> Result<(), Refusal> {
    let Some(name) = input.get("TypeName").and_then(Value::as_str) else { return Ok(()) };
    let parts: Vec<&str> = name.split("::").collect();
    let is_name = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if parts.len() != 3 || !parts.iter().all(is_name) {
        let message = format!("The type {name} cannot be found.");
        return Err(Refusal::new(404, "TypeNotFoundException", message));
    }
    if parts[0] == "AWS" && parts[2].ends_with("Attachment") {
        let message = format!("Resource type {name} does not support LIST action");
        return Err(Refusal::new(400, "UnsupportedActionException", message));
    }
    Ok(())
}

/// Makes the properties of resources tell their identifiers.
pub(super) fn complete(answer: &mut Value) {
    let Some(members) = answer.as_object_mut() else { return };
    let one = |value: &mut Value| {
        let Some(identifier) = value.get("Identifier").and_then(Value::as_str) else { return };
        let tags = json!([{ "Key": "team", "Value": "web" }]);
        let properties = json!({ "Id": identifier, "Name": format!("simulated-{identifier}"), "Tags": tags });
        value["Properties"] = properties.to_string().into();
    };
    if let Some(Value::Array(descriptions)) = members.get_mut("ResourceDescriptions") {
        descriptions.iter_mut().for_each(one);
    }
    members.get_mut("ResourceDescription").into_iter().for_each(one);
}
