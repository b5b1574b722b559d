//! Inputs of real operations, made by seed, then broken in one known place: each is refused, with the path of
//! that place.

mod valid;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use orgwide_models::{Kind, Location, Member, Model, Operation, Shape, ShapeId};
use serde_json::{Value, json};

use super::{InputError, InputProblemKind, WriteOptions, write};
use valid::valid;

/// One or more of each protocol.
const SERVICES: &[&str] = &[
    "ec2",
    "iam",
    "sqs",
    "dynamodb",
    "lambda",
    "wafv2",
    "s3",
    "s3control",
    "route53",
    "bedrock-runtime",
    "bedrock-agentcore-control",
    "partnercentral-revenue-measurement",
];
/// How many inputs are broken in each way.
const EACH: usize = 40;

#[test]
fn malformed_inputs_are_refused_with_the_path_of_what_is_wrong() {
    let Some(botocore) = std::env::var_os("ORGWIDE_BOTOCORE").map(PathBuf::from) else {
        println!("skipped: ORGWIDE_BOTOCORE does not name botocore's source distribution");
        return;
    };
    let models: Vec<Model> = SERVICES.iter().map(|name| model(&botocore, name)).collect();
    let mut random = Rng::with_seed(20_260_102);
    for (way, breaks) in WAYS {
        let mut broken = 0;
        let mut tries = 0;
        while broken < EACH {
            tries += 1;
            assert!(tries < 20_000, "{way}: only {broken} inputs have a place to be broken in");
            let model = &models[random.usize(..models.len())];
            let index = random.usize(..model.operations().len());
            let operation = model.operations().nth(index).unwrap();
            let Some(mut input) = valid(model, operation, &mut random) else { continue };
            let name = model.text(operation.name);
            let written = write(model, operation, &input, &WriteOptions::default());
            assert!(written.is_ok(), "{name} refuses {input}: {}", written.err().unwrap());
            let places = places(model, operation, &input);
            let mut usable: Vec<_> = places.iter().filter(|place| (breaks.fits)(place)).collect();
            random.shuffle(&mut usable);
            let Some(place) = usable.first() else { continue };
            let path = (breaks.apply)(place, &mut input, &mut random);
            let refusal = write(model, operation, &input, &WriteOptions::default());
            // Ten thousand levels are too many to be dropped by recursion, too.
            if *way == "a document of ten thousand levels" {
                std::mem::forget(input);
            }
            let error = refusal.err().unwrap_or_else(|| panic!("{way}: {name} takes {path}"));
            assert_told(&error, &path, breaks.is_told, &format!("{way}: {name}"));
            broken += 1;
        }
    }
}

fn assert_told(error: &InputError, path: &str, is_told: fn(&InputProblemKind) -> bool, what: &str) {
    let is_it = |problem: &super::InputProblem| {
        // What is nested too deeply is found as deep as one looks.
        let is_there = match problem.kind {
            InputProblemKind::TooDeep => problem.path.starts_with(path),
            _ => problem.path == path,
        };
        is_there && is_told(&problem.kind)
    };
    assert!(error.problems().iter().any(is_it), "{what}: {path} is broken, and told is {error}");
    let text = error.to_string();
    assert!(!text.is_empty() && text.len() < 64 * 1024, "{what}: a message of {} bytes", text.len());
}

fn model(botocore: &Path, name: &str) -> Model {
    let folder = botocore.join("botocore/data").join(name);
    let versions = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let newest = versions.filter(|version| version.join("service-2.json").is_file()).max();
    Model::from_folder(name, &newest.unwrap()).unwrap()
}

/// A place in an input.
struct Place<'a> {
    /// Where it is: as a JSON pointer, and as it is told.
    pointer: String,
    path: String,
    shape: &'a Shape,
    /// None for the input itself and in lists and maps.
    member: Option<&'a Member>,
    is_in_sparse: bool,
    names: Vec<&'a str>,
    required: Vec<&'a str>,
    is_input: bool,
}

