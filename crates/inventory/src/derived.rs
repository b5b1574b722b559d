//! Collectors of operations that nobody declared: what a declaration would say is found in the model of the service.

mod answer;
#[cfg(test)]
mod examples;
mod item;
#[cfg(test)]
mod measured;
mod words;

use std::sync::Arc;

use orgwide_call::{Effect, effect, is_global};
use orgwide_models::{Catalog, Model, Operation};
use orgwide_names::{Partition, ServiceName};
use serde_json::{Map, Value};

use self::answer::List;
use self::item::{Item, Parts};
pub(crate) use self::words::Noun;
use crate::collector::Spec;
use crate::detail::Details;
use crate::{Kind, Scope};

/// The collector of an operation, by its names in any of the usual spellings; `path` names one of the lists of its
/// answer where it has several.
///
/// # Errors
///
/// Why there is none, and what to do instead.
pub(crate) fn spec(
    catalog: &Arc<Catalog>,
    model: &Arc<Model>,
    operation: &Operation,
    path: Option<&str>,
) -> Result<Spec, String> {
    let name = model.text(operation.name);
    let service = service(model);
    let input = Value::Object(Map::new());
    match effect(model, operation, &input) {
        Effect::Read => {}
        Effect::SecretRead => {
            return Err(format!(
                "it tells secrets, which no inventory keeps; `orgwide call {service} {name} --yes` shows them"
            ));
        }
        Effect::Write => return Err("it may change something; what is collected is only read".to_owned()),
    }
    let required = required(model, operation);
    if !required.is_empty() {
        return Err(format!(
            "it needs {}: use `orgwide call {service} {name} --params JSON`, or declare a type with these parameters",
            and(&required)
        ));
    }
    orgwide_call::check(model, operation, &input).map_err(|error| error.to_string())?;
    let list = answer::list(model, operation, path).map_err(|why| why.told(&service, name))?;
    let kind = match path {
        None => format!("{service}:{name}"),
        Some(_) => format!("{service}:{name}.{}", list.path),
    };
    let nouns = words::nouns(model, name, &list);
    let Parts { id, arn, name: called, tags, member } = Item::new(model, &list).parts(&nouns);
    Ok(Spec {
        catalog: Arc::clone(catalog),
        kind: Kind::new(&kind),
        also: Vec::new(),
        service: model.service().name.clone(),
        operation: name.to_owned(),
        actions: Vec::new(),
        parameters: input,
        note: note(&list),
        items: Some(list.path),
        member,
        json: None,
        id,
        arn,
        name: called,
        tags,
        is_declared: false,
        region: None,
        scope: scope(model, name),
        page: page(operation),
        common: false,
        within: None,
        details: Details::default(),
    })
}

/// The service as the AWS CLI calls it.
fn service(model: &Model) -> String {
    let service = model.service();
    service.id.parse::<ServiceName>().map_or_else(|_| service.name.clone(), |name| name.to_string())
}

/// Where it is asked for.
fn scope(model: &Model, operation: &str) -> Scope {
    match (model.service().name.as_str(), operation) {
        // Only the organization's own account, and those it names, may ask.
        ("organizations", _) => Scope::Organization,
        // Every region answers with the buckets of all.
        ("s3", "ListBuckets") => Scope::Global,
        _ if is_global(model, Partition::aws()) => Scope::Global,
        _ => Scope::Regional,
    }
}

fn page(operation: &Operation) -> Option<u32> {
    operation.paginator.as_ref().map(|pages| pages.limit_max).filter(|most| *most > 0)
}

fn required<'m>(model: &'m Model, operation: &Operation) -> Vec<&'m str> {
    let members = operation.input.map(|input| model.shape(input).members.as_slice()).unwrap_or_default();
    let required = members.iter().filter(|member| member.is_required && !member.is_idempotency_token);
    required.map(|member| model.text(member.name)).collect()
}

fn note(list: &List) -> Option<String> {
    (!list.others.is_empty()).then(|| format!("{} of the answer left out", and_are(&list.others)))
}

fn and_are(names: &[String]) -> String {
    format!("{} {}", and(names), if names.len() == 1 { "is" } else { "are" })
}

/// `A`, `A and B`, `A, B and C`.
fn and(names: &[impl AsRef<str>]) -> String {
    let names: Vec<_> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
