//! Lambda.

use serde_json::{Value, json};

use super::Place;
use super::cell::{Cell, one_of, past};
use super::errors;
use super::input::text;
use super::kind::{Identity, Kind};
use super::paging::Paging;
use crate::refusal::Refusal;
use crate::seed::pick;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "lambda",
    operation: "ListFunctions",
    key: "lambda:function",
    items: "Functions",
    // More may be asked for, and is not given.
    paging: Paging::sized("MaxItems", 1, 10_000, 50).returns(50),
    identify: |cell, number| {
        let name = cell.named(number, &["handler", "resize", "notify"]);
        let arn = cell.arn("lambda", &format!("function:{name}"));
        Identity::named(name, arn)
    },
    member: function,
    ..Kind::BASE
}];

fn function(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let runtime = pick(&mut rng, &["python3.12", "python3.8", "nodejs20.x", "java21", "provided.al2023"]);
    let mut member = json!({
        "FunctionName": identity.name(),
        "FunctionArn": identity.arn(),
        "Runtime": runtime,
        "Handler": "index.handler",
        "PackageType": "Zip",
        "Architectures": [pick(&mut rng, &["x86_64", "arm64"])],
        "Role": format!("arn:aws:iam::{}:role/lambda", cell.account()),
        "MemorySize": one_of(&mut rng, &[128, 512, 3_008]),
        "Timeout": rng.u32(3..=900),
        "CodeSize": rng.u32(400..50_000_000),
        "Version": "$LATEST",
        "LastModified": past(&mut rng).replace('Z', ".000+0000"),
        "Environment": { "Variables": { "STAGE": "prod" } },
    });
    // A function of a container image has neither.
    if rng.u8(..5) == 0 {
        member["PackageType"] = "Image".into();
        (member["Runtime"], member["Handler"]) = (Value::Null, Value::Null);
    }
    member
}

/// The read operations about one function, which may be named by its name or its ARN.
pub(super) fn describe(place: Place<'_>, operation: &str, input: &Value) -> Option<Result<Value, Refusal>> {
    if !matches!(operation, "GetFunctionConfiguration" | "GetFunction") {
        return None;
    }
    let (cell, name) = (place.cell(&KINDS[0]), text(input, "FunctionName"));
    let Some(number) = cell.find(name) else { return Some(Err(errors::missing("lambda", name))) };
    let mut member = cell.member(number);
    member["State"] = "Active".into();
    member["LastUpdateStatus"] = "Successful".into();
    Some(Ok(match operation {
        "GetFunction" => json!({
            "Configuration": member,
            "Tags": super::tagging::Form::Map.of(&cell.tags(number)),
        }),
        _ => member,
    }))
}
