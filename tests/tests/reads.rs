//! The simulator as botocore reads it: operations of many services in every protocol, all their pages.

use anyhow::{Context as _, Result, ensure};
use orgwide_simulator::{Simulator, Throttling, WorldSpec};
use orgwide_tests::python;
use serde_json::Value;
use tokio::runtime::Runtime;

const OPERATIONS: u64 = 60;

#[test]
fn botocore_reads_every_page_of_what_the_simulator_answers() -> Result<()> {
    let Some(mut script) = python("botocore/reads.py") else { return Ok(()) };
    // The caller is at home where there is more than a page of everything.
    let spec = WorldSpec { accounts: 4, hub: 3, delegated: vec![3], crowded: true, ..WorldSpec::default() };
    let simulator = Simulator::builder(spec).throttling(Throttling::off()).build()?;
    let runtime = Runtime::new()?;
    let server = runtime.block_on(simulator.serve(0))?;
    script.args(["--endpoint", &server.endpoint_url(), "--seed", "1", "--count", &OPERATIONS.to_string()]);
    let output = script.output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!(read["wrong"], serde_json::json!([]), "{read}");
    let number = |name: &str| read[name].as_u64().with_context(|| format!("{name} in {read}"));
    assert_eq!(number("operations")?, OPERATIONS, "{read}");
    assert!(number("items")? > OPERATIONS && number("pages")? > OPERATIONS, "{read}");
    assert_eq!(read["protocols"].as_object().map(serde_json::Map::len), Some(6), "{read}");
    assert!(number("absent")? < OPERATIONS / 6, "{read}");
    // What it read has been asked for here.
    assert!(simulator.log().len() as u64 >= number("pages")?);
    Ok(())
}
