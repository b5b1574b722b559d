//! An answer without its listed items.

use orgwide_models::{Kind, Model, ShapeId};
use serde_json::{Map, Value};

use super::seeded::Maker;

/// A structure without what is at these paths.
pub(super) fn outline(maker: &mut Maker<'_>, model: &Model, id: ShapeId, without: &[&str]) -> Value {
    let members = model.shape(id).members.iter().filter_map(|member| {
        let (name, shape) = (model.text(member.name), model.shape(member.shape));
        if without.contains(&name) {
            return None;
        }
        let inside: Vec<&str> =
            without.iter().filter_map(|path| path.strip_prefix(name)?.strip_prefix('.')).collect();
        let value = match shape.kind {
            Kind::Structure if !inside.is_empty() => outline(maker, model, member.shape, &inside),
            // Nothing tells how many there are of what has no pages.
            Kind::List if without.is_empty() => {
                let length = maker.outer_length();
                maker.list(member.shape, name, length)?
            }
            _ => maker.member(member)?,
        };
        Some((name.to_owned(), value))
    });
    Value::Object(members.collect::<Map<_, _>>())
}
