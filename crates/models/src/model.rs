use serde::{Deserialize, Serialize};

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
    /// One of another model gives whatever stands in its place here, or the first.
    #[must_use]
    #[inline]
    pub fn shape(&self, id: ShapeId) -> &Shape {
        &self.shapes[id.0 as usize]
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
        self.operations.iter().find(|operation| bare(self.text(operation.name)) == wanted)
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
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ' | '.')).map(|c| c.to_ascii_lowercase()).collect()
}
