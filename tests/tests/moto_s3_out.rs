//! Rows that were put into a bucket of moto are, to Python, those of the ledger.

use anyhow::{Context as _, Result, ensure};
use orgwide_tests::{python, run};
use serde_json::Value;

#[test]
#[allow(clippy::print_stderr, reason = "a test that checks nothing must say so")]
fn what_is_in_the_bucket_is_what_the_ledger_has() -> Result<()> {
    let set = |name| std::env::var(name).ok();
    let (Some(endpoint), Some(truth)) = (set("ORGWIDE_MOTO_ENDPOINT"), set("ORGWIDE_MOTO_TRUTH")) else {
        eprintln!("not run: there is no moto server; `cargo xtask test` starts one");
        return Ok(());
    };
    let (Some(mut fetch), Some(mut compare)) = (python("moto/objects.py"), python("parquet/rows.py")) else {
        return Ok(());
    };
    let truth: Value = serde_json::from_str(&std::fs::read_to_string(truth)?)?;
    let management = &truth["management_account"];
    let accounts = truth["accounts"].as_array().context("accounts")?;
    let own = accounts.iter().find(|account| account["id"] == *management).context("its own")?;
    let bucket = own["buckets"][0].as_str().context("a bucket of the management account")?;

    let folder = tempfile::tempdir()?;
    // By its name this machine has no hosts for buckets either.
    let endpoint = endpoint.replace("127.0.0.1", "localhost");
    let environment = [
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_ACCESS_KEY_ID", "hub"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
        ("AWS_REGION", "us-east-1"),
    ];
    let out = format!("s3://{bucket}/rows out/é/");
    let region = truth["regions"][0].as_str().context("a region")?;
    let what = ["ec2:instance", "s3:bucket", "--org", "--region", region];
    let ran = run(folder.path(), &[&["inventory", "--out", &out], &what[..]].concat(), &environment)?;
    ensure!(ran.code == Some(0), "{:?}: {}", ran.code, ran.stderr);
    assert!(ran.stderr.contains(&format!("1 object was put into {out}date=")), "{}", ran.stderr);

    let fetched = fetch.args([&endpoint, bucket, "rows out/é/"]).arg(folder.path()).output()?;
    let said = String::from_utf8_lossy(&fetched.stdout).into_owned();
    ensure!(fetched.status.success(), "{said}{}", String::from_utf8_lossy(&fetched.stderr));
    let parts: Vec<_> = said.lines().filter(|line| line.ends_with(".parquet")).collect();
    assert_eq!(parts.len(), 1, "{said}");
    assert_eq!(said.lines().filter(|line| line.starts_with("DuckDB: ")).count(), 1, "{said}");

    let ledger = folder.path().join("orgwide.sqlite");
    let compared = compare.arg(ledger).args(parts).output()?;
    let said = String::from_utf8_lossy(&compared.stdout).into_owned();
    ensure!(compared.status.success(), "{said}{}", String::from_utf8_lossy(&compared.stderr));
    assert!(said.contains("PyArrow: ") && said.contains("DuckDB: "), "{said}");
    Ok(())
}
