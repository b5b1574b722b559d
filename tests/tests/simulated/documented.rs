//! The commands of the documentation, run as they stand there.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use orgwide_tests::Orgwide;

/// A command, and whether its answer may have no rows.
struct Step {
    line: String,
    may_be_empty: bool,
}

fn pages() -> Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/questions");
    let mut pages = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    pages.sort();
    Ok(pages)
}

/// The blocks of a page in that language.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(&format!("\n```{language}\n")) {
        let (block, behind) = after.split_once("\n```").unwrap_or((after, ""));
        blocks.push(block);
        rest = behind;
    }
    blocks
}

fn steps(text: &str) -> Vec<Step> {
    let step = |line: &str| {
        let (command, remark) = line.split_once(" # ").unwrap_or((line, ""));
        // What stands for everybody's organization is a simulated one here, without its fourth account, which is a
        // crowd: details of it take a minute at the rates that hold.
        let line = command.replace("--org", "--simulate=3");
        Step { line, may_be_empty: remark.starts_with("none") }
    };
    blocks(text, "sh").into_iter().flat_map(str::lines).map(step).collect()
}

fn run_page(page: &Path) -> Result<()> {
    let text = fs::read_to_string(page)?;
    let folder = tempfile::tempdir()?;
    // Files that a page shows are there.
    for block in blocks(&text, "yaml") {
        let named = text.split('`').find(|word| word.ends_with(".yaml")).context("a file without a name")?;
        fs::write(folder.path().join(named), block)?;
    }
    for Step { line, may_be_empty } in steps(&text) {
        let script = line.replacen("orgwide", "\"$0\"", 1);
        let ran = Orgwide::new(folder.path())?.under("sh", &["-c", &script]).run()?;
        ensure!(ran.code == Some(0), "{line}\nended with {:?}:\n{}", ran.code, ran.stderr);
        let asks = line.starts_with("orgwide query") && !line.contains("--out");
        ensure!(!asks || may_be_empty || !ran.stdout.is_empty(), "{line}\nanswers nothing");
    }
    Ok(())
}

#[test]
fn every_command_of_every_page_does_what_the_page_says() -> Result<()> {
    let pages = pages()?;
    ensure!(pages.len() > 10, "{pages:?}");
    for page in pages {
        run_page(&page).with_context(|| page.display().to_string())?;
    }
    Ok(())
}
