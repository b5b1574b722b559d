//! Items of an answer one by one: the body and one item are all that is in memory.

mod frame;
mod of_tree;
mod of_xml;

use std::sync::Arc;

use bytes::Bytes;
use orgwide_models::{Model, Operation, Protocol};
use serde_json::{Map, Value};

use self::frame::{Frame, Frames};
use super::json::JsonReader;
use super::{AnswerError, Events, Head, ItemPaths, ReadOptions, outside, refuse_page};
use crate::cbor;

/// Reads an answer up to the next item each time it is asked.
///
/// An item of a list is its element, of a map an object of one key and its value. When the answer turns out
/// broken, the items before stay handed out, the error comes once, and nothing after it. What stands beside
/// items inside a list on the way to them is passed over; the rest of the answer is gathered.
#[derive(Debug)]
pub(crate) struct ItemReader {
    model: Arc<Model>,
    body: Bytes,
    place: Place,
    frames: Frames,
    options: ReadOptions,
    is_over: bool,
}

/// Where in the body the reader is.
#[derive(Debug)]
enum Place {
    Xml(of_xml::State),
    Json(of_tree::State<<JsonReader<'static> as Events<'static>>::State>),
    Cbor(of_tree::State<<cbor::Reader<'static> as Events<'static>>::State>),
    /// There is nothing in the body to be read.
    Nowhere,
}

impl ItemReader {
    /// Nothing of the body's text is read yet.
    ///
    /// # Errors
    ///
    /// If the answer is a web page, or a header is not of its form.
    pub(crate) fn new(
        model: Arc<Model>,
        operation: &Operation,
        head: &Head<'_>,
        body: Bytes,
        paths: Arc<ItemPaths>,
        options: ReadOptions,
    ) -> Result<Self, AnswerError> {
        let (rest, part) = outside(&model, operation, head, &body, options)?;
        let begin = part.map(|part| match (part.member, operation.output) {
            (Some(name), Some(output)) => {
                let payload = model.shape(output).payload.map(|index| index as usize);
                let node = payload.and_then(|index| paths.next(0, index));
                Frame::new(&model, part.shape, node, true).named(Some(name))
            }
            _ => Frame::new(&model, part.shape, Some(0), true),
        });
        let place = match (begin, model.service().protocol) {
            (None, _) => Place::Nowhere,
            (Some(begin), Protocol::Json10 | Protocol::Json11 | Protocol::RestJson) => {
                refuse_page(&body)?;
                Place::Json(of_tree::State::new(begin))
            }
            (Some(begin), Protocol::Cbor) => {
                refuse_page(&body)?;
                Place::Cbor(of_tree::State::new(begin))
            }
            (Some(begin), Protocol::Query | Protocol::Ec2 | Protocol::RestXml) => {
                Place::Xml(of_xml::State::new(begin, operation.result_wrapper))
            }
        };
        let frames = Frames::new(paths, rest);
        Ok(Self { model, body, place, frames, options, is_over: false })
    }

    /// The number of the path that led to the item handed out last, in the order in which they were given.
    pub(crate) fn path(&self) -> usize {
        self.frames.path
    }

    /// The answer without the items: what there is to find the next page with.
    ///
    /// It reads on to the end, and the items that have not been taken by then are not handed out any more.
    ///
    /// # Errors
    ///
    /// If the answer turns out to be broken, unless that has been told.
    pub(crate) fn rest(&mut self) -> Result<Value, AnswerError> {
        for item in self.by_ref() {
            item?;
        }
        Ok(Value::Object(self.frames.take_rest()))
    }

    fn advance(&mut self) -> Result<Option<Value>, AnswerError> {
        let (model, frames, options) = (&*self.model, &mut self.frames, self.options);
        match &mut self.place {
            Place::Xml(state) => of_xml::advance(model, &self.body, state, frames, options),
            Place::Json(state) => {
                of_tree::advance::<JsonReader<'_>>(model, &self.body, state, frames, options)
            }
            Place::Cbor(state) => {
                of_tree::advance::<cbor::Reader<'_>>(model, &self.body, state, frames, options)
            }
            Place::Nowhere => Ok(None),
        }
    }
}

impl Iterator for ItemReader {
    type Item = Result<Value, AnswerError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let next = self.advance().transpose();
        self.is_over = !matches!(next, Some(Ok(_)));
        next
    }
}

impl std::iter::FusedIterator for ItemReader {}

/// An entry of a map as an item.
fn entry((key, value): (String, Value)) -> Value {
    Value::Object(Map::from_iter([(key, value)]))
}