fn places<'a>(model: &'a Model, operation: &Operation, input: &Value) -> Vec<Place<'a>> {
    let mut places = Vec::new();
    let root = Place {
        pointer: String::new(),
        path: String::new(),
        shape: model.shape(operation.input.unwrap()),
        member: None,
        is_in_sparse: false,
        names: Vec::new(),
        required: Vec::new(),
        is_input: true,
    };
    gather(model, root, input, &mut places);
    places
}

fn gather<'a>(model: &'a Model, mut place: Place<'a>, value: &Value, places: &mut Vec<Place<'a>>) {
    let shape = place.shape;
    let child = |pointer: String, path: String, member: &'a Member, is_member: bool| Place {
        pointer,
        path,
        shape: model.shape(member.shape),
        member: is_member.then_some(member),
        is_in_sparse: !is_member && shape.is_sparse,
        names: Vec::new(),
        required: Vec::new(),
        is_input: false,
    };
    let mut inner = Vec::new();
    if !shape.is_document {
        match (shape.kind, value) {
            (Kind::Structure, Value::Object(object)) => {
                for member in &shape.members {
                    let name = model.text(member.name);
                    place.names.push(name);
                    if member.is_required && !(place.is_input && member.is_idempotency_token) {
                        place.required.push(name);
                    }
                    if let Some(value) = object.get(name).filter(|_| !member.is_json) {
                        let path = if place.path.is_empty() {
                            name.to_owned()
                        } else {
                            format!("{}.{name}", place.path)
                        };
                        inner.push((child(format!("{}/{name}", place.pointer), path, member, true), value));
                    }
                }
            }
            (Kind::List, Value::Array(elements)) => {
                for (index, value) in elements.iter().enumerate() {
                    let (pointer, path) =
                        (format!("{}/{index}", place.pointer), format!("{}[{index}]", place.path));
                    inner.push((child(pointer, path, &shape.members[0], false), value));
                }
            }
            (Kind::Map, Value::Object(object)) => {
                for (key, value) in object {
                    let (pointer, path) =
                        (format!("{}/{key}", place.pointer), format!("{}[\"{key}\"]", place.path));
                    inner.push((child(pointer, path, &shape.members[1], false), value));
                }
            }
            _ => {}
        }
    }
    places.push(place);
    for (place, value) in inner {
        gather(model, place, value, places);
    }
}

