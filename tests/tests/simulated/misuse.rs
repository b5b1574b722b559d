//! Bad input gets one clear message with the next step, the right exit code, soon, and leaves nothing.

use std::net::TcpListener;
use std::time::Duration;

use anyhow::Result;
use orgwide_tests::{Orgwide, Ran, Stage};

use crate::support::{calm, complaint, world};

const SOON: Duration = Duration::from_secs(5);

/// One error line of `code` with `says` in it, in time; its next step.
fn refused(ran: &Ran, code: i32, says: &str) -> Option<String> {
    assert_eq!(ran.code, Some(code), "{}", ran.stderr);
    assert!(ran.took <= SOON, "{:?}: {}", ran.took, ran.stderr);
    assert!(ran.stdout.is_empty(), "{}", ran.stdout);
    let (error, next) = complaint(ran);
    assert!(error.contains(says), "`{says}` is not in: {error}");
    next
}

/// The same, with a next step in which `step` is said.
fn refused_with(ran: &Ran, code: i32, says: &str, step: &str) {
    let next = refused(ran, code, says).unwrap_or_default();
    assert!(next.contains(step), "`{step}` is not in: {next}");
}

/// Nothing is left in the folder.
fn leaves_nothing(stage: &Stage) -> Result<()> {
    let left: Vec<_> = std::fs::read_dir(stage.folder())?.collect::<Result<_, _>>()?;
    assert!(left.is_empty(), "{left:?}");
    Ok(())
}

const OUT: [&str; 6] = ["inventory", "ec2:instance", "s3:bucket", "--org", "--out", "rows.ndjson"];

#[test]
fn without_credentials_nothing_starts() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let ran = stage.orgwide(&OUT)?.without("AWS_ACCESS_KEY_ID").without("AWS_SECRET_ACCESS_KEY").run()?;
    refused_with(&ran, 3, "no usable AWS credentials", "aws sso login");
    leaves_nothing(&stage)
}

#[test]
fn a_profile_that_is_not_there_gives_no_credentials() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let orgwide = stage.orgwide(&[&OUT[..], &["--profile", "nowhere"]].concat())?;
    let ran = orgwide.without("AWS_ACCESS_KEY_ID").without("AWS_SECRET_ACCESS_KEY").run()?;
    refused_with(&ran, 3, "no usable AWS credentials", "profile");
    leaves_nothing(&stage)
}

#[test]
fn an_endpoint_that_refuses_is_out_of_reach() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let free = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let ran = stage.orgwide(&OUT)?.env("AWS_ENDPOINT_URL", format!("http://{free}")).run()?;
    refused_with(&ran, 3, "unreachable", "endpoint");
    leaves_nothing(&stage)
}

#[test]
fn an_endpoint_that_never_answers_is_out_of_reach() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let silent = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", silent.local_addr()?);
    let verbs = [&OUT[..], &["accounts", "--org"], &["targets", "--org"]];
    let running = verbs.map(|verb| stage.orgwide(verb)?.env("AWS_ENDPOINT_URL", &url).start());
    for running in running {
        let ran = running?.end()?;
        refused_with(&ran, 3, "no answer within", "endpoint");
    }
    leaves_nothing(&stage)
}

#[test]
fn a_metadata_service_that_never_answers_is_not_waited_for() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let silent = TcpListener::bind("127.0.0.1:0")?;
    let ran = Orgwide::new(stage.folder())?
        .args(OUT)
        .without("AWS_EC2_METADATA_DISABLED")
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", format!("http://{}", silent.local_addr()?))
        .run()?;
    refused_with(&ran, 3, "no usable AWS credentials", "sign in");
    leaves_nothing(&stage)
}

#[test]
fn a_portals_page_in_place_of_aws_is_known_for_what_it_is() -> Result<()> {
    let fault = crate::support::always("sts", "*", orgwide_simulator::Answer::Html);
    let stage = crate::support::disturbed(world(1, 1), [fault])?;
    let ran = stage.run(&OUT)?;
    refused_with(&ran, 3, "not_an_aws_answer", "portal");
    leaves_nothing(&stage)
}

#[test]
fn a_caller_without_access_to_the_organization_is_told_which_permission() -> Result<()> {
    let fault =
        crate::support::always("organizations", "ListAccounts", orgwide_simulator::Answer::AccessDenied);
    let stage = crate::support::disturbed(world(1, 1), [fault])?;
    let ran = stage.run(&OUT)?;
    refused_with(&ran, 3, "AccessDenied", "organizations:ListAccounts");
    leaves_nothing(&stage)
}

#[test]
fn a_region_aws_does_not_have_is_refused_with_the_nearest_name() -> Result<()> {
    let stage = calm(world(1, 1))?;
    for flag in ["--region", "--not-region"] {
        let ran = stage.run(&[&OUT[..], &[flag, "eu-cental-1"]].concat())?;
        refused_with(&ran, 2, "did you mean `eu-central-1`?", "eu-central-1");
    }
    assert_eq!(stage.simulator().connections(), 0);
    leaves_nothing(&stage)
}

