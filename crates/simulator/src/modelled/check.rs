//! Whether an input is one that the operation takes.

use orgwide_models::{Kind, Operation, ShapeId};
use serde_json::Value;

use super::refused;
use super::target::Target;
use crate::protocol::Protocol;
use crate::refusal::Refusal;

/// Refuses an input that lacks what is required, or asks for a page of a size that there is not.
pub(super) fn check(
    target: &Target,
    operation: &Operation,
    protocol: Protocol,
    input: &Value,
) -> Result<(), Refusal> {
    let Some(shape) = operation.input else { return Ok(()) };
    if let Some(name) = missing(target, shape, input, "") {
        return Err(refused::missing(target, protocol, &name));
    }
    let Some(limit) = operation.paginator.as_ref().and_then(|paginator| paginator.limit) else {
        return Ok(());
    };
    let name = target.model.text(limit);
    let Some(value) = input.get(name) else { return Ok(()) };
    let number = value.as_i64().or_else(|| value.as_str()?.parse().ok());
    let Some(number) = number else {
        return Err(refused::input(target, protocol, format!("The value of {name} must be a number.")));
    };
    let (least, most) = bounds(target, operation, name);
    let rule = match number {
        _ if number < least => format!("greater than or equal to {least}"),
        _ if number > most => format!("less than or equal to {most}"),
        _ => return Ok(()),
    };
    let message = format!(
        "1 validation error detected: Value '{number}' at '{name}' failed to satisfy constraint: \
         Member must have value {rule}"
    );
    Err(refused::input(target, protocol, message))
}

/// The path of a member that is required and not there; what has a place in the host may have been told there.
fn missing(target: &Target, shape: ShapeId, value: &Value, path: &str) -> Option<String> {
    let model = &target.model;
    let shape = model.shape(shape);
    match (shape.kind, value) {
        (Kind::Structure, Value::Object(members)) => shape.members.iter().find_map(|member| {
            let name = model.text(member.name);
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            match members.get(name) {
                Some(held) => missing(target, member.shape, held, &path),
                None if member.is_required && !member.is_host_label && !member.is_idempotency_token => {
                    Some(path)
                }
                None => None,
            }
        }),
        (Kind::List, Value::Array(items)) => {
            let element = shape.members.first()?;
            items.iter().find_map(|item| missing(target, element.shape, item, path))
        }
        _ => None,
    }
}

/// The least and the most of a page's size. Where the size is a text the model's bounds are those of its length.
fn bounds(target: &Target, operation: &Operation, name: &str) -> (i64, i64) {
    let model = &target.model;
    let members = operation.input.map_or(&[][..], |input| &model.shape(input).members);
    let shape =
        members.iter().find(|member| model.is(member.name, name)).map(|member| model.shape(member.shape));
    let numbers = shape.filter(|shape| matches!(shape.kind, Kind::Integer | Kind::Long));
    let number = |text: Option<orgwide_models::Text>| model.text(text?).parse::<f64>().ok();
    let least = numbers.and_then(|shape| number(shape.min)).map_or(0, |least| least as i64);
    let most = numbers.and_then(|shape| number(shape.max)).map_or(i64::MAX, |most| most as i64);
    (least, most)
}
