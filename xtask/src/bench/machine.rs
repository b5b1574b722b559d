//! What figures hold for: the processor, how busy it is, and the compiler.

use anyhow::{Context as _, Result};

use crate::cargo::{command, output};

/// A compiler and what it compiles for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rustc {
    pub(super) release: String,
    pub(super) host: String,
}

/// The one that builds the programs.
pub(super) fn rustc() -> Result<Rustc> {
    parse(&output(command("rustc").arg("-vV"))?).context("cannot read the output of `rustc -vV`")
}

fn parse(printed: &str) -> Option<Rustc> {
    let field = |name: &str| {
        let value = printed.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))?;
        Some(value.to_owned())
    };
    Some(Rustc { release: field("release")?, host: field("host")? })
}

/// In one line.
pub(super) fn describe(rustc: &Rustc) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let model = model().unwrap_or_else(|| String::from("unknown processor"));
    let load = std::fs::read_to_string("/proc/loadavg").ok();
    let load = load.as_deref().and_then(|text| text.split(' ').next());
    let load = load.map_or_else(String::new, |load| format!(", load {load} before"));
    format!("{cores} cores, {model}{load}; rustc {}, {}, release profile", rustc.release, rustc.host)
}

fn model() -> Option<String> {
    if let Ok(information) = std::fs::read_to_string("/proc/cpuinfo") {
        let line = information.lines().find(|line| line.starts_with("model name"))?;
        return line.split_once(':').map(|(_, model)| model.trim().to_owned());
    }
    let printed = output(command("sysctl").args(["-n", "machdep.cpu.brand_string"])).ok()?;
    Some(printed.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiler_tells_its_release_and_its_host() {
        let printed = "rustc 1.95.0 (59807616e 2026-04-14)\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\n\
                       release: 1.95.0\nLLVM version: 22.1.2\n";
        let expected = Rustc { release: "1.95.0".into(), host: "x86_64-unknown-linux-gnu".into() };
        assert_eq!(parse(printed), Some(expected));
        assert_eq!(parse("error: no"), None);
    }
}
