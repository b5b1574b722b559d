//! The command a run was started by, as the ledger keeps it, and the command that goes on with the run.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf, absolute};

use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, Command};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Flags that are about one sitting of a run and not about the run. An external id is as good as a secret: it is not
/// written down.
const OF_A_SITTING: [&str; 15] = [
    "canary",
    "deadline",
    "errors-out",
    "external-id",
    "log",
    "max-failures",
    "new-only",
    "out",
    "overwrite",
    "quiet",
    "resume",
    "retry-failed",
    "store",
    "summary",
    "yes",
];

/// Lists of so many are shown whole.
const FEW: usize = 4;

/// What was asked for, in the words of the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Words {
    /// Flags by their long names; one without a value has none.
    flags: BTreeMap<String, Vec<String>>,
    /// What stands without a flag.
    positionals: Vec<String>,
    /// What is no text, which words are: by the names of the flags.
    #[serde(skip)]
    pub(crate) no_text: Vec<String>,
}

/// What a ledger keeps of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Invocation {
    pub(crate) words: Words,
    /// What it came to, once flags and configuration file were put together: what must not change.
    pub(crate) selection: BTreeMap<String, Value>,
}

impl Words {
    /// What was given on the command line to `verb`, of the flags that are about the run.
    pub(crate) fn of(verb: &Command, given: &ArgMatches) -> Self {
        let mut words = Self::default();
        for arg in verb.get_arguments() {
            let id = arg.get_id().as_str();
            if given.value_source(id) != Some(ValueSource::CommandLine) {
                continue;
            }
            let raw = given.get_raw(id).into_iter().flatten();
            let texts: Option<Vec<String>> = raw.map(|value| Some(value.to_str()?.to_owned())).collect();
            let of_a_sitting = arg.get_long().is_some_and(|flag| OF_A_SITTING.contains(&flag));
            if texts.is_none() && !of_a_sitting {
                words.no_text.push(arg.get_long().map_or_else(|| id.to_owned(), |flag| format!("--{flag}")));
            }
            let values =
                texts.unwrap_or_default().into_iter().map(|value| kept(arg.get_long(), value)).collect();
            match arg.get_long() {
                Some(_) if of_a_sitting => {}
                Some(flag) => {
                    let has_value = matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
                    words.flags.insert(flag.to_owned(), if has_value { values } else { Vec::new() });
                }
                None => words.positionals.extend(values),
            }
        }
        words
    }

    /// Without this flag.
    pub(crate) fn without(mut self, flag: &str) -> Self {
        self.flags.remove(flag);
        self
    }

    /// The command that goes on with a run of these words: what was `given` now, and what was not given as it was.
    pub(crate) fn go_on(&self, verb: &str, given: &Self, given_all: Vec<OsString>) -> Vec<OsString> {
        let mut command = vec![OsString::from("orgwide"), verb.into()];
        for (flag, values) in self.flags.iter().filter(|(flag, _)| !given.flags.contains_key(*flag)) {
            if values.is_empty() {
                command.push(format!("--{flag}").into());
            }
            command.extend(values.iter().map(|value| OsString::from(format!("--{flag}={value}"))));
        }
        // All that stands behind the verb, as it was given.
        command.extend(given_all);
        if given.positionals.is_empty() && !self.positionals.is_empty() {
            command.push("--".into());
            command.extend(self.positionals.iter().map(OsString::from));
        }
        command
    }
}

/// A value as it is kept: a file is named by its whole path, for a run may go on from another folder.
fn kept(flag: Option<&str>, value: String) -> String {
    let (mark, path) = match flag {
        Some("params") if value.starts_with('@') => value.split_at(1),
        Some("accounts-file" | "collectors" | "config" | "models") => ("", value.as_str()),
        _ => return value,
    };
    match whole(Path::new(path)).to_str() {
        Some(whole) => format!("{mark}{whole}"),
        None => value,
    }
}

/// A file by its whole path, from whatever folder it was named; stdin as it is.
pub(crate) fn whole(path: &Path) -> PathBuf {
    let is_stdin = path.as_os_str() == "-";
    let whole = if is_stdin { None } else { absolute(path).ok() };
    whole.unwrap_or_else(|| path.to_owned())
}

impl Invocation {
    /// How what is asked for now differs from what the run was started with, a line each; none if it does not.
    pub(crate) fn differences(&self, now: &BTreeMap<String, Value>) -> Vec<String> {
        let keys: std::collections::BTreeSet<_> = self.selection.keys().chain(now.keys()).collect();
        keys.into_iter()
            .filter(|key| self.selection.get(*key) != now.get(*key))
            .map(|key| format!("{key}: {}", difference(self.selection.get(key), now.get(key))))
            .collect()
    }
}

