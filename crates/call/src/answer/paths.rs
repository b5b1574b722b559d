//! Where in an answer its items are.

use orgwide_models::{Kind, Model, Operation, ShapeId};

use crate::nearest::nearest;

/// A path to items that does not lead to any.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// A name is not in the answer of the operation.
    #[error("{path}: {operation} answers with no {name}{}", nearest.as_ref().map(|known| format!("; there is {known}")).unwrap_or_default())]
    Unknown {
        /// The path as it was given.
        path: String,
        /// The operation.
        operation: String,
        /// The name that is not known.
        name: String,
        /// The known name most like it, if any is.
        nearest: Option<String>,
    },
    /// A path ends at what is neither a list nor a map, or leads through a map.
    #[error("{path} leads to no list or map")]
    NoItems {
        /// The path as it was given.
        path: String,
    },
    /// One path is the beginning of another.
    #[error("{path} leads into the items of another path, or the other way round")]
    Overlap {
        /// The path as it was given.
        path: String,
    },
    /// There are more paths than an answer has lists.
    #[error("more than {MOST_PATHS} paths to items")]
    TooMany,
}

/// Paths taken at once.
const MOST_PATHS: usize = 32;

/// The lists and maps of an answer whose elements and entries are handed out one by one.
///
/// A path is member names with dots between them. A list on the way is walked through:
/// `Reservations.Instances` is the instances of all reservations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ItemPaths {
    /// The first is the answer as a whole.
    nodes: Vec<Node>,
    /// The last item is kept where it was, because a token is made from it.
    pub(super) keeps_last: bool,
}

/// A place on the way to items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Node {
    /// The members to go on by, each with the place it leads to.
    members: Vec<(usize, usize)>,
    /// The number of the path that ends here.
    path: Option<usize>,
}

impl ItemPaths {
    /// # Errors
    ///
    /// If a path is not in the answer, does not end at a list or map, or is part of another.
    pub(crate) fn new(model: &Model, operation: &Operation, paths: &[&str]) -> Result<Self, PathError> {
        let mut found = Self { nodes: vec![Node::default()], keeps_last: keeps_last(model, operation) };
        if paths.len() > MOST_PATHS {
            return Err(PathError::TooMany);
        }
        for (number, path) in paths.iter().enumerate() {
            found.add(model, operation, number, path)?;
        }
        Ok(found)
    }

    /// The paths of an operation that is known to answer with lists: those of its paginator which lead to a
    /// list or map, and their names in the order of [`ItemReader::path`](super::ItemReader::path). What else
    /// a paginator adds up over pages, such as counts, is no item. None if nothing remains.
    pub(crate) fn of_results<'m>(model: &'m Model, operation: &Operation) -> Option<(Self, Vec<&'m str>)> {
        let results = &operation.paginator.as_ref()?.results;
        let mut found = Self { nodes: vec![Node::default()], keeps_last: keeps_last(model, operation) };
        let mut names = Vec::new();
        for path in results.iter().take(MOST_PATHS).map(|path| model.text(*path)) {
            let mut with = found.clone();
            if with.add(model, operation, names.len(), path).is_ok() {
                found = with;
                names.push(path);
            }
        }
        (!names.is_empty()).then_some((found, names))
    }

    fn add(
        &mut self,
        model: &Model,
        operation: &Operation,
        number: usize,
        path: &str,
    ) -> Result<(), PathError> {
        let unknown = |name: &str, nearest| PathError::Unknown {
            path: path.to_owned(),
            operation: model.text(operation.name).to_owned(),
            name: name.to_owned(),
            nearest,
        };
        let mut node = 0;
        let mut shape = operation.output.ok_or_else(|| unknown(path, None))?;
        for name in path.split('.') {
            let structure = model.shape(through_lists(model, shape));
            if structure.kind != Kind::Structure {
                return Err(PathError::NoItems { path: path.to_owned() });
            }
            let named =
                |wanted: &str| structure.members.iter().position(|member| model.text(member.name) == wanted);
            let Some((index, member)) =
                named(name).and_then(|index| Some((index, structure.members.get(index)?)))
            else {
                let names = structure.members.iter().map(|member| model.text(member.name));
                return Err(unknown(name, nearest(name, names).map(str::to_owned)));
            };
            if self.nodes.get(node).is_some_and(|node| node.path.is_some()) {
                return Err(PathError::Overlap { path: path.to_owned() });
            }
            node = self.step(node, index);
            shape = member.shape;
        }
        if !matches!(model.shape(shape).kind, Kind::List | Kind::Map) {
            return Err(PathError::NoItems { path: path.to_owned() });
        }
        match self.nodes.get_mut(node) {
            Some(end) if end.members.is_empty() && end.path.is_none() => end.path = Some(number),
            _ => return Err(PathError::Overlap { path: path.to_owned() }),
        }
        Ok(())
    }

    fn step(&mut self, from: usize, member: usize) -> usize {
        if let Some(known) = self.next(from, member) {
            return known;
        }
        let new = self.nodes.len();
        self.nodes.push(Node::default());
        if let Some(node) = self.nodes.get_mut(from) {
            node.members.push((member, new));
        }
        new
    }

    /// Where a member leads from a place, if any path goes there.
    pub(super) fn next(&self, from: usize, member: usize) -> Option<usize> {
        let members = &self.nodes.get(from)?.members;
        members.iter().find(|(index, _)| *index == member).map(|(_, node)| *node)
    }

    /// The number of the path that ends at a place.
    pub(super) fn end(&self, node: usize) -> Option<usize> {
        self.nodes.get(node)?.path
    }
}

/// The elements of lists, of lists of lists, and so on; else the shape itself.
pub(super) fn through_lists(model: &Model, mut id: ShapeId) -> ShapeId {
    for _ in 0..super::DEEPEST {
        let shape = model.shape(id);
        match shape.members.first() {
            Some(element) if shape.kind == Kind::List => id = element.shape,
            _ => break,
        }
    }
    id
}

fn keeps_last(model: &Model, operation: &Operation) -> bool {
    let paginator = operation.paginator.as_ref();
    paginator.is_some_and(|pages| pages.output_tokens.iter().any(|token| model.text(*token).contains("[-1]")))
}
