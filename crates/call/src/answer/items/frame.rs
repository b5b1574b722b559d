use std::sync::Arc;

use orgwide_models::{Kind, Model, ShapeId};
use serde_json::{Map, Value};

use super::super::{AnswerError, ItemPaths};

/// What has begun and not ended, outermost first, and what has been gathered beside the items.
#[derive(Debug)]
pub(super) struct Frames {
    pub(super) paths: Arc<ItemPaths>,
    open: Vec<Frame>,
    rest: Map<String, Value>,
    /// The number of the path by which the last item was found.
    pub(super) path: usize,
}

/// A structure, list or map on the way to items.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: FrameKind,
    /// What it is called in the structure around it.
    pub(super) member: Option<String>,
    /// In XML the name of its element, which its end has too; none for an empty one, which is over.
    pub(super) element: Option<String>,
    /// What it has besides items; none inside of lists.
    pub(super) gathered: Option<Map<String, Value>>,
}

#[derive(Debug)]
pub(super) enum FrameKind {
    Structure {
        shape: ShapeId,
        /// Its place on the paths; none for what no path leads to.
        node: Option<usize>,
        /// The index of the member at which the next search begins.
        expected: usize,
        /// The places gone to from here, as bits: what comes twice is passed over.
        visited: u128,
    },
    List {
        element: Option<ShapeId>,
        node: usize,
        /// How many elements there have been.
        count: usize,
        last: Option<Value>,
    },
    Map {
        shape: ShapeId,
        node: usize,
    },
    /// In XML the document around an output's element.
    Document,
}

/// What came next inside a frame.
pub(super) enum Step {
    /// An item at that place.
    Item(Value, usize),
    /// Something that leads on to items.
    Enter(Frame),
    /// Nothing to hand out.
    Stay,
    /// Its end.
    Leave,
}

impl Frame {
    /// A value that is stepped into. `gathers` says whether what it has besides items is kept.
    pub(super) fn new(model: &Model, id: ShapeId, node: Option<usize>, gathers: bool) -> Self {
        let shape = model.shape(id);
        let kind = match (shape.kind, node) {
            (Kind::List, Some(node)) => FrameKind::List {
                element: shape.members.first().map(|member| member.shape),
                node,
                count: 0,
                last: None,
            },
            (Kind::Map, Some(node)) => FrameKind::Map { shape: id, node },
            _ => FrameKind::Structure { shape: id, node, expected: 0, visited: 0 },
        };
        Self { kind, member: None, element: None, gathered: gathers.then(Map::new) }
    }

    pub(super) fn document() -> Self {
        Self { kind: FrameKind::Document, member: None, element: None, gathered: None }
    }

    /// The shape of what is stepped into, where it has one that is read.
    pub(super) fn shape(&self) -> Option<ShapeId> {
        match self.kind {
            FrameKind::Structure { shape, .. } | FrameKind::Map { shape, .. } => Some(shape),
            FrameKind::List { element, .. } => element,
            FrameKind::Document => None,
        }
    }

    pub(super) fn named(mut self, member: Option<&str>) -> Self {
        self.member = member.map(str::to_owned);
        self
    }
}

/// Goes to a place; false if it has been gone to before. Paths are so few that their places fit.
pub(super) fn visit(visited: &mut u128, node: usize) -> bool {
    let bit = 1_u128.checked_shl(u32::try_from(node).unwrap_or(u32::MAX)).unwrap_or(0);
    let is_new = *visited & bit == 0;
    *visited |= bit;
    is_new
}

impl Frames {
    pub(super) fn new(paths: Arc<ItemPaths>, rest: Map<String, Value>) -> Self {
        Self { paths, open: Vec::new(), rest, path: 0 }
    }

    pub(super) fn push(&mut self, frame: Frame) {
        self.open.push(frame);
    }

    /// Goes on until an item comes, or everything has ended.
    pub(super) fn drive(
        &mut self,
        mut step: impl FnMut(&mut Frame, &ItemPaths, usize) -> Result<Step, AnswerError>,
    ) -> Result<Option<Value>, AnswerError> {
        let paths = Arc::clone(&self.paths);
        while let Some(mut frame) = self.open.pop() {
            let next = step(&mut frame, &paths, self.open.len());
            match next {
                Ok(Step::Leave) => self.leave(frame),
                Ok(Step::Stay) => self.open.push(frame),
                Ok(Step::Enter(inner)) => self.open.extend([frame, inner]),
                Ok(Step::Item(item, node)) => {
                    if paths.keeps_last {
                        keep(&mut frame, &item);
                    }
                    self.open.push(frame);
                    self.path = paths.end(node).unwrap_or_default();
                    return Ok(Some(item));
                }
                Err(error) => {
                    self.open.push(frame);
                    return Err(self.locate(error));
                }
            }
        }
        Ok(None)
    }

    /// What a frame has gathered goes to the one around it.
    fn leave(&mut self, frame: Frame) {
        let gathered = match (frame.kind, frame.gathered) {
            (FrameKind::Structure { .. }, Some(gathered)) => Value::Object(gathered),
            (FrameKind::List { last: Some(last), .. }, Some(_)) => Value::Array(vec![last]),
            _ => return,
        };
        let around = match self.open.last_mut() {
            Some(Frame { kind: FrameKind::Structure { .. }, gathered, .. }) => gathered.as_mut(),
            Some(Frame { kind: FrameKind::Document, .. }) | None => Some(&mut self.rest),
            Some(_) => None,
        };
        match (around, frame.member, gathered) {
            (Some(around), Some(member), gathered) => {
                around.insert(member, gathered);
            }
            (Some(around), None, Value::Object(gathered)) => around.extend(gathered),
            _ => {}
        }
    }

    fn locate(&self, mut error: AnswerError) -> AnswerError {
        for frame in self.open.iter().rev() {
            if let FrameKind::List { count, .. } = frame.kind {
                error = error.within_element(count.saturating_sub(1));
            }
            if let Some(member) = &frame.member {
                error = error.within(member);
            }
        }
        error
    }

    pub(super) fn take_rest(&mut self) -> Map<String, Value> {
        std::mem::take(&mut self.rest)
    }
}

/// The last item stays where it was, alone.
fn keep(frame: &mut Frame, item: &Value) {
    if let FrameKind::List { last, .. } = &mut frame.kind {
        *last = Some(item.clone());
    }
}
