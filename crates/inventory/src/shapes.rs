//! What the model of a service says of the items of a list.

use orgwide_models::{Kind, Model, Operation, ShapeId};

use crate::expression::Path;
use crate::problem::nearest;

/// Lists of lists go no deeper in any model.
const DEEPEST: usize = 16;

/// The shape of the items at a path in an answer, through lists and structures.
pub(crate) fn items(model: &Model, operation: &Operation, path: &Path) -> Result<ShapeId, String> {
    let shape = in_answer(model, operation, path)?;
    match model.shape(shape).kind {
        Kind::List => Ok(through_lists(model, shape)),
        _ => Err("this leads to no list".to_owned()),
    }
}

/// The shape at a path in an answer, through lists and structures.
pub(crate) fn in_answer(model: &Model, operation: &Operation, path: &Path) -> Result<ShapeId, String> {
    let output = operation.output.ok_or("the operation answers with nothing")?;
    path.names().try_fold(output, |shape, name| member(model, through_lists(model, shape), name))
}

/// The shape at a path in an item, through structures only.
pub(crate) fn at(model: &Model, item: ShapeId, path: &Path) -> Result<ShapeId, String> {
    path.names().try_fold(item, |shape, name| member(model, shape, name))
}

/// Whether there are tags at a path in an item.
pub(crate) fn tags(model: &Model, item: ShapeId, path: &Path) -> Result<(), String> {
    match model.shape(at(model, item, path)?).kind {
        Kind::List | Kind::Map => Ok(()),
        _ => Err("these are no tags: a list or a map is expected".to_owned()),
    }
}

/// Whether the shape is a text or a number.
pub(crate) fn is_scalar(model: &Model, shape: ShapeId) -> bool {
    !matches!(model.shape(shape).kind, Kind::Structure | Kind::List | Kind::Map)
}

fn member(model: &Model, shape: ShapeId, name: &str) -> Result<ShapeId, String> {
    let shape = model.shape(shape);
    // Of a list or map the members have no names.
    let members = if shape.kind == Kind::Structure { shape.members.as_slice() } else { &[] };
    let found = members.iter().find(|member| model.text(member.name) == name);
    found.map(|member| member.shape).ok_or_else(|| {
        let known = members.iter().map(|member| model.text(member.name));
        format!("there is no `{name}`{}", nearest(name, known))
    })
}

/// The elements of lists, of lists of lists, and so on; else the shape itself.
pub(crate) fn through_lists(model: &Model, mut id: ShapeId) -> ShapeId {
    for _ in 0..DEEPEST {
        match model.shape(id).members.first() {
            Some(element) if model.shape(id).kind == Kind::List => id = element.shape,
            _ => break,
        }
    }
    id
}
