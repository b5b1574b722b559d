//! Whether details fit the models of their operations.

use orgwide_models::{Kind, Model, Operation, ShapeId};
use serde_json::Value;

use super::item::Item;
use super::{find, input};
use crate::declaration::{Batch, Declaration, Detail};
use crate::expression::{Path, Template};
use crate::parameters::Parameters;
use crate::problem::Problems;
use crate::shapes;

/// Adds what does not fit in the details of a type with such items.
pub(super) fn check(declared: &Declaration, item: &Item, problems: &mut Problems) {
    let in_list = declared.instead.as_ref().map_or(&declared.tags, |instead| &instead.tags);
    let mut tagged = in_list.is_some();
    for detail in &declared.details {
        if let Some(tags) = &detail.tags {
            if tagged {
                problems.add(tags.referenced, "the tags are told already");
            }
            tagged = true;
        }
        if let Some(operation) = find(&item.model, &detail.operation, problems) {
            check_one(detail, operation, item, problems);
        }
    }
}

fn check_one(detail: &Detail, operation: &Operation, item: &Item, problems: &mut Problems) {
    let (model, at) = (&item.model, detail.operation.referenced);
    // What cannot be read at all is told where it is read.
    let mut unheard = Problems::default();
    let Some(parameters) = Parameters::declared(detail.parameters.as_ref(), &mut unheard) else { return };
    let place = detail.parameters.as_ref().map_or(at, |parameters| parameters.referenced);
    item.check_parameters(&parameters, place, problems);
    let mut sample = parameters.sample();
    let Some(output) = operation.output else {
        return problems.add(at, "the operation answers with nothing");
    };
    let whole = match &detail.batch {
        None => Some(output),
        Some(batch) => {
            if let Some(members) = sample.as_object_mut() {
                members.insert(batch.parameter.value.clone(), Value::from(vec!["x"]));
            }
            check_batch(batch, operation, item, problems)
        }
    };
    input(model, operation, at, &sample, problems);
    let Some(whole) = whole else { return };
    let is_paged = operation.paginator.is_some();
    if let Some(answer) = &detail.answer {
        problems.read(answer, |path| match shapes::at(model, whole, &Path::new(path))? {
            shape if is_paged && detail.batch.is_none() && model.shape(shape).kind != Kind::List => {
                Err("the operation has pages: a list is expected, of which all are kept".to_owned())
            }
            _ => Ok(()),
        });
    } else if is_paged && detail.batch.is_none() {
        problems.add(at, "it has pages: `answer` says where the list is of which all are kept");
    }
    if let Some(tags) = &detail.tags {
        problems.read(tags, |path| shapes::tags(model, whole, &Path::new(path)));
        let is_kept = detail.answer.as_ref().is_none_or(|answer| answer.value == tags.value);
        if is_paged && detail.batch.is_none() && !is_kept {
            problems.add(tags.referenced, "the operation has pages: tags can only be the list that is kept");
        }
    }
}

/// The shape of what is told of one.
fn check_batch(
    batch: &Batch,
    operation: &Operation,
    item: &Item,
    problems: &mut Problems,
) -> Option<ShapeId> {
    let model = &item.model;
    if batch.size.value == 0 {
        problems.add(batch.size.referenced, "a batch has at least one");
    }
    let mut unheard = Problems::default();
    if let Some(each) = unheard.read(&batch.each, Template::of_record) {
        for why in each.expressions().filter_map(|expression| item.tells(expression).err()) {
            problems.add_about(&batch.each, &why);
        }
    }
    problems.read(&batch.parameter, |name| is_list(model, operation, name));
    let element = problems.read(&batch.items, |path| shapes::items(model, operation, &Path::new(path)))?;
    problems.read(&batch.same, |path| {
        let shape = shapes::at(model, element, &Path::new(path))?;
        shapes::is_scalar(model, shape).then_some(()).ok_or_else(|| "this is not a text".to_owned())
    });
    Some(element)
}

/// Whether the parameter of this name takes many.
fn is_list(model: &Model, operation: &Operation, name: &str) -> Result<(), String> {
    let input = operation.input.ok_or("the operation takes no parameters")?;
    match model.shape(shapes::at(model, input, &Path::new(name))?).kind {
        Kind::List => Ok(()),
        _ => Err("this takes one, not many".to_owned()),
    }
}
