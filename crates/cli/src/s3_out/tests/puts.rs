use orgwide_simulator::{Answer, Denial, PolicyKind};

use super::*;
use crate::output::unwritable;

/// A row of a mebibyte.
fn large(number: u64) -> String {
    format!("{{\"page\":{number},\"data\":\"{}\"}}", "x".repeat(1 << 20))
}

fn write_large(sink: &mut dyn Sink, count: u64) -> Vec<String> {
    let rows: Vec<_> = (0..count).map(large).collect();
    sink.write(1, &rows.iter().map(String::as_bytes).collect::<Vec<_>>()).unwrap();
    rows
}

#[test]
fn a_put_that_fails_for_a_while_is_made_again() {
    let fails = Fault::on("s3", "PutObject").answers([Answer::Internal, Answer::Reset, Answer::Throttling]);
    let stage = Stage::set(world(), [fails]);
    let spec = stage.spec("a", 4);
    let (mut sink, _) = stage.open(&spec, None);
    write(&mut *sink, 1, 2).unwrap();
    assert_eq!(sink.finish(true).unwrap().unwrap().through, 1);
    assert_eq!(stage.objects(&spec), objects([("rows-00001.ndjson", &[(1, 2)])]));
    assert_eq!(stage.calls("PutObject"), 4);
}

#[test]
fn a_put_that_is_denied_says_where_and_what_to_do() {
    let denial = Denial::of("s3", "PutObject").by(PolicyKind::IdentityPolicy);
    let stage = Stage::set(WorldSpec { denials: vec![denial], ..world() }, []);
    let spec = stage.spec("a", 2);
    let (mut sink, _) = stage.open(&spec, None);
    write(&mut *sink, 1, 2).unwrap();
    write(&mut *sink, 2, 2).unwrap();
    // The first is put while the second fills: nothing is settled, and the end tells why.
    let stop = unwritable(sink.finish(true).unwrap_err());
    let text = format!("{stop:?}");
    let url = S3Url::parse(&spec.path).unwrap();
    for part in
        ["Output", &url.folder(), "rows-00001.ndjson", "AccessDenied", "request ", "allow s3:PutObject"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(stage.calls("PutObject"), 1, "a refusal is not asked for again");
}

#[test]
fn what_is_large_goes_in_pieces_and_is_one_object() {
    let stage = Stage::calm();
    let spec = stage.spec("a", 1_000);
    let (mut sink, _) = stage.open(&spec, None);
    let rows = write_large(&mut *sink, 70);
    sink.finish(true).unwrap();
    assert_eq!(stage.objects(&spec)["rows-00001.ndjson"], rows);
    assert_eq!((stage.calls("PutObject"), stage.calls("UploadPart")), (0, 5), "70 MiB by 16");
    assert_eq!((stage.calls("CompleteMultipartUpload"), stage.simulator.uploads()), (1, 0));
}

#[test]
fn of_what_cannot_be_put_whole_nothing_stays() {
    let third = [Answer::Ok, Answer::Ok, Answer::AccessDenied];
    let stage = Stage::set(world(), [Fault::on("s3", "UploadPart").answers(third)]);
    let spec = stage.spec("a", 1_000);
    let (mut sink, _) = stage.open(&spec, None);
    write_large(&mut *sink, 70);
    let error = sink.finish(true).unwrap_err().to_string();
    assert!(error.contains("s3:UploadPart") && error.contains("rows-00001.ndjson"), "{error}");
    assert_eq!((stage.objects(&spec).len(), stage.simulator.uploads()), (0, 0));
    assert_eq!(stage.calls("AbortMultipartUpload"), 1);
}
