//! Runs the protocol suites that come with botocore's source, for requests and answers alike.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

/// What is expected of the suites of one direction.
pub(crate) struct Suites {
    /// Cases that fail, each with the reason. One that passes has to leave this list.
    pub(crate) expected_failures: &'static [(&'static str, &'static str)],
    /// How many cases pass, by file. These may only rise.
    pub(crate) floors: &'static [(&'static str, usize)],
}

impl Suites {
    /// Runs every case of the files in a folder, whose names begin with `prefix` in the lists.
    pub(crate) fn judge(&self, folder: &str, prefix: &str, run: fn(&Value, &Value) -> Result<(), String>) {
        let Some(botocore) = std::env::var_os("ORGWIDE_BOTOCORE").map(PathBuf::from) else {
            println!("skipped: ORGWIDE_BOTOCORE does not name botocore's source distribution");
            return;
        };
        let mut passed: BTreeMap<String, usize> = BTreeMap::new();
        let mut failed: BTreeMap<String, String> = BTreeMap::new();
        for file in json_files(&botocore.join("tests/unit/protocols").join(folder)) {
            let name = format!("{prefix}{}", file.file_stem().unwrap().to_str().unwrap());
            passed.insert(name.clone(), 0);
            let suites: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
            for (suite_index, suite) in suites.as_array().unwrap().iter().enumerate() {
                for (case_index, case) in suite["cases"].as_array().unwrap().iter().enumerate() {
                    let number = format!("{name}:{suite_index}:{case_index}");
                    let id = case["id"].as_str().map_or(number, |id| format!("{name}:{id}"));
                    match run(suite, case) {
                        Ok(()) => *passed.get_mut(&name).unwrap() += 1,
                        Err(problem) => _ = failed.insert(id, problem),
                    }
                }
            }
        }
        println!("passed: {passed:?}");
        let expected: BTreeSet<&str> = self
            .expected_failures
            .iter()
            .map(|(id, _)| *id)
            .filter(|id| id.starts_with("legacy/") != prefix.is_empty())
            .collect();
        let unexpected: Vec<_> = failed.iter().filter(|(id, _)| !expected.contains(id.as_str())).collect();
        assert!(unexpected.is_empty(), "{} fail:\n{}", unexpected.len(), lines(&unexpected));
        let gone: Vec<_> = expected.iter().filter(|id| !failed.contains_key(**id)).collect();
        assert!(gone.is_empty(), "they pass, or are no more: {gone:?}");
        for (name, passed) in passed {
            let floor = self.floors.iter().find(|(known, _)| *known == name).map(|(_, floor)| *floor);
            assert!(
                floor.is_some_and(|floor| passed >= floor),
                "{name}: {passed} pass, the floor is {floor:?}"
            );
        }
    }
}

fn lines(failed: &[(&String, &String)]) -> String {
    failed.iter().map(|(id, problem)| format!("{id}: {problem}\n")).collect()
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}
