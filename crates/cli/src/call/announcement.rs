use orgwide_call::Effect;
use orgwide_inventory::Scope;
use orgwide_models::{Kind, Model, ShapeId};
use orgwide_names::Partition;
use serde_json::{Map, Value};

use super::Callee;
use crate::args::{AccountArgs, RegionArgs, RunArgs};

/// More of the parameters is not shown.
const SHOWN: usize = 2_000;
/// What stands in the place of a secret.
const HIDDEN: &str = "(not shown)";

/// What a call is going to do, a line for each thing one should know before; nothing for a plain read.
pub(crate) fn announce(callee: &Callee, input: &Value, run: &RunArgs) -> Vec<String> {
    let effect = match callee.effect(input) {
        Effect::Read => return Vec::new(),
        Effect::SecretRead => "reads a secret, which will stand in the output",
        Effect::Write => "may change or start something",
    };
    // Which partition it is shows when the session is there; a service without regions has none in any.
    let regions = match callee.scope(Partition::aws()) {
        Scope::Global | Scope::Organization => "none: once per account".to_owned(),
        Scope::Regional => regions(&run.regions),
    };
    let parameters = match callee.operation.input {
        Some(shape) => without_secrets(&callee.model, shape, input),
        None => input.clone(),
    };
    vec![
        format!("{} {effect}", callee.name()),
        format!("  in accounts: {}", accounts(&run.accounts, run.connection.simulate.is_some())),
        format!("  in regions:  {regions}"),
        format!("  as role:     {} (in the caller's own account: the caller)", roles(&run.accounts)),
        format!("  parameters:  {}", cut(&parameters.to_string())),
    ]
}

fn accounts(args: &AccountArgs, simulated: bool) -> String {
    let units = |units: &[String]| units.iter().map(|unit| format!("unit {unit}")).collect::<Vec<_>>();
    let files = args.accounts_file.iter().map(|file| format!("those of {}", file.display()));
    let included = [args.account.clone(), units(&args.ou), files.collect()].concat();
    let mut text = match (args.org || simulated && args.includes_nothing(), included.as_slice()) {
        (true, _) => "all of the organization".to_owned(),
        (false, []) => "the caller's own".to_owned(),
        (false, included) => included.join(", "),
    };
    if !args.tag.is_empty() {
        text = format!("{text}; with tag {}", args.tag.join(" and "));
    }
    let excluded = [args.not_account.clone(), units(&args.not_ou)].concat();
    if !excluded.is_empty() {
        text = format!("{text}; without {}", excluded.join(", "));
    }
    text
}

fn roles(args: &AccountArgs) -> String {
    args.roles().iter().map(|hop| hop.role().to_string()).collect::<Vec<_>>().join(", then ")
}

fn regions(args: &RegionArgs) -> String {
    let included = match args.region.as_slice() {
        [] => "all enabled in each account".to_owned(),
        named => named.join(", "),
    };
    match args.not_region.as_slice() {
        [] => included,
        left_out => format!("{included}; without {}", left_out.join(", ")),
    }
}

/// The value with what its model marks as secret left out. It has been checked, so that its depth is bounded.
fn without_secrets(model: &Model, id: ShapeId, value: &Value) -> Value {
    let shape = model.shape(id);
    if shape.is_sensitive && !value.is_null() {
        return HIDDEN.into();
    }
    match (shape.kind, value) {
        (Kind::Structure, Value::Object(members)) if !shape.is_document => {
            let shown = members.iter().map(|(name, value)| {
                let member = shape.members.iter().find(|member| model.text(member.name) == name);
                let value = member
                    .map_or_else(|| HIDDEN.into(), |member| without_secrets(model, member.shape, value));
                (name.clone(), value)
            });
            Value::Object(shown.collect::<Map<_, _>>())
        }
        (Kind::List, Value::Array(items)) => {
            let Some(item) = shape.members.first() else { return HIDDEN.into() };
            items.iter().map(|value| without_secrets(model, item.shape, value)).collect()
        }
        (Kind::Map, Value::Object(entries)) => {
            let [key, item, ..] = shape.members.as_slice() else { return HIDDEN.into() };
            if model.shape(key.shape).is_sensitive {
                return HIDDEN.into();
            }
            let shown =
                entries.iter().map(|(name, value)| (name.clone(), without_secrets(model, item.shape, value)));
            Value::Object(shown.collect::<Map<_, _>>())
        }
        _ => value.clone(),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
