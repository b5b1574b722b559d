//! Which members of a row differ.

use orgwide_names::Glob;
use serde_json::{Map, Value};

/// Paths of members that do not count where rows are compared.
///
/// A pattern stands for whole paths, `*` in it for anything, dots too; a member that is covered is so with everything
/// in it. `data.State` covers `data.State.Name`; `*LastUsed*` covers what has that in its name, however deep.
///
/// ```
/// use orgwide_ledger::Ignored;
///
/// let ignored = Ignored::new(["collected_at", "data.*.Progress"]);
/// assert!(ignored.covers("data.Snapshot.Progress") && !ignored.covers("data.State"));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ignored(Vec<Glob>);

impl Ignored {
    /// Those that fit one of these patterns.
    pub fn new<T: AsRef<str>>(patterns: impl IntoIterator<Item = T>) -> Self {
        Self(patterns.into_iter().map(|pattern| Glob::new(pattern.as_ref())).collect())
    }

    /// Whether the member at this path is one of them.
    #[must_use]
    pub fn covers(&self, path: &str) -> bool {
        self.0.iter().any(|pattern| pattern.matches(path))
    }
}

/// Paths a change has at most.
const MOST: usize = 100;
/// Stands for those beyond.
const MORE: &str = "…";

/// The paths of what differs: as SQLite and `--query` write them, with the names of members between dots and places
/// in a list between brackets. None: nothing does but what is ignored.
///
/// Lists of different lengths differ as a whole, and so does what is no JSON, as `$`.
pub(crate) fn between(before: &str, after: &str, ignored: &Ignored) -> Vec<String> {
    let mut changes = Changes { ignored, path: String::new(), found: Vec::new() };
    match (serde_json::from_str::<Value>(before), serde_json::from_str::<Value>(after)) {
        (Ok(before), Ok(after)) => changes.value(&before, &after),
        _ if before != after => changes.found.push("$".into()),
        _ => {}
    }
    changes.found
}

struct Changes<'a> {
    ignored: &'a Ignored,
    /// Where it is.
    path: String,
    found: Vec<String>,
}

impl Changes<'_> {
    fn value(&mut self, before: &Value, after: &Value) {
        match (before, after) {
            (Value::Object(before), Value::Object(after)) => self.members(before, after),
            (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
                for (place, (before, after)) in before.iter().zip(after).enumerate() {
                    self.at(&format!("[{place}]"), Some(before), Some(after));
                }
            }
            _ if before != after => self.note(),
            _ => {}
        }
    }

    /// Those before in their order, then those that came.
    fn members(&mut self, before: &Map<String, Value>, after: &Map<String, Value>) {
        for (name, value) in before {
            self.at(&step(name), Some(value), after.get(name));
        }
        for (name, value) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
            self.at(&step(name), None, Some(value));
        }
    }

    fn at(&mut self, step: &str, before: Option<&Value>, after: Option<&Value>) {
        if before == after || self.found.len() > MOST {
            return;
        }
        let length = self.path.len();
        self.path.push_str(if length == 0 { step.trim_start_matches('.') } else { step });
        if !self.ignored.covers(&self.path) {
            match (before, after) {
                (Some(before), Some(after)) => self.value(before, after),
                _ => self.note(),
            }
        }
        self.path.truncate(length);
    }

    fn note(&mut self) {
        let path = match (self.found.len(), self.path.as_str()) {
            (MOST.., _) => MORE,
            (_, "") => "$",
            (_, path) => path,
        };
        self.found.push(path.to_owned());
    }
}

