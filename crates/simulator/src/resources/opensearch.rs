//! OpenSearch Service.

use serde_json::{Value, json};

use super::Place;
use super::cell::Cell;
use super::errors;
use super::input::{text, texts};
use super::kind::{Identity, Kind};
use super::listing::Selection;
use super::paging::Paging;
use crate::refusal::Refusal;
use crate::seed::pick;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "opensearch",
    operation: "ListDomainNames",
    key: "opensearch:domain",
    items: "DomainNames",
    paging: Paging::SINGLE,
    parameters: &["EngineType"],
    identify: |cell, number| {
        let name = cell.named(number, &["logs", "find"]);
        let arn = cell.arn("es", &format!("domain/{name}"));
        Identity::named(name, arn)
    },
    member: |cell, number, identity| json!({ "DomainName": identity.name(), "EngineType": engine(cell, number) }),
    select: |cell, input| match text(input, "EngineType") {
        "" => Ok(Selection::ALL),
        wanted => Ok(Selection::only(cell, |number| engine(cell, number) == wanted)),
    },
    ..Kind::BASE
}];

fn engine(cell: &Cell<'_>, number: usize) -> &'static str {
    if cell.rng(number).u8(..4) == 0 { "Elasticsearch" } else { "OpenSearch" }
}

/// What is told of one domain, or of up to five.
pub(super) fn describe(place: Place<'_>, operation: &str, input: &Value) -> Option<Result<Value, Refusal>> {
    let cell = place.cell(&KINDS[0]);
    match operation {
        "DescribeDomain" => {
            let name = text(input, "DomainName");
            let found = cell.find(name).ok_or_else(|| errors::missing("opensearch", name));
            Some(found.map(|number| json!({ "DomainStatus": status(&cell, number) })))
        }
        "DescribeDomains" => {
            let names = texts(input, "DomainNames");
            if names.len() > 5 {
                let message = "Please provide a maximum of 5 domain names to describe.";
                return Some(Err(errors::invalid("opensearch", message)));
            }
            // Names that are not there are passed over.
            let found =
                names.into_iter().filter_map(|name| cell.find(name)).map(|number| status(&cell, number));
            Some(Ok(json!({ "DomainStatusList": found.collect::<Vec<_>>() })))
        }
        _ => None,
    }
}

fn status(cell: &Cell<'_>, number: usize) -> Value {
    let (identity, mut rng) = (cell.identity(number), cell.rng(number));
    let engine = engine(cell, number);
    json!({
        "DomainId": format!("{}/{}", cell.account(), identity.name()),
        "DomainName": identity.name(),
        "ARN": identity.arn(),
        "Created": true,
        "Deleted": false,
        "Processing": false,
        "EngineVersion": if engine == "OpenSearch" { "OpenSearch_2.17" } else { "Elasticsearch_7.10" },
        "Endpoint": format!("search-{}.{}.es.amazonaws.com", identity.name(), cell.region()),
        "ClusterConfig": {
            "InstanceType": pick(&mut rng, &["t3.small.search", "r7g.large.search"]),
            "InstanceCount": rng.u8(1..4),
        },
        "EncryptionAtRestOptions": { "Enabled": rng.bool() },
        "NodeToNodeEncryptionOptions": { "Enabled": rng.bool() },
        "DomainEndpointOptions": { "EnforceHTTPS": rng.bool() },
    })
}
