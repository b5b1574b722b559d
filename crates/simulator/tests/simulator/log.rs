//! The log of requests.

use orgwide_simulator::{Request, Simulator, SimulatorError, WorldSpec};
use serde_json::json;

use crate::support::*;

#[tokio::test(start_paused = true)]
async fn a_request_is_logged_with_all_that_is_known_of_it() {
    let sim = simulator(|_| ());
    let id = sim.truth().accounts[3].id.clone();
    let key = member(&sim, 3).await;
    tokio::time::advance(std::time::Duration::from_secs(5)).await;
    send(&sim, describe_instances(&key, "eu-west-1", &[("MaxResults", "4")])).await;

    let log = sim.log();
    let written: Vec<serde_json::Value> = log.iter().map(|r| serde_json::to_value(r).unwrap()).collect();
    for (entry, expected) in written.iter().zip([
        json!({
            "seq": 1, "connection": 0, "in_flight": 1, "account": sim.truth().management_account,
            "access_key_is_base": true, "region": "us-east-1", "service": "sts", "operation": "AssumeRole",
            "attempt": 2, "invocation_id": "0f9a1b2c-0000-4000-8000-00000000abcd",
            "signed_at": "2025-01-31T12:00:00Z", "status": 200, "code": null, "role_arn": role(&id),
        }),
        json!({
            "seq": 2, "connection": 0, "in_flight": 1, "account": id, "access_key_is_base": false,
            "region": "eu-west-1", "service": "ec2", "operation": "DescribeInstances", "attempt": 2,
            "invocation_id": "0f9a1b2c-0000-4000-8000-00000000abcd", "signed_at": "2025-01-31T12:00:00Z",
            "status": 400, "code": "InvalidParameterValue", "role_arn": null,
        }),
    ]) {
        for (field, value) in expected.as_object().unwrap() {
            assert_eq!(&entry[field], value, "{field}");
        }
    }
    assert!((5_000_000..5_100_000).contains(&(log[1].arrived_us - log[0].arrived_us)));
    assert!(log.iter().all(|request| request.finished_us >= request.arrived_us));
    let arrived = &log[0].arrived;
    assert!(arrived.len() == 24 && arrived.ends_with('Z') && &arrived[19..20] == ".", "{arrived}");
    let counted: Vec<_> = sim.calls().into_iter().collect();
    assert_eq!(counted[0], (("ec2".to_owned(), "DescribeInstances".to_owned()), 1));
    assert_eq!(counted[1], (("sts".to_owned(), "AssumeRole".to_owned()), 1));
}

#[tokio::test(start_paused = true)]
async fn the_file_has_a_line_for_every_request_at_once_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("requests.ndjson");
    let sim = Simulator::builder(WorldSpec::default()).log_file(&path).build().unwrap();
    let lines = || std::fs::read_to_string(&path).unwrap();
    assert_eq!(lines(), "");

    let id = sim.truth().accounts[1].id.clone();
    let answer = send(&sim, assume(&Key::hub(), &role(&id))).await;
    assert_eq!(lines().lines().count(), 1);
    let key = Key { id: answer.text("AccessKeyId"), token: Some(answer.text("SessionToken")) };
    send(&sim, describe_instances(&key, "us-east-1", &[])).await;
    send(&sim, organizations(&key, "ListAccounts", json!({}))).await;
    send(&sim, s3(&Key { token: Some("wrong-token-canary".into()), ..key.clone() }, "/")).await;

    let text = lines();
    let read: Vec<Request> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read, sim.log());
    assert_eq!(read.len(), 4);
    let secrets =
        [answer.text("SecretAccessKey"), answer.text("SessionToken"), key.id, "wrong-token-canary".into()];
    for secret in secrets.iter().map(String::as_str).chain(["5ec4e7", "AKIAIOSFODNN7EXAMPLE", "Credential"]) {
        assert!(!text.contains(secret), "{secret} is in the log");
        assert!(!format!("{sim:?}").contains(secret), "{secret} is in the debug form");
    }
}

#[tokio::test(start_paused = true)]
async fn the_counts_are_kept_when_the_log_is_not() {
    let sim = Simulator::builder(WorldSpec::default()).keep_log(false).build().unwrap();
    for _ in 0..3 {
        send(&sim, s3(&Key::hub(), "/")).await;
    }
    assert_eq!(sim.log(), []);
    assert_eq!(sim.calls()[&("s3".to_owned(), "ListBuckets".to_owned())], 3);
    assert_eq!((sim.peak_in_flight(), sim.connections()), (1, 0));
}

#[test]
fn a_log_file_that_cannot_be_opened_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let made =
        Simulator::builder(WorldSpec::default()).log_file(folder.path().join("no/such/folder")).build();
    assert!(matches!(made, Err(SimulatorError::LogFile { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_stranger_cannot_swell_the_log() {
    let sim = simulator(|_| ());
    let long = "x".repeat(10_000);
    send(&sim, form(&Key::hub(), &long, &long, &[("Action", &long)])).await;
    let written = serde_json::to_string(&sim.log()).unwrap();
    assert!(written.len() < 1_500, "{} bytes", written.len());
}
