//! Items in JSON and CBOR.

use orgwide_models::{Kind, Model, ShapeId};
use serde_json::Value;

use super::super::event::{Event, Events};
use super::super::tree::Tree;
use super::super::{AnswerError, ItemPaths, ReadOptions, scalar};
use super::entry;
use super::frame::{Frame, FrameKind, Frames, Step, visit};

/// Where the reading of a body is.
#[derive(Debug, Default)]
pub(super) struct State<S> {
    /// The outermost frame, until the body is begun.
    begin: Option<Frame>,
    events: S,
}

impl<S: Default> State<S> {
    pub(super) fn new(begin: Frame) -> Self {
        Self { begin: Some(begin), events: S::default() }
    }
}

pub(super) fn advance<'b, E: Events<'b>>(
    model: &Model,
    body: &'b [u8],
    state: &mut State<E::State>,
    frames: &mut Frames,
    options: ReadOptions,
) -> Result<Option<Value>, AnswerError> {
    let tree = Tree { model, options };
    let mut events = E::resume(body, std::mem::take(&mut state.events));
    if let Some(frame) = state.begin.take() {
        let is_list = matches!(frame.kind, FrameKind::List { .. });
        match events.next()? {
            Event::List if is_list => frames.push(frame),
            Event::Map if !is_list => frames.push(frame),
            Event::Null => {}
            other => return Err(scalar::wrong(if is_list { "a list" } else { "an object" }, other.kind())),
        }
    }
    let item = frames.drive(|frame, paths, _| step(tree, &mut events, frame, paths))?;
    if item.is_none() {
        events.finish()?;
    }
    state.events = events.suspend();
    Ok(item)
}

fn step<'b, E: Events<'b>>(
    tree: Tree<'_>,
    events: &mut E,
    frame: &mut Frame,
    paths: &ItemPaths,
) -> Result<Step, AnswerError> {
    let Frame { kind, gathered, .. } = frame;
    match kind {
        FrameKind::Structure { shape, node, expected, visited } => {
            let Some(key) = events.key()? else { return Ok(Step::Leave) };
            let event = events.next()?;
            let shape = tree.model.shape(*shape);
            let Some((index, member)) = tree.member(shape, &key, *expected) else {
                events.pass_over(&event)?;
                return Ok(Step::Stay);
            };
            *expected = index + 1;
            let name = tree.model.text(member.name);
            if let Some(place) = node.and_then(|node| paths.next(node, index)) {
                if event == Event::Null || !visit(visited, place) {
                    events.pass_over(&event)?;
                    return Ok(Step::Stay);
                }
                let inner = enter(tree.model, member.shape, place, &event, gathered.is_some());
                return inner
                    .map(|inner| Step::Enter(inner.named(Some(name))))
                    .map_err(|error| error.within(name));
            }
            match gathered {
                Some(gathered) if event != Event::Null && !gathered.contains_key(name) => {
                    let value =
                        tree.value(events, member.shape, event).map_err(|error| error.within(name))?;
                    gathered.insert(name.to_owned(), value);
                }
                _ => events.pass_over(&event)?,
            }
            Ok(Step::Stay)
        }
        FrameKind::List { element, node, count, .. } => {
            let event = events.next()?;
            if event == Event::End {
                return Ok(Step::Leave);
            }
            *count += 1;
            match (*element, paths.end(*node)) {
                (Some(element), Some(_)) => Ok(Step::Item(tree.value(events, element, event)?, *node)),
                (Some(element), None) if event != Event::Null => {
                    enter(tree.model, element, *node, &event, false).map(Step::Enter)
                }
                _ => {
                    events.pass_over(&event)?;
                    Ok(Step::Stay)
                }
            }
        }
        FrameKind::Map { shape, node } => match tree.entry(events, tree.model.shape(*shape))? {
            Some(found) => Ok(Step::Item(entry(found), *node)),
            None => Ok(Step::Leave),
        },
        FrameKind::Document => Ok(Step::Leave),
    }
}

/// The value that an event begins, stepped into.
fn enter(
    model: &Model,
    id: ShapeId,
    node: usize,
    event: &Event<'_>,
    gathers: bool,
) -> Result<Frame, AnswerError> {
    let expected = match (model.shape(id).kind, event) {
        (Kind::List, Event::List) | (Kind::Map | Kind::Structure, Event::Map) => {
            return Ok(Frame::new(model, id, Some(node), gathers));
        }
        (Kind::List, _) => "a list",
        _ => "an object",
    };
    Err(scalar::wrong(expected, event.kind()))
}
