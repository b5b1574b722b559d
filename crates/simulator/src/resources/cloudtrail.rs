//! CloudTrail.

use serde_json::{Value, json};

use super::Place;
use super::cell::{Cell, past};
use super::errors;
use super::input::{flag, text, texts};
use super::kind::{Identity, Kind};
use super::listing::Selection;
use super::paging::Paging;
use super::tagging::Form;
use crate::refusal::Refusal;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "cloudtrail",
    operation: "DescribeTrails",
    key: "cloudtrail:trail",
    items: "trailList",
    most: 5,
    paging: Paging::SINGLE,
    parameters: &["includeShadowTrails", "trailNameList"],
    identify: |cell, number| {
        let name = cell.named(number, &["audit", "security"]);
        Identity::by_arn(cell.arn("cloudtrail", &format!("trail/{name}")), name)
    },
    member: trail,
    select: trails,
    ..Kind::BASE
}];

/// Two in three record every region, and so are seen from each.
fn is_everywhere(cell: &Cell<'_>, number: usize) -> bool {
    cell.rng(number).u8(..3) > 0
}

fn trail(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let everywhere = rng.u8(..3) > 0;
    json!({
        "Name": identity.name(),
        "TrailARN": identity.arn(),
        "HomeRegion": cell.region(),
        "S3BucketName": format!("cloudtrail-{}", cell.account()),
        "IsMultiRegionTrail": everywhere,
        "IncludeGlobalServiceEvents": everywhere,
        "IsOrganizationTrail": false,
        "LogFileValidationEnabled": rng.bool(),
        "HasCustomEventSelectors": false,
        "HasInsightSelectors": false,
        "KmsKeyId": if rng.bool() { Value::Null } else { format!("arn:aws:kms:{}:{}:alias/trail", cell.region(), cell.account()).into() },
    })
}

/// Those who do not say that they want none of them get the shadows of other regions' trails too.
fn trails(cell: &Cell<'_>, input: &Value) -> Result<Selection, Refusal> {
    let names = texts(input, "trailNameList");
    let is_named = |identity: &Identity| {
        names.is_empty() || names.iter().any(|name| identity.is(name) || identity.name() == *name)
    };
    let own = Selection::only(cell, |number| is_named(&cell.identity(number)));
    if flag(input, "includeShadowTrails") == Some(false) {
        return Ok(own);
    }
    let regions = cell.place.world.spec.regions.iter().filter(|region| *region != cell.region());
    let shadows = regions.flat_map(|region| {
        let other = cell.elsewhere(region);
        let seen = (0..other.len())
            .filter(|number| is_everywhere(&other, *number) && is_named(&other.identity(*number)));
        seen.map(|number| other.member(number)).collect::<Vec<_>>()
    });
    Ok(own.and(shadows.collect()))
}

/// The state of one trail, and the tags of up to twenty.
pub(super) fn describe(place: Place<'_>, operation: &str, input: &Value) -> Option<Result<Value, Refusal>> {
    match operation {
        "GetTrailStatus" => Some(status(place, text(input, "Name"))),
        "ListTags" => Some(tags(place, &texts(input, "ResourceIdList"))),
        _ => None,
    }
}

fn status(place: Place<'_>, name: &str) -> Result<Value, Refusal> {
    let cell = place.cell(&KINDS[0]);
    let is_named = |number: &usize| {
        let identity = cell.identity(*number);
        identity.is(name) || identity.name() == name
    };
    let unknown = || Refusal::new(400, "TrailNotFoundException", format!("Unknown trail: {name}"));
    let number = (0..cell.len()).find(is_named).ok_or_else(unknown)?;
    let mut rng = cell.rng(number);
    Ok(
        json!({ "IsLogging": rng.u8(..5) > 0, "LatestDeliveryError": null, "LatestDeliveryTime": past(&mut rng) }),
    )
}

fn tags(place: Place<'_>, arns: &[&str]) -> Result<Value, Refusal> {
    if arns.len() > 20 {
        return Err(errors::invalid("cloudtrail", "ResourceIdList can have at most 20 items."));
    }
    let cell = place.cell(&KINDS[0]);
    let told = arns.iter().map(|arn| {
        let number = cell.find(arn).ok_or_else(|| errors::missing("cloudtrail", arn))?;
        Ok(json!({ "ResourceId": arn, "TagsList": Form::Upper.of(&cell.tags(number)) }))
    });
    Ok(json!({ "ResourceTagList": told.collect::<Result<Vec<_>, _>>()?, "NextToken": null }))
}
