use serde::{Deserialize, Serialize};

use crate::nearest::nearest;
use crate::text::Texts;
use crate::{EndpointRules, Operation, Service, Shape, ShapeId, Text};

/// The API of one service: its operations, the shapes they take and answer, and where its endpoints are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub(crate) texts: Texts,
    pub(crate) service: Service,
    pub(crate) shapes: Vec<Shape>,
    /// Sorted by name.
    pub(crate) operations: Vec<Operation>,
    pub(crate) rules: EndpointRules,
}

/// What stands in for a shape that is not there.
static NOTHING: Shape = Shape::NOTHING;

impl Model {
    /// What is true of the service as a whole.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// A name.
    #[must_use]
    #[inline]
    pub fn text(&self, text: Text) -> &str {
        self.texts.get(text)
    }

    /// Whether a name is that one, which takes less than to read and compare it.
    #[must_use]
    #[inline]
    pub fn is(&self, text: Text, name: &str) -> bool {
        self.texts.is(text, name)
    }

    /// A shape of this model.
    ///
    /// One of another model gives whatever stands in its place here, if nothing does a structure without members.
    #[must_use]
    #[inline]
    pub fn shape(&self, id: ShapeId) -> &Shape {
        self.shapes.get(id.0 as usize).unwrap_or(&NOTHING)
    }

    /// Every operation, sorted by name.
    pub fn operations(&self) -> impl ExactSizeIterator<Item = &Operation> {
        self.operations.iter()
    }

    /// The operation of that name, in any of the usual spellings: `DescribeInstances`, `describe-instances`,
    /// `describe_instances`.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        let exact = self.operations.binary_search_by(|operation| self.text(operation.name).cmp(name));
        if let Ok(index) = exact {
            return self.operations.get(index);
        }
        let wanted = bare(name);
        let is_wanted = |operation: &&Operation| bare_chars(self.text(operation.name)).eq(wanted.chars());
        self.operations.iter().find(is_wanted)
    }

    /// The name of the operation that was probably meant by a misspelled one, if there is one.
    #[must_use]
    pub fn nearest_operation(&self, name: &str) -> Option<&str> {
        let names: Vec<&str> = self.operations.iter().map(|operation| self.text(operation.name)).collect();
        let bare_names: Vec<String> = names.iter().map(|name| bare(name)).collect();
        nearest(&bare(name), bare_names.iter().map(String::as_str).zip(names))
    }

    /// The error with that code on the wire, whether or not an operation lists it.
    #[must_use]
    pub fn error(&self, code: &str) -> Option<ShapeId> {
        let is_it = |shape: &Shape| {
            let named = shape.error.as_ref().and_then(|error| error.code);
            shape.is_exception
                && (self.text(shape.name) == code || named.is_some_and(|named| self.text(named) == code))
        };
        self.shapes.iter().position(is_it).and_then(|index| u32::try_from(index).ok()).map(ShapeId)
    }

    /// The rules that say where its endpoints are.
    #[must_use]
    pub fn endpoint_rules(&self) -> &EndpointRules {
        &self.rules
    }
}

/// A name without what its spellings differ in.
pub(crate) fn bare(name: &str) -> String {
    bare_chars(name).collect()
}

fn bare_chars(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ' | '.')).map(|c| c.to_ascii_lowercase())
}
