use orgwide_models::{Kind, Location, Member, Operation, Shape};
use serde_json::{Map, Value};

use super::context::Context;
use super::error::{InputError, InputProblem, InputProblemKind};
use super::path::{Path, Step};
use super::places;
use super::timestamp::Moment;
use crate::nearest::nearest;

/// How many values may be inside one another.
const MAX_DEPTH: usize = 128;
/// How many known names a problem lists.
const MAX_KNOWN: usize = 8;

/// Everything that is wrong with an input: what writing it would run into, and what AWS would refuse for its form.
///
/// Lengths, ranges that are narrower than the type, patterns and values of enumerations are left to AWS, which
/// knows the present ones.
pub(super) fn validate(context: Context<'_>, operation: &Operation, input: &Value) -> InputError {
    let nothing = Map::new();
    let mut validator = Validator { context, path: Path::default(), error: InputError::default() };
    match (operation.input.map(|input| context.model.shape(input)), input) {
        (_, Value::Null) if operation.input.is_none() => {}
        (None, Value::Object(object)) => validator.unknown(&[], object),
        (None, other) => validator.wrong_type("an object", other, None),
        (Some(shape), Value::Null) => validator.members(shape, &nothing, true),
        (Some(shape), Value::Object(object)) => validator.members(shape, object, true),
        (Some(_), other) => validator.wrong_type("an object", other, None),
    }
    validator.error
}

struct Validator<'a> {
    context: Context<'a>,
    path: Path<'a>,
    error: InputError,
}

impl<'a> Validator<'a> {
    fn problem(&mut self, kind: InputProblemKind) {
        let path = &self.path;
        self.error.add(|| InputProblem { path: path.text(), kind });
    }

    fn within(&mut self, step: Step<'a>, check: impl FnOnce(&mut Self)) {
        self.path.push(step);
        check(self);
        self.path.pop();
    }

    fn wrong_type(&mut self, expected: &'static str, found: &Value, hint: Option<&'static str>) {
        self.problem(InputProblemKind::WrongType { expected, found: kind_of(found), hint });
    }

    /// The members of a structure. Those of an input may also be parts of a host, path or header, and tokens
    /// among them are filled in later.
    fn members(&mut self, shape: &'a Shape, object: &'a Map<String, Value>, is_input: bool) {
        for member in &shape.members {
            let name = self.context.name(member);
            match object.get(name) {
                None | Some(Value::Null) => {
                    // Without it there would be no path or host, whether the model calls it required or not.
                    let is_part = member.location == Location::Uri || member.is_host_label;
                    let is_needed = member.is_required || is_input && is_part;
                    let is_filled_in = is_input && member.is_idempotency_token;
                    if is_needed && !is_filled_in {
                        self.within(Step::Member(name), |this| this.problem(InputProblemKind::Missing));
                    }
                }
                Some(value) => self.within(Step::Member(name), |this| {
                    let so_far = this.error.count();
                    this.value(member, value);
                    let is_typed = this.error.count() == so_far;
                    let problem = || places::problem(this.context, member, value);
                    if let Some(what) = (is_input && is_typed).then(problem).flatten() {
                        this.problem(InputProblemKind::Invalid { what });
                    }
                }),
            }
        }
        self.unknown(&shape.members, object);
        if shape.is_union {
            self.union(shape, object);
        }
    }

    fn unknown(&mut self, members: &'a [Member], object: &'a Map<String, Value>) {
        for name in object.keys() {
            let context = self.context;
            let known = || members.iter().map(move |member| context.name(member));
            if known().any(|known| known == name) {
                continue;
            }
            self.within(Step::Member(name), |this| {
                let path = &this.path;
                this.error.add(|| {
                    let nearest = nearest(name, known()).map(str::to_owned);
                    let known = known().take(MAX_KNOWN).map(str::to_owned).collect();
                    InputProblem { path: path.text(), kind: InputProblemKind::Unknown { nearest, known } }
                });
            });
        }
    }

    fn union(&mut self, shape: &'a Shape, object: &'a Map<String, Value>) {
        let context = self.context;
        let known = || shape.members.iter().map(move |member| context.name(member));
        // An unknown member has been told of; that none is set would be a second problem with one cause.
        let found = object.values().filter(|value| !value.is_null()).count();
        if found != 1 {
            let known = known().take(MAX_KNOWN).map(str::to_owned).collect();
            self.problem(InputProblemKind::Union { found, known });
        }
    }

