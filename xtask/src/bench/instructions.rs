//! Instructions that a call costs, counted by valgrind: the same however busy the machine is.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::figure::Figure;
use super::program;
use crate::cargo::{command, output, output_within};
use crate::workspace::Workspace;

/// One kind of call, and how often the program does it in its short and its long run. What one call costs is the
/// difference of both, so that what it takes to start is not in it.
struct Workload {
    name: &'static str,
    what: &'static str,
    rounds: [u32; 2],
}

const WORKLOADS: &[Workload] = &[
    Workload { name: "free-one-bucket", what: "free acquire, one bucket", rounds: [1, 11] },
    Workload { name: "free-three-levels", what: "free acquire, three levels", rounds: [1, 11] },
    Workload { name: "contended", what: "hand-over, 1,000 callers of one bucket", rounds: [1, 11] },
    Workload { name: "ten-thousand-heads", what: "hand-over, 10,000 heads at one ceiling", rounds: [1, 3] },
];

/// Tables are seeded by chance: in about one run of 64 two ceilings meet in one of them, and each call takes 7 %
/// more. That this happens in all of so many runs is not to be expected in 200,000 times.
const RUNS: usize = 3;

/// A run takes a second or two.
const LONGEST: Duration = Duration::from_secs(60);

/// What one call of a workload costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) workload: String,
    pub(super) what: String,
    pub(super) instructions: u64,
}

impl Count {
    pub(super) fn into_figure(self) -> Figure {
        let (what, value) = (self.what, self.instructions as f64);
        Figure { what, value, unit: "instructions".into(), at_most: None, at_least: None }
    }
}

/// An error that says how to get it, when valgrind is not there.
pub(super) fn need_valgrind() -> Result<()> {
    output(command("valgrind").arg("--version")).map(drop).context(
        "instructions are counted with valgrind, which is not here: `apt-get install valgrind` on Debian and \
         Ubuntu, `dnf install valgrind` on Fedora; macOS on ARM has none",
    )
}

/// Counts every workload.
pub(super) fn count(workspace: &Workspace) -> Result<Vec<Count>> {
    let folder = workspace.target_directory.join("bench");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let program = program(workspace, "instructions");
    let one = |workload: &Workload| {
        let [short, long] = workload.rounds.map(|rounds| least(&program, &folder, workload.name, rounds));
        let instructions = each(short?, long?)
            .with_context(|| format!("the runs of {} do not tell what a call costs", workload.name))?;
        Ok(Count { workload: workload.name.into(), what: workload.what.into(), instructions })
    };
    WORKLOADS.iter().map(one).collect()
}

/// Calls made by one run, and instructions in all: the least of several.
fn least(program: &Path, folder: &Path, workload: &str, rounds: u32) -> Result<(u64, u64)> {
    let runs: Vec<_> = (0..RUNS).map(|_| run(program, folder, workload, rounds)).collect::<Result<_>>()?;
    runs.into_iter().min_by_key(|(_, instructions)| *instructions).context("there was no run")
}

fn run(program: &Path, folder: &Path, workload: &str, rounds: u32) -> Result<(u64, u64)> {
    let file = folder.join(format!("callgrind.{workload}.{rounds}"));
    let mut counted = command("valgrind");
    counted.args(["--quiet", "--tool=callgrind"]).arg(format!("--callgrind-out-file={}", file.display()));
    let printed = output_within(LONGEST, counted.arg(program).arg(workload).arg(rounds.to_string()))?;
    let calls = printed.trim().parse().with_context(|| format!("{printed:?} is not a number of calls"))?;
    let profile =
        std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let total = total(&profile).with_context(|| format!("{} has no total", file.display()))?;
    ensure!(total > 0, "valgrind counted nothing");
    Ok((calls, total))
}

fn total(profile: &str) -> Option<u64> {
    profile.lines().find_map(|line| line.strip_prefix("totals: ")?.trim().parse().ok())
}

/// Instructions for each call that only the longer of two runs made, to the nearest.
fn each(short: (u64, u64), long: (u64, u64)) -> Option<u64> {
    let calls = long.0.checked_sub(short.0).filter(|calls| *calls > 0)?;
    Some((long.1.checked_sub(short.1)? + calls / 2) / calls)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_takes_to_start_is_not_in_the_count() {
        // 5,000 to start, 100 for each call.
        assert_eq!(each((10, 6000), (110, 16_000)), Some(100));
        assert_eq!(each((10, 6000), (13, 6005)), Some(2), "to the nearest");
        assert_eq!(each((10, 6000), (10, 6000)), None);
        assert_eq!(each((10, 6000), (20, 5000)), None);
    }

    #[test]
    fn the_total_is_the_profile_s_last_word() {
        assert_eq!(total("version: 1\nevents: Ir\n0 12\ntotals: 3765581\n"), Some(3_765_581));
        assert_eq!(total("version: 1\n"), None);
    }
}
