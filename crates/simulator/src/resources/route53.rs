//! Route 53: the same from every region.

use serde_json::{Value, json};

use super::Place;
use super::cell::{Cell, UPPER};
use super::errors;
use super::input::{text, texts};
use super::kind::{Identity, Kind};
use super::paging::Paging;
use super::tagging::Form;
use crate::refusal::Refusal;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "route53",
    operation: "ListHostedZones",
    key: "route53:zone",
    items: "HostedZones",
    is_global: true,
    // More may be asked for, and is not given.
    paging: Paging::sized("MaxItems", 1, u32::MAX as u64, 100).returns(100),
    identify: |cell, number| {
        let id = format!("Z{}", cell.code(number, UPPER, 20));
        let name = format!("{}.example.com.", cell.named(number, &["shop", "corp"]));
        let arn = format!("arn:aws:route53:::hostedzone/{id}");
        Identity { kind: None, id, arn: Some(arn), name: Some(name) }
    },
    member: zone,
    ..Kind::BASE
}];

fn zone(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    json!({
        "Id": format!("/hostedzone/{}", identity.id),
        "Name": identity.name(),
        "CallerReference": cell.uuid(number),
        "Config": { "PrivateZone": rng.u8(..3) == 0, "Comment": null },
        "ResourceRecordSetCount": rng.u8(2..),
        "LinkedService": null,
    })
}

/// The tags of one hosted zone, or of up to ten.
pub(super) fn describe(place: Place<'_>, operation: &str, input: &Value) -> Option<Result<Value, Refusal>> {
    let (member, ids) = match operation {
        "ListTagsForResource" => ("ResourceTagSet", texts(input, "ResourceId")),
        "ListTagsForResources" => ("ResourceTagSets", texts(input, "ResourceIds")),
        _ => return None,
    };
    if text(input, "ResourceType") != "hostedzone" {
        return None;
    }
    if ids.len() > 10 {
        return Some(Err(errors::invalid("route53", "ResourceIds can have at most 10 items.")));
    }
    let cell = place.cell(&KINDS[0]);
    let told = ids.into_iter().map(|id| {
        let bare = id.trim_start_matches("/hostedzone/");
        let number = cell.find(bare).ok_or_else(|| errors::missing("route53", id))?;
        Ok(json!({ "ResourceType": "hostedzone", "ResourceId": bare, "Tags": Form::Upper.of(&cell.tags(number)) }))
    });
    Some(told.collect::<Result<Vec<Value>, _>>().map(|mut sets| match operation {
        "ListTagsForResource" => json!({ member: sets.pop() }),
        _ => json!({ member: sets }),
    }))
}
