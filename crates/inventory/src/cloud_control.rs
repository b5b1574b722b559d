//! Types of AWS's Cloud Control API, which lists whatever has a list handler in the CloudFormation registry.

use std::sync::Arc;

use orgwide_call::is_global;
use orgwide_models::Catalog;
use orgwide_names::Partition;
use orgwide_session::Failure;
use serde_json::{Value, json};

use crate::collector::Spec;
use crate::derived::Noun;
use crate::detail::Details;
use crate::expression::{Expression, Path, Template};
use crate::{Kind, Scope};

const SERVICE: &str = "cloudcontrol";
/// What a resource is told of, a text of JSON.
const PROPERTIES: &str = "Properties";
const NOTE: &str = "Cloud Control asks the service itself: a role needs the permissions of the type's list handler \
                    too. Lists may tell no more than the identifier";

/// The name of a type, with or without `cloudcontrol:` before it; none where a text is no such name.
pub(crate) fn type_name(text: &str) -> Option<&str> {
    let name = match text.split_once(':') {
        Some((service, name)) if service.eq_ignore_ascii_case(SERVICE) => name,
        _ => text,
    };
    name.contains("::").then_some(name)
}

/// The collector of a type.
///
/// # Errors
///
/// It is no name of a type.
pub(crate) fn spec(catalog: &Arc<Catalog>, name: &str) -> Result<Spec, String> {
    if name.contains(['*', '?']) {
        return Err("only the registry knows which types there are: name them one by one; \
                    `aws cloudformation list-types --visibility PUBLIC --type RESOURCE` lists them"
            .to_owned());
    }
    let parts: Vec<&str> = name.split("::").collect();
    let is_word =
        |part: &&str| (1..=64).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_alphanumeric());
    let [owner, service, resource] = parts.as_slice() else { return Err(form()) };
    let is_of_aws = owner.eq_ignore_ascii_case("AWS");
    let is_as_aws_writes = *owner == "AWS"
        && [service, resource].iter().all(|part| part.starts_with(|c: char| c.is_ascii_uppercase()));
    if !parts.iter().all(is_word) || is_of_aws && !is_as_aws_writes {
        return Err(form());
    }
    let nouns = Noun::new(resource).with_endings();
    let called = |ends: &[&str]| {
        let own = nouns.iter().flat_map(|noun| ends.iter().map(move |end| format!("{noun}{end}")));
        let mut names: Vec<_> = own.collect();
        // After that of its own name, before those of parts of the name.
        names.splice(ends.len()..ends.len(), ends.iter().map(|end| (*end).to_owned()));
        names.iter().map(|name| member(&format!("{PROPERTIES}.{name}"))).collect::<Vec<_>>()
    };
    let identifier = || member("Identifier");
    let mut arns = called(&["Arn", "ARN"]);
    arns.push(identifier());
    let mut names = called(&["Name"]);
    names.push(Expression::Tag("Name".to_owned()));
    Ok(Spec {
        catalog: Arc::clone(catalog),
        kind: Kind::new(&format!("{SERVICE}:{name}")),
        also: vec![name.to_owned()],
        service: SERVICE.to_owned(),
        operation: "ListResources".to_owned(),
        actions: Vec::new(),
        parameters: json!({"TypeName": name}),
        items: Some("ResourceDescriptions".to_owned()),
        member: None,
        json: Some(PROPERTIES.to_owned()),
        id: Some(identifier()),
        arn: Expression::first_of(arns).map(Template::from),
        name: Expression::first_of(names),
        tags: Some(Path::new("Properties.Tags")),
        is_declared: false,
        region: None,
        scope: if is_of_aws { scope(catalog, service, resource) } else { Scope::Regional },
        // The most it may be asked for; it gives fewer where it likes.
        page: Some(100),
        common: false,
        note: Some(NOTE.to_owned()),
        within: None,
        details: Details::default(),
    })
}

/// Why there is nothing of a type in a place, where a failure says so: the registry there does not know it.
///
/// Of a type that is asked for in one place only, this says that it is called otherwise.
pub(crate) fn absence(spec: &Spec, failure: &Failure) -> Option<String> {
    let name = spec.parameters.get("TypeName").and_then(Value::as_str).filter(|_| spec.service == SERVICE)?;
    let is_absent = failure.code() == Some("TypeNotFoundException") && spec.scope == Scope::Regional;
    is_absent.then(|| format!("Cloud Control has no type {name} there"))
}

/// What to do about a failure that is about the type.
pub(crate) fn next_step(spec: &Spec, failure: &Failure) -> Option<&'static str> {
    // Handlers say in words that they need to know within what they are to list.
    let needs_parent = |text: &str| text.contains("ResourceModel") || text.contains("Required property");
    let code = failure.code().filter(|_| spec.service == SERVICE)?;
    match code {
        "TypeNotFoundException" => {
            Some("check how the type is spelled, and that it is in the region that was asked")
        }
        "UnsupportedActionException" => {
            Some("leave the type out: it cannot be listed; ask the service itself, by one of its operations")
        }
        _ if needs_parent(failure.message()) => Some(
            "ask for what each parent has, by `orgwide call cloudcontrol ListResources` with the parent as ResourceModel",
        ),
        _ => None,
    }
}

fn form() -> String {
    "a type of Cloud Control is written as AWS does, in its case: `AWS::Logs::LogGroup`".to_owned()
}

/// Where a type is asked for. Handlers of services that are everywhere the same give the same in each region.
fn scope(catalog: &Catalog, service: &str, resource: &str) -> Scope {
    match (service, resource) {
        ("Organizations", _) => Scope::Organization,
        // Its list handler gives the buckets of all regions, wherever it is asked.
        ("S3", "Bucket") => Scope::Global,
        _ => match catalog.model(service) {
            Ok(model) if is_global(&model, Partition::aws()) => Scope::Global,
            _ => Scope::Regional,
        },
    }
}

fn member(path: &str) -> Expression {
    Expression::Member { path: Path::new(path), after: None }
}
