//! What botocore makes of every operation it knows, as files that the tests of `orgwide-call` compare with.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::cargo::run;
use crate::venv::Venv;
use crate::workspace::{self, Workspace};

/// The scripts; a change in any of them makes the files anew.
const SCRIPTS: &str = "tests/botocore";

/// Writes the files with the botocore of moto's environment. Takes half a minute the first time, then nothing.
pub(crate) fn make(workspace: &Workspace, venv: &Venv) -> Result<PathBuf> {
    let folder = folder(workspace);
    let made_by = made_by(venv)?;
    if is_made(&folder, &made_by) {
        println!("{} is as asked for", folder.display());
        return Ok(folder);
    }
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    run(venv.command().arg(format!("{SCRIPTS}/judge.py")).arg("--out").arg(&folder))
        .context("botocore gave no judgement")?;
    // Written last: half of the files has no stamp.
    std::fs::write(stamp(&folder), made_by).context("cannot write the stamp of botocore's judgement")?;
    Ok(folder)
}

/// The folder if the files are there and of today; nothing is made.
pub(crate) fn at_hand(workspace: &Workspace, venv: &Venv) -> Option<PathBuf> {
    let folder = folder(workspace);
    is_made(&folder, &made_by(venv).ok()?).then_some(folder)
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target_directory.join("judged")
}

fn stamp(folder: &Path) -> PathBuf {
    folder.join("stamp.txt")
}

fn is_made(folder: &Path, made_by: &str) -> bool {
    std::fs::read_to_string(stamp(folder)).is_ok_and(|stamp| stamp == made_by)
}

/// The text of everything the files depend on.
fn made_by(venv: &Venv) -> Result<String> {
    let mut text = venv.asked_for()?;
    let folder = workspace::root().join(SCRIPTS);
    let listed = std::fs::read_dir(&folder).with_context(|| format!("cannot read {SCRIPTS}"))?;
    let mut scripts = listed.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    scripts.retain(|script| script.extension().is_some_and(|extension| extension == "py"));
    scripts.sort();
    for script in scripts {
        text +=
            &std::fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_in_a_script_makes_the_files_anew() {
        let folder = std::env::temp_dir().join(format!("orgwide-judged-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        assert!(!is_made(&folder, "scripts"), "no stamp");
        std::fs::write(stamp(&folder), "scripts").unwrap();
        assert!(is_made(&folder, "scripts"));
        assert!(!is_made(&folder, "other scripts"));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn the_files_depend_on_the_scripts_and_on_the_versions() {
        let text = made_by(&Venv::of(&Workspace::load().unwrap())).unwrap();
        assert!(text.contains("botocore=="), "no versions");
        assert!(text.contains("def judge("), "no scripts");
    }
}