/// The name of a member as a part of a path, in quotes where it would mean something else.
fn step(name: &str) -> String {
    let plain = !name.is_empty() && !name.contains(['.', '[', ']', '"', '…', '$']);
    if plain { format!(".{name}") } else { format!(".{}", Value::from(name)) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(before: &Value, after: &Value, ignored: &[&str]) -> Vec<String> {
        between(&before.to_string(), &after.to_string(), &Ignored::new(ignored))
    }

    #[test]
    fn a_path_leads_to_what_differs_and_no_further() {
        for (before, after, expected) in [
            (json!({"a": {"b": 1, "c": 2}}), json!({"a": {"b": 1, "c": 3}}), &["a.c"][..]),
            (json!({"a": 1, "b": 2}), json!({"b": 2, "a": 1}), &[]),
            (json!({"a": null}), json!({"a": {"b": 1}}), &["a"]),
            (json!({"a": {"b": 1}}), json!({"a": {}}), &["a.b"]),
            (json!({"a": {}}), json!({"a": {"b": null}}), &["a.b"]),
            (json!({"x": 1, "y": 1}), json!({"y": 2, "z": 1}), &["x", "y", "z"]),
            (json!({"a": [{"b": 1}, {"b": 2}]}), json!({"a": [{"b": 1}, {"b": 3}]}), &["a[1].b"]),
            (json!({"a": [1, 2]}), json!({"a": [1]}), &["a"]),
            (json!({"a": [1]}), json!({"a": {"0": 1}}), &["a"]),
            (json!({"a": 1}), json!({"a": "1"}), &["a"]),
            (
                json!({"t": {"a.b": 1, "": 1, "q\"": 1}}),
                json!({"t": {}}),
                &[r#"t."""#, r#"t."a.b""#, r#"t."q\"""#],
            ),
            (json!({"aws:x": 1, "ä b": 1, ".": 1}), json!({}), &[r#"".""#, "aws:x", "ä b"]),
            (json!([1, 2]), json!([1, 3]), &["[1]"]),
            (json!(1), json!(2), &["$"]),
            (json!([]), json!([1]), &["$"]),
        ] {
            let mut told = paths(&before, &after, &[]);
            told.sort();
            assert_eq!(told, expected, "{before} {after}");
        }
        assert_eq!(between("no", "JSON", &Ignored::default()), ["$"]);
        assert!(between("no", "no", &Ignored::default()).is_empty());
    }

    #[test]
    fn what_is_ignored_is_so_with_everything_in_it() {
        let before =
            json!({"at": 1, "data": {"State": {"Name": "a", "Code": 1}, "Role": {"LastUsed": {"On": 1}}}});
        let after =
            json!({"at": 2, "data": {"State": {"Name": "b", "Code": 2}, "Role": {"LastUsed": {"On": 2}}}});
        for (ignored, expected) in [
            (&[][..], &["at", "data.Role.LastUsed.On", "data.State.Code", "data.State.Name"][..]),
            (&["at", "data.State"], &["data.Role.LastUsed.On"]),
            (&["*LastUsed*", "data.State.*"], &["at"]),
            (&["data.*.Name", "State", "Data"], &["at", "data.Role.LastUsed.On", "data.State.Code"]),
            (&["data.S????.Code", "a?"], &["data.Role.LastUsed.On", "data.State.Name"]),
            (&["*"], &[]),
        ] {
            let mut told = paths(&before, &after, ignored);
            told.sort();
            assert_eq!(told, expected, "{ignored:?}");
        }
    }

    #[test]
    fn a_hundred_paths_are_told_and_that_there_are_more() {
        let row = |members: usize, value: u8| {
            Value::Object((0..members).map(|number| (format!("m{number:03}"), json!(value))).collect())
        };
        assert_eq!(paths(&row(100, 1), &row(100, 2), &[]).len(), 100);
        for more in [101, 102, 200] {
            let told = paths(&row(more, 1), &row(more, 2), &[]);
            assert_eq!((told.len(), told[99].as_str(), told[100].as_str()), (101, "m099", "…"));
        }
        // What is ignored does not use them up.
        assert_eq!(paths(&row(200, 1), &row(200, 2), &["m0*"]).len(), 100);
    }

    #[test]
    fn however_deep_a_row_is_it_is_compared() {
        let deep = |value: &str| format!("{}{value}{}", r#"{"a":["#.repeat(60), "]}".repeat(60));
        let told = between(&deep("1"), &deep("2"), &Ignored::default());
        assert_eq!(told, [["a[0]"; 60].join(".")]);
        // Deeper than any answer is, it is told as a whole.
        let bottomless = |value: &str| format!("{}{value}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(between(&bottomless("1"), &bottomless("2"), &Ignored::default()), ["$"]);
    }
}