    fn value(&mut self, member: &'a Member, value: &'a Value) {
        if self.path.depth() > MAX_DEPTH {
            return self.problem(InputProblemKind::TooDeep);
        }
        let shape = self.context.shape(member);
        if shape.is_document || (member.is_json && member.location == Location::Header) {
            return self.document(value);
        }
        match (shape.kind, value) {
            (Kind::Structure, Value::Object(object)) => self.members(shape, object, false),
            (Kind::Structure, other) => self.wrong_type("an object", other, None),
            (Kind::List, Value::Array(elements)) => self.elements(shape, elements),
            (Kind::List, other) => self.wrong_type("a list", other, Some("put it in [ ]")),
            (Kind::Map, Value::Object(object)) => self.entries(shape, object),
            (Kind::Map, other) => self.wrong_type("an object", other, None),
            (Kind::String, Value::String(_)) => {}
            (Kind::String, Value::Number(_) | Value::Bool(_)) => {
                self.wrong_type("text", value, Some("put it in quotes"));
            }
            (Kind::String, other) => self.wrong_type("text", other, None),
            (Kind::Blob, Value::String(text)) => {
                if self.context.bytes(text).is_none() {
                    self.problem(InputProblemKind::Invalid { what: "is not base64" });
                }
            }
            (Kind::Blob, other) => self.wrong_type("base64 text", other, None),
            (Kind::Boolean, Value::Bool(_)) => {}
            (Kind::Boolean, other) => self.wrong_type("true or false", other, unquote(other)),
            (Kind::Integer | Kind::Long, _) => self.whole(shape.kind, value),
            (Kind::Float | Kind::Double, _) => self.number(shape.kind, value),
            (Kind::Timestamp, Value::Number(_) | Value::String(_)) => {
                if Moment::of(value).is_none() {
                    let what = "is no time: write 2026-01-02T03:04:05Z, or seconds since 1970 as a number";
                    self.problem(InputProblemKind::Invalid { what });
                }
            }
            (Kind::Timestamp, other) => self.wrong_type("a time", other, None),
        }
    }

    fn elements(&mut self, shape: &'a Shape, elements: &'a [Value]) {
        let Some(member) = shape.members.first() else { return };
        for (index, element) in elements.iter().enumerate() {
            if !(shape.is_sparse && element.is_null()) {
                self.within(Step::Index(index), |this| this.value(member, element));
            }
        }
    }

    fn entries(&mut self, shape: &'a Shape, object: &'a Map<String, Value>) {
        let Some(member) = shape.members.get(1) else { return };
        for (key, value) in object {
            if !(shape.is_sparse && value.is_null()) {
                self.within(Step::Key(key), |this| this.value(member, value));
            }
        }
    }

    fn whole(&mut self, kind: Kind, value: &Value) {
        let expected = "a whole number";
        match value {
            Value::Number(number) if number.is_f64() => {
                let found = "one with a fraction or exponent";
                self.problem(InputProblemKind::WrongType { expected, found, hint: None });
            }
            Value::Number(number) => {
                let is_long = number.as_i64().is_some();
                let is_integer = number.as_i64().is_some_and(|number| i32::try_from(number).is_ok());
                if kind == Kind::Long && !is_long {
                    let bounds = "the 64 bits of its type (-9223372036854775808 to 9223372036854775807)";
                    self.problem(InputProblemKind::OutOfRange { bounds });
                } else if kind == Kind::Integer && !is_integer {
                    let bounds = "the 32 bits of its type (-2147483648 to 2147483647)";
                    self.problem(InputProblemKind::OutOfRange { bounds });
                }
            }
            other => self.wrong_type(expected, other, unquote(other)),
        }
    }

    fn number(&mut self, kind: Kind, value: &Value) {
        match value {
            Value::String(text) if special(text).is_some() => {}
            Value::Number(number) => {
                let is_too_large = |number: f64| number.abs() > f64::from(f32::MAX);
                if kind == Kind::Float && number.as_f64().is_some_and(is_too_large) {
                    self.problem(InputProblemKind::OutOfRange {
                        bounds: "the 32 bits of its type (±3.4e38)",
                    });
                }
            }
            other => self.wrong_type("a number", other, unquote(other)),
        }
    }

