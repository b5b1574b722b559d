//! Many calls over many services of moto have the answers that boto3 gives.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use orgwide_call::Caller;
use orgwide_names::{Partition, RegionName, RoleSpec};
use orgwide_session::{Credentials, RoleRequest, Session};
use orgwide_tests::{python, run_script};
use serde::Deserialize;
use serde_json::{Number, Value};
use tokio::runtime::Runtime;

/// How many had equal answers when this was written. It may only rise.
const FLOOR: usize = 58;

/// What boto3 and we answer differently, and why that is right. It may only get shorter.
const KNOWN: &[Known] = &[
    Known {
        service: "sts",
        operation: "GetCallerIdentity",
        at: "/Arn",
        why: "the name of a session of its own",
    },
    Known {
        service: "sts",
        operation: "GetCallerIdentity",
        at: "/UserId",
        why: "the id of a session of its own",
    },
    Known { service: "s3", operation: "GetObject", at: "/ChecksumCRC32", why: "boto3 asks for it unasked" },
    Known {
        service: "rds",
        operation: "DescribeDBInstances",
        at: "/DBInstances/0/LatestRestorableTime",
        why: "moto says the time of the answer",
    },
    Known {
        service: "athena",
        operation: "GetWorkGroup",
        at: "/WorkGroup/CreationTime",
        why: "moto says the time of the answer",
    },
    Known {
        service: "efs",
        operation: "DescribeFileSystems",
        at: "/FileSystems/0/SizeInBytes/Timestamp",
        why: "moto says the time of the answer",
    },
];

/// One value of an answer in which boto3 and we differ; the others must be equal.
struct Known {
    service: &'static str,
    operation: &'static str,
    /// As a JSON pointer.
    at: &'static str,
    why: &'static str,
}

/// The account and the region that `moto/calls.py` fills.
const ACCOUNT: &str = "210987654321";
const REGION: &str = "eu-west-1";

/// A call made with boto3.
#[derive(Deserialize)]
struct Called {
    service: String,
    operation: String,
    input: Value,
    value: Value,
}

impl Called {
    /// Whether all of it is equal, or what differs that is not known to.
    fn compare(&self, answer: Value) -> Result<bool, String> {
        let (mut wanted, mut got) = (canonical(&self.value), canonical(&answer));
        let mut known =
            KNOWN.iter().filter(|k| (k.service, k.operation) == (&self.service, &self.operation)).peekable();
        let is_equal = known.peek().is_none();
        for Known { at, why, .. } in known {
            if taken(&mut wanted, at) == taken(&mut got, at) {
                return Err(format!("is equal at {at} now, take it off the list: {why}"));
            }
        }
        if wanted == got { Ok(is_equal) } else { Err(format!("is {got}, not {wanted}")) }
    }
}

/// What is at a pointer, which is then no more.
fn taken(value: &mut Value, pointer: &str) -> Option<Value> {
    let (parent, name) = pointer.rsplit_once('/')?;
    value.pointer_mut(parent)?.as_object_mut()?.remove(name)
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that checks nothing must say so")]
fn answers_are_those_of_boto3() -> Result<()> {
    let Some(mut script) = python("moto/calls.py") else { return Ok(()) };
    let Ok(endpoint) = std::env::var("ORGWIDE_MOTO_ENDPOINT") else {
        eprintln!("not run: there is no moto server; `cargo xtask test` starts one");
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("calls.ndjson");
    run_script(script.args(["--endpoint", &endpoint, "--out"]).arg(&file))?;
    let lines = std::fs::read_to_string(&file)?;
    let calls = lines.lines().map(serde_json::from_str).collect::<Result<Vec<Called>, _>>()?;
    let services: BTreeSet<&str> = calls.iter().map(|call| call.service.as_str()).collect();
    ensure!(calls.len() >= 50 && services.len() >= 25, "{} calls, {services:?}", calls.len());

    Runtime::new()?.block_on(compare(&endpoint, &calls))
}

async fn compare(endpoint: &str, calls: &[Called]) -> Result<()> {
    let region: RegionName = REGION.parse()?;
    let hub = Session::builder()
        .credentials(Credentials::new("hub", "x", None, None, "test"))
        .region(region.clone())
        .endpoint_url(endpoint)
        .load()
        .await?;
    let role = RoleSpec::default().resolve(Partition::aws(), ACCOUNT.parse()?)?;
    let member = hub.assumed(&RoleRequest::new(role));
    let caller = Caller::new(&member.config_in(&region));

    let (mut equal, mut wrong) = (0, Vec::new());
    for call in calls {
        let name = format!("{} {}", call.service, call.operation);
        match caller.call(&call.service, &call.operation, call.input.clone()).await {
            Err(error) => wrong.push(format!("{name} failed: {error:?}")),
            Ok(answer) => match call.compare(answer) {
                Ok(is_equal) => equal += usize::from(is_equal),
                Err(what) => wrong.push(format!("{name} {what}")),
            },
        }
    }
    ensure!(wrong.is_empty(), "{} of {} differ: {wrong:#?}", wrong.len(), calls.len());
    ensure!(equal >= FLOOR, "{equal} of {} are equal", calls.len());

    // Every attempt went through the gate, and had a permit of the limiter: those calls and one AssumeRole.
    let counted = hub.calls();
    assert_eq!((counted.calls, counted.retries, counted.assume_role), (calls.len() as u64 + 1, 0, 1));
    assert_eq!(hub.limiter().counters().total.granted, counted.calls);
    Ok(())
}

/// The value with every number as a float, but for whole ones.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Number(number) => {
            let float = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 9e15);
            Value::Number(float.map_or_else(|| number.clone(), |float| Number::from(float as i64)))
        }
        Value::Array(items) => items.iter().map(canonical).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), canonical(value))).collect()
        }
        other => other.clone(),
    }
}
