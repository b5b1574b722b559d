//! Readers that nobody here wrote read what we write.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{folder, hostile, parts, row, spec, write_all};

#[test]
fn pyarrow_duckdb_and_pythons_csv_read_the_rows_of_the_ndjson() {
    let Some(python) = std::env::var_os("ORGWIDE_PYTHON") else {
        eprintln!("not run: there is no Python with PyArrow and DuckDB; `cargo xtask test` makes one");
        return;
    };
    let hostile = hostile();
    let target = |outcome: u64| {
        let rows = (0..100).map(|n| {
            let at = outcome as usize * 100 + n;
            // Once each, the long ones are enough.
            let name = hostile.get(at).map_or("name", String::as_str);
            let tags = if at.is_multiple_of(3) { Value::Null } else { json!({ "k": name, "n": [at, -1.5] }) };
            row(at, (!at.is_multiple_of(11)).then_some(name), tags)
        });
        (outcome + 1, rows.collect())
    };
    let targets: Vec<_> = (0..100).map(target).collect();

    let folder = folder();
    let path = folder.path();
    for name in ["rows.ndjson", "rows.csv", "rows.parquet"] {
        let mut spec = spec(path, name);
        spec.parts.rows = 4_000;
        write_all(&spec, &targets);
    }
    let parts = parts(&path.join("rows.parquet"));
    assert_eq!(parts.len(), 4, "3,000 rows each, and the rest");

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parquet/compare.py");
    let mut compare = Command::new(python);
    compare.arg("-B").arg(script).arg(path.join("rows.ndjson")).arg(path.join("rows.csv")).args(parts);
    for name in ["PYTHONPATH", "PYTHONHOME"] {
        compare.env_remove(name);
    }
    let output = compare.output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    for reader in ["PyArrow: 10000 rows", "DuckDB: 10000 rows"] {
        assert!(said.contains(reader), "{said}");
    }
}
