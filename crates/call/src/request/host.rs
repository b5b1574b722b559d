use orgwide_models::Operation;

use super::context::{Context, Field};

/// What an operation puts before the service's host, with the members it names filled in.
pub(super) fn prefix(context: Context<'_>, operation: &Operation, fields: &[Field<'_>]) -> Option<String> {
    let mut prefix = context.model.text(operation.host_prefix?).to_owned();
    for (member, value) in fields.iter().filter(|(member, _)| member.is_host_label) {
        let label = format!("{{{}}}", context.name(member));
        prefix = prefix.replace(&label, value.as_str().unwrap_or_default());
    }
    Some(prefix)
}
