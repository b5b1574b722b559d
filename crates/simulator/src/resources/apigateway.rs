//! API Gateway's REST APIs.

use serde_json::{Value, json};

use super::Place;
use super::cell::{Cell, LOWER, past};
use super::errors;
use super::input::text;
use super::kind::{Identity, Kind};
use super::paging::Paging;
use super::tagging::{Form, Tagging};
use crate::refusal::Refusal;
use crate::seed::pick;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "apigateway",
    operation: "GetRestApis",
    key: "apigateway:rest-api",
    items: "items",
    paging: Paging::sized("limit", 1, 500, 25),
    tagging: Tagging::listed("tags", Form::Map),
    identify: |cell, number| {
        let id = cell.code(number, LOWER, 10);
        let name = cell.named(number, &["orders", "public"]);
        let arn = format!("arn:aws:apigateway:{}::/restapis/{id}", cell.region());
        Identity { kind: None, id, arn: Some(arn), name: Some(name) }
    },
    member: rest_api,
    ..Kind::BASE
}];

fn rest_api(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    json!({
        "id": identity.id,
        "name": identity.name(),
        "description": null,
        "endpointConfiguration": { "types": [pick(&mut rng, &["EDGE", "REGIONAL", "PRIVATE"])] },
        "apiKeySource": "HEADER",
        "disableExecuteApiEndpoint": rng.u8(..4) == 0,
        "policy": null,
        "createdDate": past(&mut rng),
    })
}

/// The stages of one API.
pub(super) fn describe(place: Place<'_>, operation: &str, input: &Value) -> Option<Result<Value, Refusal>> {
    if operation != "GetStages" {
        return None;
    }
    let cell = place.cell(&KINDS[0]);
    let Some(number) = cell.find(text(input, "restApiId")) else {
        return Some(Err(errors::missing("apigateway", "The API identifier")));
    };
    let mut rng = cell.rng(number);
    let stage = |name: &str| {
        json!({
            "stageName": name,
            "deploymentId": cell.code(number, LOWER, 6),
            "cacheClusterEnabled": false,
            "tracingEnabled": name == "prod",
            "webAclArn": null,
            "clientCertificateId": null,
            "createdDate": past(&mut cell.rng(number)),
        })
    };
    let stages = &["prod", "test"][..rng.usize(..3)];
    Some(Ok(json!({ "item": stages.iter().map(|name| stage(name)).collect::<Vec<_>>() })))
}
