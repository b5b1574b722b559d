//! Items in XML.

use orgwide_models::{Kind, Model, Text};
use serde_json::Value;

use super::super::xml::{XmlTree, is_flattened};
use super::super::xml_reader::{Element, XmlReader};
use super::super::{AnswerError, ItemPaths, ReadOptions, document, found_or_missing};
use super::entry;
use super::frame::{Frame, FrameKind, Frames, Step, visit};

/// Where the reading of a body is.
#[derive(Debug)]
pub(super) struct State {
    /// The outermost frame, until its element has come.
    begin: Option<Frame>,
    wrapper: Option<Text>,
    position: usize,
}

impl State {
    pub(super) fn new(begin: Frame, wrapper: Option<Text>) -> Self {
        Self { begin: Some(begin), wrapper, position: 0 }
    }
}

pub(super) fn advance(
    model: &Model,
    body: &[u8],
    state: &mut State,
    frames: &mut Frames,
    options: ReadOptions,
) -> Result<Option<Value>, AnswerError> {
    let tree = XmlTree { model, options };
    let mut xml = XmlReader::new(body, state.position);
    if state.position == 0 {
        let root = document(model, &mut xml)?;
        let frame = match state.begin.take() {
            Some(frame) if state.wrapper.is_none() => frame,
            begin => {
                state.begin = begin;
                Frame::document()
            }
        };
        frames.push(opened(tree, frame, &root)?);
    }
    let item = frames.drive(|frame, paths, depth| step(tree, &mut xml, state, frame, paths, depth + 1))?;
    if item.is_none() {
        xml.finish()?;
    }
    state.position = xml.position();
    Ok(item)
}

/// The frame with what the start of its element says.
fn opened(tree: XmlTree<'_>, mut frame: Frame, element: &Element<'_>) -> Result<Frame, AnswerError> {
    frame.element = (!element.is_empty()).then(|| element.full_name().to_owned());
    if let (FrameKind::Structure { shape, .. }, Some(gathered)) = (&frame.kind, &mut frame.gathered) {
        tree.attributes(element, tree.model.shape(*shape), gathered)?;
    }
    Ok(frame)
}

fn step<'b>(
    tree: XmlTree<'_>,
    xml: &mut XmlReader<'b>,
    state: &mut State,
    frame: &mut Frame,
    paths: &ItemPaths,
    depth: usize,
) -> Result<Step, AnswerError> {
    let child = match &frame.element {
        Some(element) => xml.child(element)?,
        None => None,
    };
    let Some(child) = child else {
        if let (FrameKind::Document, Some(begin)) = (&frame.kind, state.begin.take()) {
            let wrapper = state.wrapper.map_or("", |wrapper| tree.model.text(wrapper));
            if let Some(shape) = begin.shape() {
                found_or_missing(tree.model, shape, None, wrapper)?;
            }
        }
        return Ok(Step::Leave);
    };
    match &mut frame.kind {
        FrameKind::Document => {
            let is_wanted = state.wrapper.is_some_and(|wrapper| tree.model.text(wrapper) == child.name());
            if is_wanted && let Some(begin) = state.begin.take() {
                return opened(tree, begin, &child).map(Step::Enter);
            }
            xml.pass_over(&child, depth)?;
            Ok(Step::Stay)
        }
        FrameKind::Structure { .. } => member(tree, xml, frame, &child, paths, depth),
        FrameKind::List { element, node, count, .. } => {
            *count += 1;
            match *element {
                Some(element) if paths.end(*node).is_some() => {
                    Ok(Step::Item(tree.value(xml, &child, element, depth)?, *node))
                }
                Some(element) => {
                    let inner = Frame::new(tree.model, element, Some(*node), false);
                    opened(tree, inner, &child).map(Step::Enter)
                }
                None => {
                    xml.pass_over(&child, depth)?;
                    Ok(Step::Stay)
                }
            }
        }
        FrameKind::Map { shape, node } => {
            let found = tree.entry(xml, &child, tree.model.shape(*shape), depth)?;
            Ok(Step::Item(entry(found), *node))
        }
    }
}

/// A child of a structure.
fn member<'b>(
    tree: XmlTree<'_>,
    xml: &mut XmlReader<'b>,
    frame: &mut Frame,
    child: &Element<'b>,
    paths: &ItemPaths,
    depth: usize,
) -> Result<Step, AnswerError> {
    let FrameKind::Structure { shape, node, expected, visited } = &mut frame.kind else {
        return Ok(Step::Stay);
    };
    let found = tree.member(tree.model.shape(*shape), child.name(), *expected);
    let Some((index, member)) = found else {
        xml.pass_over(child, depth)?;
        return Ok(Step::Stay);
    };
    *expected = index;
    let name = tree.model.text(member.name);
    let Some(place) = node.and_then(|node| paths.next(node, index)) else {
        match &mut frame.gathered {
            Some(gathered) => {
                tree.put(xml, child, member, gathered, depth).map_err(|error| error.within(name))?;
            }
            None => xml.pass_over(child, depth)?,
        }
        return Ok(Step::Stay);
    };
    let inner = tree.model.shape(member.shape);
    if is_flattened(inner, member) {
        let element = inner.members.first();
        let item = match (inner.kind, element) {
            (Kind::Map, _) => tree.entry(xml, child, inner, depth).map(entry),
            (_, Some(element)) if paths.end(place).is_none() => {
                let inner = Frame::new(tree.model, element.shape, Some(place), false);
                return opened(tree, inner.named(Some(name)), child).map(Step::Enter);
            }
            _ => tree.part(xml, child, element, depth),
        };
        let item = item.map_err(|error| error.within(name))?;
        if let (true, Some(gathered)) = (paths.keeps_last, &mut frame.gathered) {
            gathered.insert(name.to_owned(), Value::Array(vec![item.clone()]));
        }
        return Ok(Step::Item(item, place));
    }
    if !visit(visited, place) {
        xml.pass_over(child, depth)?;
        return Ok(Step::Stay);
    }
    let inner = Frame::new(tree.model, member.shape, Some(place), frame.gathered.is_some());
    opened(tree, inner.named(Some(name)), child).map(Step::Enter)
}