/// How one thing differs; of long lists only what is in one and not in the other.
fn difference(before: Option<&Value>, now: Option<&Value>) -> String {
    let shown = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    if let (Some(Value::Array(before)), Some(Value::Array(now))) = (before, now)
        && before.len().max(now.len()) > FEW
    {
        let without = |these: &[Value], those: &[Value]| {
            let missing: Vec<_> = these.iter().filter(|value| !those.contains(value)).cloned().collect();
            (!missing.is_empty()).then(|| Value::from(missing).to_string())
        };
        let fewer = without(before, now).map(|values| format!("now it would be without {values}"));
        let more = without(now, before).map(|values| format!("the run is without {values}"));
        return fewer.into_iter().chain(more).collect::<Vec<_>>().join(", ");
    }
    format!("the run has {}, now it would be {}", shown(before), shown(now))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use serde_json::json;

    use super::*;
    use crate::args::Cli;

    fn words(line: &str) -> Words {
        let matches = Cli::command().get_matches_from(line.split_whitespace());
        let (verb, given) = matches.subcommand().unwrap();
        let command = Cli::command();
        Words::of(command.find_subcommand(verb).unwrap(), given)
    }

    fn gone_on(begun: &str, now: &str) -> String {
        let rest = now.split_whitespace().skip(2).map(OsString::from).collect();
        let command = words(begun).go_on("inventory", &words(now), rest);
        command.iter().map(|word| word.to_str().unwrap()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_run_goes_on_with_the_flags_it_was_started_with() {
        let begun = "orgwide inventory --org --region eu-*,us-east-1 --simulate --limit ec2=5/s ec2:instance";
        assert_eq!(
            gone_on(begun, "orgwide inventory --resume"),
            "orgwide inventory --limit=ec2=5/s --org --region=eu-* --region=us-east-1 --simulate=25 --resume \
             -- ec2:instance"
        );
    }

    #[test]
    fn types_of_ones_own_and_details_are_gone_on_with() {
        let kept = gone_on(
            "orgwide inventory --details --details=s3:*,iam:role --collectors own.yaml glue:*",
            "orgwide inventory --resume",
        );
        let folder = std::env::current_dir().unwrap();
        let file = folder.join("own.yaml");
        assert_eq!(
            kept,
            format!(
                "orgwide inventory --collectors={} --details=* --details=s3:* --details=iam:role --resume -- glue:*",
                file.display()
            )
        );
    }

    #[test]
    fn a_promise_about_files_holds_when_the_run_goes_on() {
        assert_eq!(
            gone_on("orgwide inventory --require-complete --out a.ndjson", "orgwide inventory --resume"),
            "orgwide inventory --require-complete --resume"
        );
    }

    #[test]
    fn what_is_given_now_takes_the_place_of_what_was_given_then() {
        assert_eq!(
            gone_on(
                "orgwide inventory --org --region eu-* s3:*",
                "orgwide inventory --resume=3 --region us-* ec2:*"
            ),
            "orgwide inventory --org --resume=3 --region us-* ec2:*"
        );
    }

    #[test]
    fn what_is_of_a_sitting_or_a_secret_is_not_kept() {
        let kept = words(
            "orgwide inventory --org --external-id hush --out a.ndjson --overwrite --summary s.json --quiet \
             --deadline 1h --max-failures 3 --canary --store x.sqlite",
        );
        assert_eq!(serde_json::to_value(kept).unwrap(), json!({"flags": {"org": []}, "positionals": []}));
    }

    #[test]
    fn every_flag_that_is_not_kept_is_one_there_is() {
        let command = Cli::command();
        let inventory = command.find_subcommand("inventory").unwrap();
        let call = command.find_subcommand("call").unwrap();
        let there_is = |flag: &&str| {
            inventory.get_arguments().chain(call.get_arguments()).any(|arg| arg.get_long() == Some(*flag))
        };
        let unknown: Vec<_> = OF_A_SITTING.iter().filter(|flag| !there_is(flag)).collect();
        assert_eq!(unknown, Vec::<&&str>::new());
    }

    #[test]
    fn a_difference_names_what_was_and_what_is() {
        let selection = |region: &str| BTreeMap::from([("--region".to_owned(), json!([region]))]);
        let run = Invocation { words: Words::default(), selection: selection("eu-west-1") };
        assert_eq!(
            run.differences(&selection("us-east-1")),
            [r#"--region: the run has ["eu-west-1"], now it would be ["us-east-1"]"#]
        );
        assert_eq!(run.differences(&selection("eu-west-1")), Vec::<String>::new());
    }

    #[test]
    fn of_long_lists_only_what_differs_is_named() {
        let selection = |types: &[&str]| BTreeMap::from([("types".to_owned(), json!(types))]);
        let run = Invocation { words: Words::default(), selection: selection(&["a", "b", "c", "d", "e"]) };
        assert_eq!(
            run.differences(&selection(&["b", "c", "d", "e", "f"])),
            [r#"types: now it would be without ["a"], the run is without ["f"]"#]
        );
    }
}
