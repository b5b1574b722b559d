use orgwide_names::RoleArn;

use super::super::foreign::{Entries, Foreign, add};
use super::super::template::has_variable;
use crate::node::{Node, Value};
use crate::yaml::Yaml;

/// Where the credentials come from, the roles on top, and the account they lead to.
pub(super) fn read(foreign: &mut Foreign, node: &Node) -> Entries {
    foreign.read_only(node, &["SessionParameters", "AssumeRole", "AssumeRoles"]);
    let mut entries = Entries::new();
    if let Some(parameters) = node.get("SessionParameters") {
        base(foreign, parameters, &mut entries);
    }
    let one = node.get("AssumeRole").filter(|one| !one.is_null());
    let many = node.get("AssumeRoles").map_or(&[][..], |many| many.items());
    // Their documentation wraps each in another map, their code takes it bare.
    let many = many.iter().map(|one| one.get("AssumeRole").unwrap_or(one));
    let mut last = None;
    let mut roles = Vec::new();
    for one in one.into_iter().chain(many) {
        if let Some((arn, yaml)) = role(foreign, one) {
            last = Some((arn, one.place));
            roles.push(yaml);
        }
    }
    let chain = if roles.len() > 1 { Some(Yaml::List(roles)) } else { roles.pop() };
    add(&mut entries, "role", chain);
    match last.map(|(arn, place)| (arn.parse::<RoleArn>(), arn, place)) {
        None => {}
        Some((Ok(arn), ..)) => add(&mut entries, "account", Some(Yaml::text(arn.account()))),
        Some((Err(_), arn, place)) => {
            let why = format!("the id of the account that {arn} is in");
            add(&mut entries, "account", Some(Yaml::Missing(why)));
            foreign.note(place, "the account is not known", Some("fill in `account` with its id"));
        }
    }
    entries
}

fn base(foreign: &mut Foreign, parameters: &Node, entries: &mut Entries) {
    let secrets = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"];
    foreign.read_only(
        parameters,
        &[&secrets[..], &["profile_name", "region_name", "ServiceEndpoints"]].concat(),
    );
    for entry in parameters.entries().iter().filter(|entry| secrets.contains(&&*entry.key)) {
        let message = format!("`{}` is not carried over: credentials do not belong into a file", entry.key);
        foreign.note(entry.place, message, Some("use a profile, or the environment AWS's tools read"));
    }
    add(entries, "profile", foreign.text(parameters, "profile_name").map(Yaml::text));
    add(entries, "home_region", foreign.text(parameters, "region_name").map(Yaml::text));
    let Some(endpoints) = parameters.get("ServiceEndpoints") else { return };
    let mut services = Entries::new();
    for service in endpoints.entries() {
        let value = match &service.node.value {
            Value::Map(regions) => {
                let mut urls = Entries::new();
                for region in regions {
                    add(&mut urls, &region.key, foreign.text(&service.node, &region.key).map(Yaml::text));
                }
                Some(Yaml::Map(urls))
            }
            _ => foreign.text(endpoints, &service.key).map(Yaml::text),
        };
        add(&mut services, &service.key, value);
    }
    add(entries, "endpoints", (!services.is_empty()).then_some(Yaml::Map(services)));
}

/// A role's ARN, and how it is to be assumed.
fn role(foreign: &mut Foreign, node: &Node) -> Option<(String, Yaml)> {
    let read = ["RoleArn", "RoleSessionName", "ExternalId", "DurationSeconds", "sts_method", "deferred"];
    foreign.read_only(node, &read);
    if let Some(method) = foreign.text(node, "sts_method").filter(|method| method != "assume_role") {
        foreign.note(node.place, format!("`{method}` is not carried over: only assume_role is"), None);
        return None;
    }
    let Some(arn) = foreign.text(node, "RoleArn") else {
        foreign.note(node.place, "a role without `RoleArn` is not carried over", None);
        return None;
    };
    let mut entries: Entries = vec![("name".to_owned(), Yaml::text(&arn))];
    add(&mut entries, "external_id", foreign.text(node, "ExternalId").map(Yaml::text));
    add(&mut entries, "session_name", foreign.text(node, "RoleSessionName").map(Yaml::text));
    let seconds = foreign.text(node, "DurationSeconds");
    add(&mut entries, "duration", seconds.map(|seconds| Yaml::text(format!("{seconds}s"))));
    if has_variable(&arn) && !arn.starts_with("arn:") {
        foreign.note(node.place, "whether the variable stands for a role is not known", None);
    }
    Some((arn, Yaml::Map(entries)))
}