#[test]
fn what_is_written_wrong_is_a_matter_of_usage() -> Result<()> {
    let stage = calm(world(1, 1))?;
    for (arguments, says) in [
        (&["ec2:instances"][..], "did you mean `ec2:instance`?"),
        (&["--in-flight", "0"], "--in-flight"),
        (&["--item-timeout", "5"], "span of time"),
        (&["--account", "12345"], "12345"),
        (&["--account", "12345678901"], "12345678901"),
        (&["--role", "a b"], "a b"),
        (&["--simulate=0"], "0"),
        (&["--simulate", "--profile", "x"], "--profile"),
        (&["--log", "=="], "log filter"),
        (&["--out", "rows.txt"], "rows.txt"),
        (&["--out", "rows"], "ndjson"),
        (&["--out", "a.ndjson", "--out", "a.ndjson"], "twice"),
        (&["--out", "a.ndjson", "--out", "./a.ndjson"], "a.ndjson"),
        (&["--nonsense"], "--nonsense"),
    ] {
        if arguments == ["--account", "12345"] {
            // Five digits may be a name, and nobody has it.
            let ran = stage.run(&[&["inventory"], arguments].concat())?;
            refused(&ran, 3, "empty");
            continue;
        }
        let ran = stage.run(&[&["inventory"], arguments].concat())?;
        refused(&ran, 2, says);
    }
    leaves_nothing(&stage)
}

#[test]
fn a_limit_that_cannot_be_meant_is_refused_with_one_that_can() -> Result<()> {
    let stage = calm(world(1, 1))?;
    for (limit, says) in [
        ("ec2=0/s", "20/s"),
        ("ec2=-1/s", "20/s"),
        ("ec2=NaN/s", "20/s"),
        ("ec2=inf/s", "20/s"),
        ("ec2=1e300/s", "20/s"),
        ("ec2:DescribeInstances=5", "`5/s`"),
        ("ec2=5/s burst 0", "burst"),
        ("ec2=5/s per run twice", "twice"),
        ("ec2=fast", "20/s"),
        ("ec2", "ec2:Describe*=20/s burst 100"),
    ] {
        let ran = stage.run(&["inventory", "--limit", limit])?;
        refused(&ran, 2, says);
    }
    let ran = stage.run(&["inventory", "--limit", "ecc=5/s"])?;
    refused_with(&ran, 2, "ecc", "did you mean `ec2`?");
    assert_eq!(stage.simulator().connections(), 0);
    leaves_nothing(&stage)
}

#[test]
fn an_empty_selection_is_an_error_and_leaves_no_file() -> Result<()> {
    let stage = calm(world(3, 1))?;
    let own = stage.truth().management_account.clone();
    for selection in [
        &["--account", "nobody-*"][..],
        &["--org", "--not-account", "*"],
        &["--account", &own, "--not-account", &own],
        &["--not-account", &own],
        &["--region", "us-east-1", "--not-region", "us-*,global"],
    ] {
        let files = ["--out", "rows.ndjson", "--summary", "summary.json"];
        let ran = stage.run(&[&["inventory"], selection, &files].concat())?;
        assert!(refused(&ran, 3, "the selection is empty").is_some(), "no next step: {}", ran.stderr);
        assert!(!stage.path("rows.ndjson").exists(), "{selection:?}");
    }
    assert_eq!(stage.calls("sts", "AssumeRole"), 0);
    Ok(())
}

#[test]
fn an_output_that_cannot_be_written_is_told_before_anything_is_asked() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let ran = stage.run(&["inventory", "ec2:instance", "s3:bucket", "--out", "missing/rows.ndjson"])?;
    refused_with(&ran, 5, "missing/rows.ndjson", "folder");
    assert_eq!(stage.simulator().connections(), 0);
    leaves_nothing(&stage)
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_ends_the_run() -> Result<()> {
    let stage = calm(world(6, 2))?;
    let ran = stage.run(&["inventory", "ec2:instance", "s3:bucket", "--org", "--out", "/dev/full"])?;
    refused_with(&ran, 5, "/dev/full cannot be written", "room");

    for verb in [
        &["inventory", "ec2:instance", "s3:bucket", "--org"][..],
        &["accounts", "--org"],
        &["targets", "--org"],
        &["inventory", "--list"],
    ] {
        let full = std::fs::File::options().write(true).open("/dev/full")?;
        let ran = stage.orgwide(verb)?.stdout(full).run()?;
        refused(&ran, 5, "stdout cannot be written");
    }
    Ok(())
}

#[test]
fn a_summary_that_cannot_be_written_is_an_error_too() -> Result<()> {
    let stage = calm(world(2, 1))?;
    let ran = stage.run(&[
        "inventory",
        "ec2:instance",
        "s3:bucket",
        "--org",
        "--out",
        "rows.ndjson",
        "--summary",
        "missing/summary.json",
    ])?;
    refused(&ran, 5, "missing/summary.json");
    Ok(())
}

