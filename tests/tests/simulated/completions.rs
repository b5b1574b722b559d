//! `completions` prints scripts that complete the command line, and calls nothing.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::support::{calm, world};

const VERBS: [&str; 5] = ["inventory", "whoami", "regions", "limits", "completions"];

#[test]
fn every_shell_gets_a_script_that_knows_the_verbs_and_their_flags() -> Result<()> {
    let stage = calm(world(1, 1))?;
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = stage.run_to(0, &["completions", shell])?;
        for word in VERBS.iter().chain(&["not-region"]) {
            assert!(ran.stdout.contains(word), "{word} is not in the script for {shell}");
        }
        assert!(ran.stderr.is_empty(), "{}", ran.stderr);
    }
    assert_eq!(stage.simulator().log().len(), 0);
    let ran = stage.run_to(2, &["completions", "csh"])?;
    assert!(ran.stderr.contains("possible values: bash"), "{}", ran.stderr);
    Ok(())
}

#[test]
fn bash_completes_verbs_and_flags_with_it() -> Result<()> {
    let stage = calm(world(1, 1))?;
    std::fs::write(stage.path("orgwide.bash"), stage.run_to(0, &["completions", "bash"])?.stdout)?;
    let complete = |words: &str, place: usize| -> Result<String> {
        let last = words.split(' ').nth(place).unwrap_or_default();
        let before = words.split(' ').nth(place - 1).unwrap_or_default();
        let script = format!(
            "source ./orgwide.bash; COMP_WORDS=({words}); COMP_CWORD={place}; _orgwide orgwide '{last}' '{before}'; \
             echo \"${{COMPREPLY[@]}}\""
        );
        let output = Command::new("bash").args(["-c", &script]).current_dir(stage.folder()).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    assert_eq!(complete("orgwide who", 1)?, "whoami");
    assert_eq!(complete("orgwide regions --not-r", 2)?, "--not-region");
    Ok(())
}
