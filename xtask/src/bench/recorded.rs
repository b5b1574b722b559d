//! Instruction counts as they are committed, and whether new ones are still like them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};

use super::figure::markdown;
use super::instructions::Count;
use super::machine::Rustc;
use crate::workspace;

/// Where they are, from the root.
const FILE: &str = "crates/limit/benches/instructions.json";

/// So much more than recorded is not yet a failure: another C library or processor moves counts a little.
const TOLERANCE_PERCENT: u64 = 5;

/// The counts, and what they hold for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    rustc: String,
    target: String,
    instructions_per_call: BTreeMap<String, u64>,
}

/// Writes the counts in place of those recorded.
pub(super) fn write(rustc: &Rustc, counts: &[Count]) -> Result<()> {
    let recorded = Recorded {
        rustc: rustc.release.clone(),
        target: rustc.host.clone(),
        instructions_per_call: counts
            .iter()
            .map(|count| (count.workload.clone(), count.instructions))
            .collect(),
    };
    if let Ok(before) = read() {
        print!("{}", table(&before, counts));
    }
    let text = serde_json::to_string_pretty(&recorded)? + "\n";
    std::fs::write(path(), text).with_context(|| format!("cannot write {FILE}"))?;
    println!("wrote {FILE}");
    Ok(())
}

/// An error when a count is above the one recorded by more than the tolerance, or cannot be compared.
pub(super) fn judge(rustc: &Rustc, counts: &[Count]) -> Result<()> {
    let recorded = read()?;
    print!("{}", table(&recorded, counts));
    let problems = problems(&recorded, rustc, counts);
    if !problems.is_empty() {
        bail!(
            "{}; if that is how it has to be, `cargo xtask bench limiter --bless` records it",
            problems.join("; ")
        );
    }
    Ok(())
}

fn read() -> Result<Recorded> {
    let text = std::fs::read_to_string(path())
        .with_context(|| format!("cannot read {FILE}; `cargo xtask bench limiter --bless` writes it"))?;
    serde_json::from_str(&text).with_context(|| format!("cannot read {FILE}"))
}

fn problems(recorded: &Recorded, rustc: &Rustc, counts: &[Count]) -> Vec<String> {
    if (&recorded.rustc, &recorded.target) != (&rustc.release, &rustc.host) {
        return vec![format!(
            "the counts in {FILE} are of rustc {} for {}, and this is {} for {}",
            recorded.rustc, recorded.target, rustc.release, rustc.host
        )];
    }
    let mut problems = Vec::new();
    for Count { workload, instructions, .. } in counts {
        match recorded.instructions_per_call.get(workload) {
            None => problems.push(format!("{workload} is not recorded")),
            Some(&before) if 100 * instructions > (100 + TOLERANCE_PERCENT) * before => problems.push(format!(
                "{workload} takes {instructions} instructions, more than {TOLERANCE_PERCENT} % above {before}"
            )),
            Some(_) => {}
        }
    }
    let is_counted = |workload: &String| counts.iter().any(|count| count.workload == *workload);
    let gone = recorded.instructions_per_call.keys().filter(|workload| !is_counted(workload));
    problems.extend(gone.map(|workload| format!("{workload} is recorded and no longer counted")));
    problems
}

/// In percent of the count before.
fn change(before: u64, now: u64) -> f64 {
    100.0 * (now as f64 / before as f64 - 1.0)
}

fn table(recorded: &Recorded, counts: &[Count]) -> String {
    let rows = counts.iter().map(|count| {
        let before = recorded.instructions_per_call.get(&count.workload);
        let [before, change] = match before {
            Some(&before) => [before.to_string(), format!("{:+.1} %", change(before, count.instructions))],
            None => [String::from("-"), String::from("-")],
        };
        [count.what.clone(), count.instructions.to_string(), before, change]
    });
    markdown(["instructions a call", "now", "recorded", "change"], rows)
}

fn path() -> PathBuf {
    workspace::root().join(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rustc() -> Rustc {
        Rustc { release: "1.95.0".into(), host: "x86_64-unknown-linux-gnu".into() }
    }

    fn recorded(counts: &[(&str, u64)]) -> Recorded {
        let Rustc { release, host } = rustc();
        let counts = counts.iter().map(|(workload, count)| (workload.to_string(), *count)).collect();
        Recorded { rustc: release, target: host, instructions_per_call: counts }
    }

    fn count(workload: &str, instructions: u64) -> Count {
        Count { workload: workload.into(), what: "a call".into(), instructions }
    }

    #[test]
    fn five_percent_more_pass_and_a_little_more_than_that_fails() {
        let recorded = recorded(&[("free", 1000)]);
        for few in [1, 900, 1000, 1050] {
            assert_eq!(problems(&recorded, &rustc(), &[count("free", few)]), [""; 0], "{few}");
        }
        let found = problems(&recorded, &rustc(), &[count("free", 1051)]);
        assert_eq!(found, ["free takes 1051 instructions, more than 5 % above 1000"]);
    }

    #[test]
    fn what_cannot_be_compared_does_not_pass() {
        let found = problems(&recorded(&[("free", 1000)]), &rustc(), &[count("heads", 1)]);
        assert_eq!(found, ["heads is not recorded", "free is recorded and no longer counted"]);
        let other = Rustc { release: "1.96.0".into(), ..rustc() };
        let found = problems(&recorded(&[("free", 1000)]), &other, &[count("free", 1000)]);
        assert!(found.len() == 1 && found[0].contains("1.95.0") && found[0].contains("1.96.0"), "{found:?}");
        let other = Rustc { host: "aarch64-unknown-linux-gnu".into(), ..rustc() };
        assert_eq!(problems(&recorded(&[("free", 1000)]), &other, &[count("free", 1000)]).len(), 1);
    }

    #[test]
    fn the_table_shows_the_change() {
        let table = table(&recorded(&[("free", 1000)]), &[count("free", 1025), count("heads", 7)]);
        let expected = "\
            | instructions a call | now  | recorded | change |\n\
            | ---                 | ---  | ---      | ---    |\n\
            | a call              | 1025 | 1000     | +2.5 % |\n\
            | a call              | 7    | -        | -      |\n";
        assert_eq!(table, expected);
    }

    #[test]
    fn the_file_that_is_committed_can_be_read() {
        assert!(read().is_ok_and(|recorded| !recorded.instructions_per_call.is_empty()));
    }
}