#[test]
fn an_output_that_is_there_is_left_alone_unless_it_may_be_replaced() -> Result<()> {
    let stage = calm(world(3, 1))?;
    std::fs::write(stage.path("rows.ndjson"), "precious\n")?;
    let ran = stage.run(&OUT)?;
    refused_with(&ran, 2, "exists already", "--overwrite");
    assert_eq!(stage.file("rows.ndjson")?, "precious\n");

    // What fails before the first row has replaced nothing.
    let nobody = [
        "inventory",
        "ec2:instance",
        "s3:bucket",
        "--account",
        "nobody",
        "--out",
        "rows.ndjson",
        "--overwrite",
    ];
    refused(&stage.run(&nobody)?, 3, "empty");
    assert_eq!(stage.file("rows.ndjson")?, "precious\n");

    stage.run_to(0, &[&OUT[..], &["--overwrite"]].concat())?;
    stage.rows()?.are(orgwide_tests::all_of(stage.truth(), |_| true))
}

#[test]
fn a_reader_that_leaves_ends_the_run_without_a_word() -> Result<()> {
    let stage = calm(world(30, 2))?;
    for verb in [
        &["inventory", "ec2:instance", "s3:bucket", "--org"][..],
        &["accounts", "--org"],
        &["targets", "--org"],
        &["inventory", "--list"],
    ] {
        let (reader, writer) = std::io::pipe()?;
        drop(reader);
        let ran = stage.orgwide(verb)?.stdout(writer).run()?;
        assert_eq!(ran.code, Some(141), "{verb:?}: {}", ran.stderr);
        assert!(ran.took <= SOON, "{:?}", ran.took);
        assert!(!ran.stderr.contains("error") && !ran.stderr.contains("panicked"), "{}", ran.stderr);
    }
    Ok(())
}

#[test]
fn bodies_are_never_logged_even_when_the_sdk_would() -> Result<()> {
    let stage = calm(world(1, 1))?;
    for verb in [&OUT[..], &["accounts"], &["targets"]] {
        let ran = stage.orgwide(verb)?.env("LOG_SENSITIVE_BODIES", "true").run()?;
        refused_with(&ran, 2, "LOG_SENSITIVE_BODIES", "unset");
    }
    leaves_nothing(&stage)
}

#[test]
fn a_file_that_would_be_written_over_another_is_refused() -> Result<()> {
    let stage = calm(world(2, 1))?;
    for files in [
        &["--out", "a.ndjson", "--summary", "./a.ndjson"][..],
        &["--out", "a.ndjson", "--errors-out", "a.ndjson"],
        &["--store", "a.sqlite", "--errors-out", "a.sqlite"],
        &["--store", "a.sqlite", "--summary", "a.sqlite"],
        &["--store", "a.ndjson", "--out", "a.ndjson"],
        &["--summary", "a.json", "--errors-out", "a.json"],
    ] {
        let ran = stage.run(&[&["inventory", "ec2:instance", "s3:bucket", "--org"][..], files].concat())?;
        refused_with(&ran, 2, "name the same file", "a file of its own");
        leaves_nothing(&stage)?;
    }
    Ok(())
}

#[test]
fn a_ledger_that_is_a_device_is_refused_and_no_lock_made_beside_it() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let ran = stage.run(&["inventory", "ec2:instance", "s3:bucket", "--org", "--store", "/dev/null"])?;
    refused_with(&ran, 5, "is not a file", "name a file");
    assert!(!std::path::Path::new("/dev/null-lock").exists());
    leaves_nothing(&stage)
}

#[cfg(target_os = "linux")]
#[test]
fn names_a_ledger_cannot_keep_are_refused() -> Result<()> {
    use std::os::unix::ffi::OsStrExt;

    let stage = calm(world(1, 1))?;
    for flag in ["--out", "--accounts-file"] {
        let name = std::ffi::OsStr::from_bytes(b"n\xff.ndjson");
        let ran = stage.orgwide(&["inventory", flag])?.args([name]).run()?;
        refused_with(&ran, 2, &format!("{flag} is not UTF-8"), "UTF-8");
        leaves_nothing(&stage)?;
    }
    Ok(())
}

#[test]
fn files_of_the_end_that_have_no_folder_are_refused_at_the_beginning() -> Result<()> {
    let stage = calm(world(1, 1))?;
    for flag in ["--summary", "--errors-out"] {
        let ran = stage.run(&["inventory", "ec2:instance", "s3:bucket", "--org", flag, "no/such"])?;
        refused_with(&ran, 5, "no/such cannot be written", "folder");
        leaves_nothing(&stage)?;
    }
    assert_eq!(stage.calls_of("organizations"), 0);
    Ok(())
}
