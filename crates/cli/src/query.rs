mod functions;
mod scrutiny;
mod spelling;

use std::sync::LazyLock;
use std::thread;

use jmespath::{Expression, JmespathError, Rcvar, Runtime};
use serde_json::Value;

/// The longest query there may be, in bytes.
const LONGEST: usize = 4 << 10;
/// What its parser may use: it calls itself for every bracket, and takes up to 6 KiB for each in a debug build.
const STACK: usize = 64 << 20;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(functions::runtime);

/// A JMESPath expression that has been looked over, so that what can be wrong with it whatever the answers are
/// is known before anything is called.
///
/// It means what it does to the AWS CLI: texts can be ordered as numbers can, and what stands between backticks
/// and is no JSON is text.
#[derive(Debug, Clone)]
pub(crate) struct Query(Expression<'static>);

/// Why a text is no query, or why it cannot be asked of an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}{}", place(.at.as_ref()))]
pub(crate) struct QueryError {
    what: String,
    /// The column, from 1, and what stands there; none where it is about the whole.
    at: Option<(usize, String)>,
}

impl Query {
    /// Reads a query.
    pub(crate) fn parse(text: &str) -> Result<Self, QueryError> {
        let whole = |what: &str| QueryError { what: what.to_owned(), at: None };
        if text.trim().is_empty() {
            return Err(whole("it is empty"));
        }
        if text.len() > LONGEST {
            return Err(whole("it is longer than 4 KiB"));
        }
        let text = spelling::normal(text);
        let read = move || {
            let wrong = |error: &JmespathError| QueryError::of(&text, error);
            let ast = jmespath::parse(&text).map_err(|error| wrong(&error))?;
            let ast = scrutiny::approve(ast, &text, &RUNTIME).map_err(|error| wrong(&error))?;
            Ok(Self(Expression::new(text, ast, &RUNTIME)))
        };
        match thread::Builder::new().stack_size(STACK).spawn(read).map(thread::JoinHandle::join) {
            Ok(Ok(query)) => query,
            Ok(Err(_)) | Err(_) => Err(whole("it could not be read")),
        }
    }

    /// What it makes of an answer.
    pub(crate) fn of(&self, answer: &Value) -> Result<Rcvar, QueryError> {
        self.0.search(answer).map_err(|error| QueryError::of(self.0.as_str(), &error))
    }
}

impl QueryError {
    fn of(text: &str, error: &JmespathError) -> Self {
        use jmespath::{ErrorReason, RuntimeError};
        let what = match &error.reason {
            ErrorReason::Parse(what) => what.clone(),
            ErrorReason::Runtime(RuntimeError::UnknownFunction(name)) => {
                format!("there is no function `{name}`")
            }
            ErrorReason::Runtime(reason) => reason.to_string(),
        };
        // The library counts bytes, sometimes beyond the end, and may be in the middle of a character.
        let at = (0..=error.offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let (before, rest) = text.split_at(at);
        Self { what, at: Some((before.chars().count() + 1, rest.chars().take(32).collect())) }
    }
}

fn place(at: Option<&(usize, String)>) -> String {
    match at {
        None => String::new(),
        Some((_, rest)) if rest.is_empty() => " (at its end)".to_owned(),
        Some((column, rest)) => format!(" (column {column}: `{rest}`)"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ask(query: &str, answer: &Value) -> Value {
        let found = Query::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
        serde_json::to_value(&*found.of(answer).unwrap_or_else(|error| panic!("{query}: {error}"))).unwrap()
    }

    fn refusal(query: &str) -> String {
        Query::parse(query).err().unwrap_or_else(|| panic!("{query} is taken")).to_string()
    }

    #[test]
    fn a_query_picks_renames_and_filters() {
        let answer = json!({"Reservations": [{"Instances": [
            {"InstanceId": "i-1", "State": {"Name": "running"}, "LaunchTime": "2026-01-02T00:00:00+00:00"},
            {"InstanceId": "i-2", "State": {"Name": "stopped"}, "LaunchTime": "2026-03-04T00:00:00+00:00"},
        ]}]});
        for (query, expected) in [
            ("Reservations[].Instances[].InstanceId", json!(["i-1", "i-2"])),
            ("Reservations[].Instances[?State.Name=='running'].InstanceId | []", json!(["i-1"])),
            (
                "Reservations[].Instances[].{id: InstanceId, state: State.Name} | [0]",
                json!({"id": "i-1", "state": "running"}),
            ),
            ("length(Reservations[].Instances[])", json!(2)),
            ("sort_by(Reservations[].Instances[], &LaunchTime)[-1].InstanceId", json!("i-2")),
            ("Nothing.There", Value::Null),
        ] {
            assert_eq!(ask(query, &answer), expected, "{query}");
        }
    }

    #[test]
    fn texts_are_ordered_as_the_aws_cli_orders_them() {
        let answer = json!([{"at": "2026-01-02", "n": 1}, {"at": "2026-03-04", "n": 20}, {"n": "3"}]);
        for (query, expected) in [
            ("[?at>'2026-02-01'].n", json!([20])),
            ("[?at>='2026-03-04'].n", json!([20])),
            ("[?at<'2026-03-04'].n", json!([1])),
            ("[?at<='2026-03-04'].n", json!([1, 20])),
            ("[?n>`2`].n", json!([20])),
            ("[?n<`2`].n", json!([1])),
        ] {
            assert_eq!(ask(query, &answer), expected, "{query}");
        }
        assert_eq!(ask("[0].n < [0].at", &answer), Value::Null, "a number and a text have no order");
    }

    #[test]
    fn backticks_around_plain_words_make_text() {
        let answer = json!([{"s": "running"}, {"s": "stopped"}, {"s": "a`b"}]);
        assert_eq!(ask("[?s==`running`].s", &answer), json!(["running"]));
        assert_eq!(ask("[?s==`\"running\"`].s", &answer), json!(["running"]));
        assert_eq!(ask(r"[?s=='a`b'].s", &answer), json!(["a`b"]));
        assert_eq!(ask("`[1, 2]`", &answer), json!([1, 2]));
        assert_eq!(ask("`true`", &answer), json!(true));
    }

    #[test]
    fn whole_numbers_stay_whole() {
        let answer = json!({"n": [1, 2, 4], "big": 9_007_199_254_740_993_u64, "x": 2.5});
        for (query, text) in [
            ("sum(n)", "7"),
            ("abs(`-3`)", "3"),
            ("ceil(x)", "3"),
            ("floor(x)", "2"),
            ("avg(n)", "2.3333333333333335"),
            ("big", "9007199254740993"),
            ("max(n)", "4"),
        ] {
            assert_eq!(ask(query, &answer).to_string(), text, "{query}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_query_is_told_with_its_place() {
        for (query, says, at) in [
            ("Reservations[", "Expected number", "at its end"),
            ("a..b", "", "column 3: `.b`"),
            ("a | nope(b)", "no function `nope`", "column 9"),
            ("length(a, b)", "Too many arguments", "column 7: `(a, b)`"),
            ("length()", "Not enough arguments", "column 7: `()`"),
            ("a[::0]", "Invalid slice", "column"),
            ("{a: &b}", "argument of a function", "column"),
            ("a[2000000000]", "beyond", "column"),
            ("a[:-2000000000]", "beyond", "column"),
            ("'a", "Unclosed", "column 1"),
            ("a == 'é' é", "Invalid character", "column 10: `é`"),
            ("", "empty", ""),
            ("  ", "empty", ""),
        ] {
            let told = refusal(query);
            assert!(told.contains(says) && told.contains(at), "{query}: {told}");
        }
    }

    #[test]
    fn an_answer_that_does_not_fit_a_query_is_an_error_and_not_null() {
        let query = Query::parse("length(Users)").unwrap();
        let error = query.of(&json!({"Groups": []})).unwrap_err().to_string();
        assert!(error.contains("null") && error.contains("column"), "{error}");
    }

    #[test]
    fn nesting_is_bounded_and_overflows_nothing() {
        let hundred = format!("{}a{}", "(".repeat(100), ")".repeat(100));
        assert_eq!(ask(&hundred, &json!({"a": 1})), json!(1));
        for part in
            ["(", "[", "{a:", "!", "a[*].", "a||", "a.", "a[?b==", "[*]", "abs(", "&", "a[0]", "*.", "a|"]
        {
            let times = LONGEST / part.len();
            let told = refusal(&part.repeat(times));
            assert!(!told.is_empty());
            let deep = format!("{}a", part.repeat(200));
            if let Err(error) = Query::parse(&deep) {
                assert!(!error.to_string().is_empty(), "{part}");
            }
        }
        let told = refusal(&format!("{}a", "!".repeat(129)));
        assert!(told.contains("128"), "{told}");
        let told = refusal(&"a".repeat(LONGEST + 1));
        assert!(told.contains("4 KiB"), "{told}");
    }

    #[test]
    fn no_text_makes_it_panic() {
        let pieces = [
            "a",
            "b",
            ".",
            "[",
            "]",
            "*",
            "?",
            "==",
            "<",
            "&",
            "|",
            "||",
            "&&",
            "(",
            ")",
            "{",
            "}",
            ":",
            ",",
            "'x'",
            "`1`",
            "`x`",
            "\"q\"",
            "@",
            "0",
            "-1",
            "99999999999",
            "-2147483648",
            "2147483647",
            "sum",
            "sort_by",
            "length",
            "max_by",
            "é",
            "\\",
            "`",
            "'",
            "[]",
            "!",
            "to_string",
            "avg",
            "contains",
            "map",
            "reverse",
        ];
        let answer = json!({"a": [1, 2.5, "x", null, {"b": true}], "b": {"a": [[1], [2]]}});
        let mut random = fastrand::Rng::with_seed(4);
        let mut read = 0;
        for _ in 0..20_000 {
            let count = random.usize(1..12);
            let text: String = (0..count).map(|_| pieces[random.usize(..pieces.len())]).collect();
            if let Ok(query) = parse_here(&text) {
                read += 1;
                drop(query.of(&answer));
            }
        }
        assert!(read > 200, "{read} of them are queries");
    }

    /// Without a thread of its own: these are short.
    fn parse_here(text: &str) -> Result<Query, JmespathError> {
        let text = spelling::normal(text);
        let ast = scrutiny::approve(jmespath::parse(&text)?, &text, &RUNTIME)?;
        Ok(Query(Expression::new(text, ast, &RUNTIME)))
    }
}
