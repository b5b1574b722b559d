use orgwide_names::{RegionName, ServiceName};

use crate::node::{Node, Value};
use crate::problem::quoted;
use crate::reader::{Objection, Reader};
use crate::regions;

/// Where the calls of a service go.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Endpoint {
    /// Of which service.
    pub service: ServiceName,
    /// In which region; none: in those that have none of their own.
    pub region: Option<RegionName>,
    /// Where to.
    pub url: String,
}

/// In place of a region: wherever the service has no endpoint of its own.
pub(crate) const ELSEWHERE: &str = "default";

/// A map from services to a URL, or to a map from regions to URLs.
pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Vec<Endpoint> {
    let Value::Map(services) = &node.value else {
        reader.is_map(node, [].iter());
        return Vec::new();
    };
    let mut endpoints = Vec::new();
    for entry in services {
        let service = match service(&entry.key) {
            Ok(service) => service,
            Err(Objection { message, hint }) => {
                reader.problems.add(entry.place, message, hint);
                continue;
            }
        };
        let Value::Map(by_region) = &entry.node.value else {
            if let Some(url) = reader.parsed(&entry.node, "a URL", url) {
                endpoints.push(Endpoint { service, region: None, url });
            }
            continue;
        };
        for entry in by_region {
            let region = match &*entry.key {
                ELSEWHERE => Ok(None),
                name => regions::named(name).map(Some),
            };
            let region = match region {
                Ok(region) => region,
                Err(Objection { message, hint }) => {
                    reader.problems.add(entry.place, message, hint);
                    continue;
                }
            };
            if let Some(url) = reader.parsed(&entry.node, "a URL", url) {
                endpoints.push(Endpoint { service: service.clone(), region, url });
            }
        }
    }
    endpoints
}

fn service(text: &str) -> Result<ServiceName, Objection> {
    match text.parse::<ServiceName>() {
        Ok(service) if service.is_known() => Ok(service),
        _ => Err(Objection {
            message: format!("no service of AWS is called `{}`", quoted(text)),
            hint: Some(ServiceName::nearest(text).map_or_else(
                || "name it as the AWS CLI does, such as `ec2`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            )),
        }),
    }
}

/// Only the form that matters here: a scheme and a host, nothing that could be a secret.
pub(crate) fn url(text: &str) -> Result<String, Objection> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let legal = |host: &str| {
        !host.is_empty() && !host.contains(|c: char| c == '@' || c.is_whitespace() || c.is_control())
    };
    if host.is_some_and(legal) && !text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Ok(text.to_owned());
    }
    let message = "this is not the URL of an endpoint".to_owned();
    Err(Objection {
        message,
        hint: Some("write https://HOST or http://HOST:PORT, without user and password".to_owned()),
    })
}
