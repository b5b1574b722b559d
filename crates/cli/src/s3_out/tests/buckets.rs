use orgwide_simulator::{Answer, Denial, PolicyKind};

use super::*;

fn out_to(stage: &Stage, bucket: &str) -> (S3Out, Box<dyn Sink>) {
    let url = S3Url::parse(Path::new(&format!("s3://{bucket}/a"))).unwrap();
    let out = S3Out::default();
    let _inside = stage.runtime.enter();
    let (sink, _) = out.open(&spec(url.of_run(Start::at(Timestamp::UNIX_EPOCH)), ANSWER), None).unwrap();
    (out, sink)
}

#[test]
fn a_bucket_is_found_in_whatever_region_it_is() {
    let stage = Stage::calm();
    let (out, mut sink) = out_to(&stage, &stage.bucket());
    stage.connect(&out).unwrap();
    write(&mut *sink, 1, 1).unwrap();
    sink.finish(true).unwrap();
    let put = stage.simulator.log().into_iter().find(|request| request.operation == "PutObject").unwrap();
    assert_eq!((put.region.as_deref(), put.status), (Some("eu-west-1"), Some(200)));
    assert_eq!(stage.session.home_region().as_str(), "us-east-1");
    assert!(out.lines()[0].starts_with("1 object was put into s3://"), "{:?}", out.lines());
}

#[test]
fn a_bucket_that_is_not_there_is_told_before_anything_else() {
    let stage = Stage::calm();
    let (out, _sink) = out_to(&stage, "no-such-bucket");
    let stop = format!("{:?}", stage.connect(&out).unwrap_err());
    assert!(stop.contains("there is no bucket no-such-bucket") && stop.contains("Output"), "{stop}");
}

#[test]
fn whoever_may_not_ask_for_a_bucket_may_put_all_the_same() {
    let denial = Denial::of("s3", "HeadBucket").by(PolicyKind::IdentityPolicy);
    let stage = Stage::set(WorldSpec { denials: vec![denial], ..world() }, []);
    let (out, mut sink) = out_to(&stage, &stage.bucket());
    stage.connect(&out).unwrap();
    write(&mut *sink, 1, 1).unwrap();
    sink.finish(true).unwrap();
    assert_eq!(stage.simulator.objects(&stage.bucket()).len(), 1);
}

#[test]
fn where_s3_does_not_answer_nothing_is_begun() {
    let silent = Fault::on("s3", "HeadBucket").answers([Answer::Internal]).repeat();
    let stage = Stage::set(world(), [silent]);
    let (out, _sink) = out_to(&stage, &stage.bucket());
    let stop = format!("{:?}", stage.connect(&out).unwrap_err());
    assert!(stop.contains("s3:HeadBucket") && stop.contains("cannot be found"), "{stop}");
}

#[test]
fn the_bucket_of_another_account_takes_nothing() {
    let stage = Stage::calm();
    let other =
        stage.simulator.truth().accounts[1..].iter().find_map(|account| account.buckets.first()).unwrap();
    let (out, mut sink) = out_to(&stage, other);
    stage.connect(&out).unwrap();
    write(&mut *sink, 1, 1).unwrap();
    let error = sink.finish(true).unwrap_err().to_string();
    assert!(error.contains("AccessDenied"), "{error}");
}