/// A way of breaking an input.
struct Way {
    fits: fn(&Place<'_>) -> bool,
    /// Breaks it, and says where that is to be told.
    apply: fn(&Place<'_>, &mut Value, &mut Rng) -> String,
    is_told: fn(&InputProblemKind) -> bool,
}

fn set(place: &Place<'_>, input: &mut Value, value: Value) -> String {
    *input.pointer_mut(&place.pointer).unwrap() = value;
    place.path.clone()
}

fn within(place: &Place<'_>, name: &str) -> String {
    if place.path.is_empty() { name.to_owned() } else { format!("{}.{name}", place.path) }
}

/// Without `json!`, which would copy the value by recursion.
fn object(name: &str, value: Value) -> Value {
    Value::Object([(name.to_owned(), value)].into_iter().collect())
}

fn is_typed(place: &Place<'_>) -> bool {
    !place.shape.is_document
}

const WAYS: &[(&str, Way)] = &[
    (
        "another type",
        Way {
            fits: is_typed,
            apply: |place, input, random| {
                let others = match place.shape.kind {
                    Kind::Structure | Kind::Map => [json!([]), json!("x"), json!(1), json!(true)],
                    Kind::List => [json!({}), json!("x"), json!(1), json!(false)],
                    Kind::String | Kind::Blob => [json!(1), json!(1.5), json!(true), json!([{}])],
                    Kind::Boolean => [json!("true"), json!(0), json!([]), json!({})],
                    Kind::Integer | Kind::Long => [json!("1"), json!(1.5), json!(true), json!([1])],
                    Kind::Float | Kind::Double => [json!("1.5"), json!("nan"), json!(true), json!({})],
                    Kind::Timestamp => [json!(true), json!([]), json!({}), json!([0])],
                };
                set(place, input, others[random.usize(..4)].clone())
            },
            is_told: |kind| matches!(kind, InputProblemKind::WrongType { .. }),
        },
    ),
    (
        "an unknown name",
        Way {
            fits: |place| is_typed(place) && place.shape.kind == Kind::Structure && !place.names.is_empty(),
            apply: |place, input, random| {
                // A known name with two letters more, which is longer than any other.
                let name = format!("{}Zz", place.names[random.usize(..place.names.len())]);
                input.pointer_mut(&place.pointer).unwrap()[&name] = json!({ "any": ["thing"] });
                within(place, &name)
            },
            is_told: |kind| matches!(kind, InputProblemKind::Unknown { .. }),
        },
    ),
    (
        "a required member missing",
        Way {
            fits: |place| is_typed(place) && !place.required.is_empty() && !place.shape.is_union,
            apply: |place, input, random| {
                let name = place.required[random.usize(..place.required.len())];
                let object = input.pointer_mut(&place.pointer).unwrap().as_object_mut().unwrap();
                if random.bool() {
                    object.remove(name);
                } else {
                    object.insert(name.to_owned(), Value::Null);
                }
                within(place, name)
            },
            is_told: |kind| *kind == InputProblemKind::Missing,
        },
    ),
    (
        "a document of ten thousand levels",
        Way {
            fits: |place| place.shape.is_document,
            apply: |place, input, random| {
                let is_list = random.bool();
                let around =
                    |inner: Value| if is_list { Value::Array(vec![inner]) } else { object("x", inner) };
                let nested = (0..10_000).fold(Value::Null, |inner, _| around(inner));
                set(place, input, nested)
            },
            is_told: |kind| *kind == InputProblemKind::TooDeep,
        },
    ),
    (
        "two members of a union, or none",
        Way {
            fits: |place| place.shape.is_union && is_typed(place) && place.names.len() > 1,
            apply: |place, input, random| {
                let object = input.pointer_mut(&place.pointer).unwrap().as_object_mut().unwrap();
                if random.bool() {
                    object.clear();
                } else {
                    for name in &place.names {
                        object.entry(*name).or_insert(json!("one more"));
                    }
                }
                place.path.clone()
            },
            is_told: |kind| matches!(kind, InputProblemKind::Union { .. }),
        },
    ),
    (
        "a number beyond its type",
        Way {
            fits: |place| matches!(place.shape.kind, Kind::Integer | Kind::Long | Kind::Float),
            apply: |place, input, random| {
                let value = match place.shape.kind {
                    Kind::Integer if random.bool() => json!(2_147_483_648_i64),
                    Kind::Integer => json!(i64::MIN),
                    Kind::Long => json!(u64::MAX - random.u64(..1000)),
                    _ => json!(-1e300),
                };
                set(place, input, value)
            },
            is_told: |kind| matches!(kind, InputProblemKind::OutOfRange { .. }),
        },
    ),
    (
        "text that is no base64 or no time",
        Way {
            fits: |place| matches!(place.shape.kind, Kind::Blob | Kind::Timestamp),
            apply: |place, input, random| {
                let texts = ["no such thing", "\u{1f980}", "=", "2026-99-99T00:00:00Z", "a b=="];
                set(place, input, json!(texts[random.usize(..texts.len())]))
            },
            is_told: |kind| matches!(kind, InputProblemKind::Invalid { .. }),
        },
    ),
    (
        "null among values",
        Way {
            fits: |place| is_typed(place) && place.member.is_none() && !place.is_input && !place.is_in_sparse,
            apply: |place, input, _| set(place, input, Value::Null),
            is_told: |kind| matches!(kind, InputProblemKind::WrongType { found: "null", .. }),
        },
    ),
    (
        "text that its place cannot hold",
        Way {
            fits: |place| {
                let is_placed = |member: &Member| matches!(member.location, Location::Uri | Location::Header);
                place.shape.kind == Kind::String && place.member.is_some_and(is_placed)
            },
            apply: |place, input, random| {
                let is_label = place.member.is_some_and(|member| member.location == Location::Uri);
                let text = if is_label { "" } else { ["a\r\nb: c", "\u{0}", "\u{7f}"][random.usize(..3)] };
                set(place, input, json!(text))
            },
            is_told: |kind| matches!(kind, InputProblemKind::Invalid { .. }),
        },
    ),
];

#[test]
fn any_value_in_the_place_of_any_input_ends_in_a_request_or_a_refusal() {
    let Some(botocore) = std::env::var_os("ORGWIDE_BOTOCORE").map(PathBuf::from) else {
        println!("skipped: ORGWIDE_BOTOCORE does not name botocore's source distribution");
        return;
    };
    let mut random = Rng::with_seed(42);
    let (mut written, mut refused) = (0, 0);
    for name in SERVICES {
        let model = model(&botocore, name);
        for operation in model.operations().filter(|operation| operation.input.is_some()) {
            let Some(mut input) = valid(&model, operation, &mut random) else { continue };
            let places = places(&model, operation, &input);
            for _ in 0..random.usize(1..4) {
                let place = &places[random.usize(..places.len())];
                if let Some(value) = input.pointer_mut(&place.pointer) {
                    *value = valid::any(&mut random, 4);
                }
            }
            match write(&model, operation, &input, &WriteOptions::default()) {
                Ok(parts) => {
                    assert!(parts.target.starts_with('/'));
                    written += 1;
                }
                Err(error) => {
                    assert!(!error.problems().is_empty());
                    refused += 1;
                }
            }
        }
    }
    assert!(written > 50 && refused > 500, "{written} written, {refused} refused");
}

#[test]
fn what_a_model_repeats_is_refused_ten_thousand_levels_deep() {
    let Some(botocore) = std::env::var_os("ORGWIDE_BOTOCORE").map(PathBuf::from) else {
        println!("skipped: ORGWIDE_BOTOCORE does not name botocore's source distribution");
        return;
    };
    let mut too_deep = 0;
    for name in SERVICES {
        let model = model(&botocore, name);
        for operation in model.operations() {
            let Some(input) = operation.input else { continue };
            let mut search = Search { model: &model, way: Vec::new(), seen: HashSet::new() };
            let Some((before, again)) = search.repetition(input) else { continue };
            let rounds = 10_000 / again.len() + 1;
            let around = |inner: Value, step: &Step<'_>| match step {
                Step::Member(name) => object(name, inner),
                Step::Element => Value::Array(vec![inner]),
                Step::Entry => object("key", inner),
            };
            let steps = before.iter().chain(again.iter().cycle().take(rounds * again.len()));
            let steps: Vec<_> = steps.collect();
            let nested = steps.into_iter().rev().fold(Value::Null, around);
            let error = write(&model, operation, &nested, &WriteOptions::default()).err().unwrap();
            std::mem::forget(nested);
            let is_too_deep = |problem: &super::InputProblem| problem.kind == InputProblemKind::TooDeep;
            // Where levels lack what is required, those problems come first and fill the list.
            assert!(error.problems().iter().any(is_too_deep) || error.omitted() > 0, "{error}");
            too_deep += usize::from(error.problems().iter().any(is_too_deep));
        }
    }
    assert!(too_deep > 10, "only {too_deep} operations repeat something");
}

/// A way from one value to one inside of it.
#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Member(&'a str),
    Element,
    Entry,
}

struct Search<'a> {
    model: &'a Model,
    way: Vec<(ShapeId, Step<'a>)>,
    seen: HashSet<ShapeId>,
}

impl<'a> Search<'a> {
    /// The steps to a shape that is inside itself, and the steps from there to itself.
    fn repetition(&mut self, id: ShapeId) -> Option<(Vec<Step<'a>>, Vec<Step<'a>>)> {
        if let Some(at) = self.way.iter().position(|(known, _)| *known == id) {
            let steps: Vec<_> = self.way.iter().map(|(_, step)| *step).collect();
            return Some((steps[..at].to_vec(), steps[at..].to_vec()));
        }
        if !self.seen.insert(id) {
            return None;
        }
        let shape = self.model.shape(id);
        for (index, member) in shape.members.iter().enumerate() {
            let step = match (shape.kind, index) {
                (Kind::Structure, _) => Step::Member(self.model.text(member.name)),
                (Kind::List, _) => Step::Element,
                (_, 1) => Step::Entry,
                _ => continue,
            };
            self.way.push((id, step));
            let found = self.repetition(member.shape);
            self.way.pop();
            if found.is_some() {
                return found;
            }
        }
        None
    }
}
