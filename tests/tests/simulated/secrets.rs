//! No secret is ever printed, written or logged.

use anyhow::Result;
use orgwide_simulator::Answer;
use orgwide_tests::{ask, texts};

use crate::support::{always, calm, disturbed, inventory, world};

const SECRET: &str = "CanarySecretKeyThatNobodyMaySee/0123+xyz";
const TOKEN: &str = "CanarySessionTokenThatNobodyMaySee/4567+abc==";

#[test]
fn no_secret_reaches_any_output_at_the_highest_log_level() -> Result<()> {
    let spec = world(5, 2);
    // A world hands out the same credentials as its twin, in the same order.
    let twin = calm(spec.clone())?;
    let mut secrets = vec![SECRET.to_owned(), TOKEN.to_owned()];
    for account in &twin.truth().accounts[1..] {
        let form = format!(
            "Action=AssumeRole&Version=2011-06-15&RoleSessionName=twin&RoleArn=arn%3Aaws%3Aiam%3A%3A{}%3Arole%2F{}",
            account.id,
            twin.truth().role
        );
        let answer = ask(twin.server().address(), "sts", "us-east-1", "/", Some(&form))?;
        secrets.extend(["SecretAccessKey", "SessionToken"].map(|name| texts(&answer, name).concat()));
    }
    assert!(secrets.iter().all(|secret| secret.len() >= 40), "{secrets:?}");
    assert_eq!(secrets.len(), 2 + 4 * 2);

    // A run that goes well, and one in which much goes wrong.
    let faults = [
        always("s3", "ListBuckets", Answer::Reset),
        always("account", "ListRegions", Answer::Html),
        always("ec2", "DescribeInstances", Answer::AccessDenied).region("us-west-2"),
    ];
    for (code, stage) in [(0, calm(spec.clone())?), (1, disturbed(spec, faults)?)] {
        let ran = stage
            .orgwide(&[&inventory(&["--org", "--out", "-"])[..], &["--log", "trace"]].concat())?
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
            .env("AWS_SESSION_TOKEN", TOKEN)
            .run()?;
        assert_eq!(ran.code, Some(code), "{}", ran.stderr);
        assert_eq!(stage.calls("sts", "AssumeRole"), 4);
        assert!(ran.stderr.contains("DEBUG") && ran.stderr.contains("aws_"), "the SDK has to be heard, too");
        let log = serde_json::to_string(&stage.simulator().log())?;
        let (rows, summary) = (stage.file("rows.ndjson")?, stage.file("summary.json")?);
        for (place, text) in [
            ("stdout", &ran.stdout),
            ("stderr", &ran.stderr),
            ("--out", &rows),
            ("--summary", &summary),
            ("the simulator's log", &log),
        ] {
            for secret in &secrets {
                // Nor a good part of one, nor one in the escapes of a URL or of JSON.
                let part = secret.split(['/', '+', '=']).max_by_key(|part| part.len()).unwrap_or_default();
                assert!(!text.contains(secret.as_str()), "{secret} is in {place}");
                assert!(part.len() < 8 || !text.contains(part), "{part} of {secret} is in {place}");
            }
        }
    }
    Ok(())
}