    /// Any JSON, as deep as may be.
    fn document(&mut self, value: &'a Value) {
        if self.path.depth() > MAX_DEPTH {
            return self.problem(InputProblemKind::TooDeep);
        }
        match value {
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    self.within(Step::Index(index), |this| this.document(element));
                }
            }
            Value::Object(object) => {
                for (key, value) in object {
                    self.within(Step::Key(key), |this| this.document(value));
                }
            }
            _ => {}
        }
    }
}

/// The number that JSON has only a text for.
pub(super) fn special(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// The hint for text that would be right without its quotes.
fn unquote(value: &Value) -> Option<&'static str> {
    let text = value.as_str()?;
    let is_bare = text.len() <= 40 && (text.parse::<f64>().is_ok() || matches!(text, "true" | "false"));
    is_bare.then_some("leave out the quotes")
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::request::testing::Service;
    use crate::request::{InputProblemKind, WriteOptions};

    fn filtering() -> Service {
        let filter = json!({
            "type": "structure", "required": ["Name"],
            "members": { "Name": { "shape": "string" }, "Values": { "shape": "strings" } },
        });
        let shapes =
            json!({ "Filters": { "type": "list", "member": { "shape": "Filter" } }, "Filter": filter });
        let members = json!({
            "Filters": { "shape": "Filters" }, "MaxResults": { "shape": "integer" }, "DryRun": { "shape": "boolean" },
        });
        Service::new("json", members, shapes)
    }

    #[test]
    fn an_unknown_member_is_refused_with_its_path_and_the_nearest_name() {
        assert_eq!(
            filtering().refusal(&json!({ "Filters": [{ "Name": "a" }, { "Name": "b", "Vaules": [] }] })),
            "Filters[1].Vaules is unknown, did you mean Values?",
        );
        assert_eq!(
            filtering().refusal(&json!({ "Bucket": "b" })),
            "Bucket is unknown, known are DryRun, Filters, MaxResults",
        );
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let input = json!({ "Filters": [{ "Values": "x" }], "MaxResults": "10", "DryRun": 1, "filters": [] });
        assert_eq!(
            filtering().refusal(&input),
            "DryRun has to be true or false, not a number; Filters[0].Name is missing; \
             Filters[0].Values has to be a list, not text (put it in [ ]); \
             MaxResults has to be a whole number, not text (leave out the quotes); filters is unknown, did you mean Filters?",
        );
    }

    #[test]
    fn a_thousand_problems_are_twenty_and_a_count() {
        let input = json!({ "Filters": vec![json!(1); 1000] });
        let error = filtering().try_write(&input, &WriteOptions::default()).err().unwrap();
        assert_eq!((error.problems().len(), error.omitted()), (20, 980));
        assert!(error.to_string().ends_with("; and 980 more"));
    }

    #[test]
    fn numbers_keep_to_their_type() {
        let members =
            json!({ "I": { "shape": "integer" }, "L": { "shape": "long" }, "F": { "shape": "float" } });
        let service = Service::new("json", members, json!({}));
        for (input, said) in [
            (json!({ "I": 2_147_483_648_i64 }), "I is beyond the 32 bits"),
            (json!({ "I": -2_147_483_649_i64 }), "I is beyond the 32 bits"),
            (json!({ "L": 9_223_372_036_854_775_808_u64 }), "L is beyond the 64 bits"),
            (json!({ "I": 1.0 }), "I has to be a whole number, not one with a fraction"),
            (json!({ "F": 1e39 }), "F is beyond the 32 bits"),
            (json!({ "F": "inf" }), "F has to be a number, not text (leave out the quotes)"),
            (json!({ "L": "ten" }), "L has to be a whole number, not text"),
        ] {
            assert!(service.refusal(&input).starts_with(said), "{input}: {}", service.refusal(&input));
        }
        let bounds = json!({ "I": i32::MIN, "L": i64::MIN, "F": "-Infinity" });
        assert_eq!(serde_json::from_str::<Value>(&service.body(bounds.clone())).unwrap(), bounds);
    }

    #[test]
    fn a_union_has_exactly_one_member() {
        let union = json!({
            "type": "structure", "union": true,
            "members": { "A": { "shape": "string" }, "B": { "shape": "string" } },
        });
        let service = Service::new("json", json!({ "U": { "shape": "Union" } }), json!({ "Union": union }));
        for (input, found) in [(json!({}), 0), (json!({ "A": null }), 0), (json!({ "A": "1", "B": "2" }), 2)]
        {
            let refusal = service.refusal(&json!({ "U": input }));
            assert_eq!(refusal, format!("U has to have exactly one of A, B, not {found}"));
        }
        assert_eq!(service.body(json!({ "U": { "A": "1", "B": null } })), r#"{"U":{"A":"1"}}"#);
        // One cause, one problem.
        assert_eq!(service.refusal(&json!({ "U": { "C": 1 } })), "U.C is unknown, known are A, B");
    }

    #[test]
    fn nesting_is_bounded_in_structures_and_documents() {
        let tree = json!({ "type": "structure", "members": { "Left": { "shape": "Tree" } } });
        let document = json!({ "type": "structure", "members": {}, "document": true });
        let members = json!({ "Tree": { "shape": "Tree" }, "Any": { "shape": "Document" } });
        let service = Service::new("json", members, json!({ "Tree": tree, "Document": document }));
        let nested = |times: usize, name: &str| {
            (0..times)
                .fold(json!({}), |inner, _| Value::Object([(name.to_owned(), inner)].into_iter().collect()))
        };
        assert!(service.try_write(&json!({ "Tree": nested(127, "Left") }), &WriteOptions::default()).is_ok());
        for (root, name) in [("Tree", "Left"), ("Any", "x")] {
            let input = json!({ root: nested(128, name) });
            let error = service.try_write(&input, &WriteOptions::default()).err().unwrap();
            assert_eq!(error.problems()[0].kind, InputProblemKind::TooDeep);
            assert!(error.problems()[0].path.starts_with(root), "{error}");
        }
    }

    #[test]
    fn the_deepest_input_fits_on_a_small_stack() {
        let tree = json!({ "type": "structure", "members": { "Left": { "shape": "Trees" } } });
        let trees = json!({ "type": "list", "member": { "shape": "Tree" } });
        let shapes = json!({ "Tree": tree, "Trees": trees });
        let service = Service::new("json", json!({ "Tree": { "shape": "Tree" } }), shapes);
        let input = (0..63).fold(json!({}), |inner, _| json!({ "Left": [inner] }));
        let write = move || service.try_write(&json!({ "Tree": input }), &WriteOptions::default()).is_ok();
        let thread = std::thread::Builder::new().stack_size(512 * 1024).spawn(write).unwrap();
        assert!(thread.join().unwrap());
    }

    #[test]
    fn no_value_is_in_a_message() {
        let members = json!({
            "Secret": { "shape": "integer" }, "Blob": { "shape": "blob" }, "At": { "shape": "timestamp" },
            "Token": { "shape": "strings" }, "Header": { "shape": "string", "location": "header" },
        });
        let service = Service::new("rest-json", members, json!({}));
        let canary = "canary\n!";
        let input =
            json!({ "Secret": canary, "Blob": canary, "At": canary, "Token": canary, "Header": canary });
        let error = service.try_write(&input, &WriteOptions::default()).err().unwrap();
        assert_eq!(error.problems().len(), 5);
        assert!(!format!("{error} {error:?}").contains("canary"));
    }

    #[test]
    fn what_a_terminal_would_act_on_is_escaped_and_long_names_are_cut() {
        let refusal = filtering().refusal(&json!({ "\u{1b}[2J\n": 1 }));
        assert!(refusal.starts_with("\\u{1b}[2J\\n is unknown"), "{refusal}");
        assert!(filtering().refusal(&json!({ "x".repeat(1_000_000): 1 })).len() < 200);
    }

    #[test]
    fn an_input_of_another_kind_than_an_object_is_refused() {
        for input in [json!([]), json!("{}"), json!(1), json!(true)] {
            assert!(filtering().refusal(&input).starts_with("the input has to be an object, not "));
        }
        let nothing = filtering().with("/operations/Call/input", Value::Null);
        assert_eq!(nothing.refusal(&json!({ "A": 1 })), "A is unknown, there are no members here");
    }
}
